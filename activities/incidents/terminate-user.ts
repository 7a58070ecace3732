import type { CommandOutcome, Opened } from '../../domain/playbook.js';
import { AdAccountStatus, TerminationTrigger } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { ActivityDependencies } from '../dependencies.js';
import { turnLost } from '../failures.js';
import type { EvidenceDocument } from '../store/evidence.js';
import { beginPlaybook } from './begin.js';
import { newestTask, profileEvidence } from './entry.js';
import type { Entry } from './entry.js';
import type { TurnRequest } from './finish.js';
import { earlierOutcomes, provision } from './plan.js';
import { isGone, resultOf } from './results.js';
import { countingWindow, decideTermination, triggerOf } from './termination-decisions.js';

/**
 * Steps 1 to 6 of Terminate User, and what the entry is to do (spec playbooks-provisioning 5.3). Whether the person is
 * to be terminated is settled before anything is written. AD Account Status is empty until the directory is reached, and
 * `Disabled` from the moment on at which nothing is left to be disabled there.
 */
export async function prepareTermination(entry: Entry): Promise<Opened> {
  const { incident, person } = entry;
  if ((person.begun?.[incident.type] ?? 0) < incident.seq) {
    const undecided = await decideTermination(entry);
    if (undecided !== null) return undecided;
  }
  await acceptDisabledByHand(entry);
  const earlier = await earlierOutcomes(entry);
  const isDisabled = directoriesLeft(entry, earlier).length === 0;
  await beginPlaybook(entry, 'Terminate User', {
    set: {
      ...ownFields(entry),
      adAccountStatus: isDisabled ? AdAccountStatus.Disabled : AdAccountStatus.Undetermined,
    },
  });
  const command = 'disable-user';
  return await provision(entry, { flow: 'terminate', command, directoryCommand: command, earlier });
}

/**
 * What a termination sets. Okta is no source of people, so a termination made there leaves the owner as it is; one by
 * the owner frees the person for another source (design decision 13). A new e-mail is not approved by leaving, and the
 * user name goes with it.
 */
function ownFields({ incident, person, permanentProfile }: Entry): UserProfile {
  const { profile = {} } = person;
  const trigger = triggerOf(incident);
  const isMadeInOkta = trigger === TerminationTrigger.Tufe;
  const isRenamed = permanentProfile !== undefined && permanentProfile.email !== incident.email.toLowerCase();
  const unchanged = [...(isMadeInOkta ? ['sourceInstance', 'sourceReleased'] : []), ...(isRenamed ? ['username'] : [])];
  return {
    ...(isMadeInOkta ? {} : { sourceReleased: true }),
    ...Object.fromEntries(unchanged.map((field) => [field, profile[field]])),
    active: false,
    terminationTrigger: trigger,
    ...((profile.keptAs ?? '') === '' ? {} : { keptAs: '', keptUntil: '' }),
  };
}

/** Enabled directories in which this incident's disabling has not succeeded yet (skipped counts). */
function directoriesLeft({ deps }: Entry, earlier: readonly EvidenceDocument[]): string[] {
  const done = new Set(
    earlier.filter(({ action, outcome }) => action === 'disable-user' && outcome?.['success'] === true).map(instanceOf),
  );
  const { instances } = deps.configuration.current().ilm;
  return instances
    .filter(({ name, brand, enabled }) => enabled && brand === ACTIVE_DIRECTORY_BRAND && !done.has(name))
    .map(({ name }) => name);
}

const instanceOf = ({ instance }: EvidenceDocument): string | undefined => instance;

/** H3, answered "close": a person has found the missing accounts and disabled them, which counts as a success. */
async function acceptDisabledByHand(entry: Entry): Promise<void> {
  const { deps, incident } = entry;
  const halt = newestTask(incident, 'H3');
  const { answer } = halt ?? {};
  if (halt === undefined || answer?.option !== 'close') return;
  const at = entry.now();
  const gone = (await deps.store.evidence.outcomes(incident._id)).filter((document) => isGone(resultOf(document)));
  await deps.store.evidence.append(
    gone.map((document) => ({
      ...document,
      _id: `${halt.id}/${document.instance}/disable-user/done`,
      at,
      cause: answer.by,
      outcome: {
        brand: document.brand,
        instanceName: document.instance,
        action: 'disable',
        success: true,
        skipped: true,
        active: false,
        reason: 'A person says that no enabled account is left.',
      },
    })),
  );
}

/** What the directories of one entry came to. */
export interface DisablingRequest extends TurnRequest {
  readonly outcomes: readonly Pick<CommandOutcome, 'instance' | 'success' | 'skipped' | 'active'>[];
}

const isDisabledNow = ({ success, active }: DisablingRequest['outcomes'][number]): boolean =>
  success || active === false;

/**
 * Books what became of the directory accounts: AD Account Status when all are disabled, the count of D7 when one was
 * disabled by this incident, and that their first passwords hold no more, so that a rehire gets new ones.
 *
 * @throws TurnLost when somebody else holds the turn
 */
export async function recordDisabling(
  deps: ActivityDependencies,
  { incidentId, personId, ticket, outcomes }: DisablingRequest,
): Promise<void> {
  const at = deps.clock.now().toISOString();
  const hasDisabled = outcomes.some((outcome) => isDisabledNow(outcome) && !outcome.skipped);
  if (hasDisabled) {
    const window = await countingWindow(deps);
    await deps.store.deactivations.confirm({ window, deactivationOf: incidentId, personId, at });
  } else await deps.store.deactivations.release(incidentId);
  const disabled = outcomes.filter(isDisabledNow);
  if (disabled.length === 0) return;
  const profile = (await deps.store.people.get(personId))?.profile ?? {};
  const set = disabled.length === outcomes.length ? { adAccountStatus: AdAccountStatus.Disabled } : {};
  const forgotten = disabled.map(({ instance }) => [instance, { initialisedAt: null, deliveredAt: null }] as const);
  const change = { set, accounts: Object.fromEntries(forgotten) };
  if (!(await deps.store.people.writeInTurn(personId, ticket, change))) throw turnLost();
  const write = { incident: { _id: incidentId, personId }, ticket, at, cause: 'Terminate User: disabled' };
  await deps.store.evidence.append([profileEvidence(write, profile, { ...profile, ...set })]);
}
