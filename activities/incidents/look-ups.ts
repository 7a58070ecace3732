import type { AccountStanding } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { pathSegment } from '../store/database.js';

/** What the applications of an inquiry said. */
export interface InquiryAnswers {
  readonly incidentId: string;
  readonly answers: readonly { readonly instance: string; readonly standing: AccountStanding }[];
}

/** Keeps what applications said on the incident, where the next entry finds it. Safe to repeat. */
export async function recordInquiry(
  { store, clock }: ActivityDependencies,
  { incidentId, answers }: InquiryAnswers,
): Promise<void> {
  const inquiry = Object.fromEntries(answers.map(({ instance, standing }) => [pathSegment(instance), standing]));
  const note = answers.map(({ instance, standing }) => `${instance}: ${standing}`).join(', ');
  await store.incidents.update(incidentId, { inquiry }, { at: clock.now().toISOString(), step: 'looked up', note });
}

/** Instances whose access could not be read in one entry of an incident. */
export interface UnreadAccess {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
  readonly unread: readonly { readonly instance: string; readonly reason: string }[];
}

/** Notes the gap in the incident's history and as evidence, so that nobody takes "nothing kept" for "no access". */
export async function recordUnreadAccess(
  { store, clock }: ActivityDependencies,
  { incidentId, personId, ticket, unread }: UnreadAccess,
): Promise<void> {
  const at = clock.now().toISOString();
  const note = `The access in ${unread.map(({ instance }) => instance).join(', ')} could not be read before disabling.`;
  await store.evidence.append(
    unread.map(({ instance, reason }) => ({
      _id: `${ticket}/access/${instance}/unread`,
      at,
      kind: 'access',
      incidentId,
      personId,
      cause: 'Terminate User',
      instance,
      outcome: { unread: true, reason },
    })),
  );
  await store.incidents.update(incidentId, {}, { at, step: 'warning', note });
}
