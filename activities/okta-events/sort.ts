import type { OktaEventsSettings } from '../../domain/config.js';
import { classify } from '../../domain/okta/classification.js';
import type { DropReason, OktaIncident } from '../../domain/okta/classification.js';
import type { OktaFlow } from '../../domain/okta/event-types.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { OktaEventDocument } from '../store/okta-events.js';
import { accountIn } from '../store/people.js';
import type { PersonDocument } from '../store/person-document.js';

/**
 * Why an event starts nothing, beside what its classification says. `notBuilt`: its flow does not exist yet; `noUser`: it
 * does not say whom it is about; `unknownUser`: nobody has a profile for it, and such events are not held.
 */
export type EventDropReason = DropReason | 'notBuilt' | 'noUser' | 'unknownUser';

/** What becomes of an event. */
export type Sorted = { readonly document: OktaEventDocument } & (
  | { readonly kind: 'known'; readonly incident: OktaIncident; readonly person: PersonDocument }
  | { readonly kind: 'unknown'; readonly incident: OktaIncident }
  | { readonly kind: 'dropped'; readonly reason: EventDropReason }
);

/** Flows that have a workflow; events of the others are dropped. */
const BUILT_FLOWS: ReadonlySet<OktaFlow> = new Set(['syncUser', 'appSync']);

type Candidate = { readonly document: OktaEventDocument; readonly incident: OktaIncident };

/** Sorts events by their types, outcomes and actors, and by whether we know whom they are about. Two reads at most. */
export async function sortEvents(
  { store }: Pick<ActivityDependencies, 'store'>,
  { instance, tufe }: OktaEventsSettings,
  documents: readonly OktaEventDocument[],
): Promise<Sorted[]> {
  const judged = documents.map((document) => judge(document, instance, tufe));
  const candidates = judged.flatMap((one) => ('incident' in one ? [one.incident] : []));
  const byAccount = await store.accountOwners.peopleOf(
    instance,
    candidates.flatMap(({ userId }) => userId ?? []),
  );
  const byEmail = await store.accountOwners.peopleWithEmails(candidates.flatMap(({ username }) => username ?? []));
  return judged.map((one): Sorted => {
    if (!('incident' in one)) return one;
    const person = personOf(one.incident, byAccount, byEmail);
    return person === undefined ? { kind: 'unknown', ...one } : { kind: 'known', ...one, person };
  });
}

function judge(
  document: OktaEventDocument,
  sourceInstance: string,
  tufe: OktaEventsSettings['tufe'],
): Candidate | Extract<Sorted, { readonly kind: 'dropped' }> {
  const classified = classify(document.event, { sourceInstance, tufe });
  if (classified.kind === 'dropped') return { kind: 'dropped', document, reason: classified.reason };
  const { incident } = classified;
  if (!BUILT_FLOWS.has(incident.flow)) return { kind: 'dropped', document, reason: 'notBuilt' };
  if ((incident.userId ?? '') === '' && (incident.username ?? '') === '') {
    return { kind: 'dropped', document, reason: 'noUser' };
  }
  return { document, incident };
}

/**
 * Whom an event is about: who has the account by our records, or else the e-mail that is the login. An e-mail does not
 * count for somebody who has another account there: it was theirs before, or will be.
 */
function personOf(
  { userId, username, sourceInstance }: OktaIncident,
  byAccount: ReadonlyMap<string, PersonDocument>,
  byEmail: ReadonlyMap<string, PersonDocument>,
): PersonDocument | undefined {
  const owner = byAccount.get(userId ?? '');
  if (owner !== undefined) return owner;
  const named = byEmail.get((username ?? '').toLowerCase());
  const account = named && accountIn(named, sourceInstance)?.id;
  return account === undefined || account === '' || account === userId ? named : undefined;
}
