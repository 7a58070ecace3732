import { CloseReason } from '../../domain/incident.js';
import type { IncidentType, ProvisioningResult } from '../../domain/incident.js';
import type { CommandOutcome, Finished, HookPoint } from '../../domain/playbook.js';
import type { AdAccountStatus } from '../../domain/profile.js';
import { begunEvidence } from '../command-evidence.js';
import type { ActivityDependencies } from '../dependencies.js';
import { turnLost } from '../failures.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { Intent, PersonDocument } from '../store/person-document.js';
import type { PersonChange } from '../store/people.js';
import { profileEvidence } from './entry.js';
import { isGone, resultsOf, settledIntents, tablesOf } from './results.js';
import type { Results } from './results.js';
import { failureQuestion } from './halts.js';
import { haltIncident } from './tasks.js';
import { giveTurnBack } from './turns.js';

/** A person's turn inside an incident. */
export interface TurnRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
}

/** What a run hands over at the end of an entry. */
export interface FinishRequest extends TurnRequest {
  readonly type: IncidentType;
  readonly seq: number;
  readonly isOwner: boolean;
  readonly outcomes: readonly CommandOutcome[];
}

/**
 * Steps 18 to 22 of Sync User: the profile becomes permanent and free, the result tables are filled, and the incident
 * is closed or halts at H2 with an owner. The profile is written before failures are looked at, because it holds the
 * report's data already and a new change in HR must be able to open the next incident.
 *
 * Safe to repeat: the turn is given back once, and a closed or halted incident answers the same again.
 */
export async function finishIncident(deps: ActivityDependencies, request: FinishRequest): Promise<Finished> {
  const { incidentId, personId, ticket, outcomes } = request;
  const results = await resultsOf(deps, incidentId, outcomes);
  const change = bookkeeping(request, results);
  const before = await giveTurnBack(deps, personId, ticket, change);
  if (before === null && !(await wasBooked(deps, request))) return { kind: 'turnLost' };
  const at = deps.clock.now().toISOString();
  if (before !== null) {
    const incident = { _id: incidentId, personId };
    await deps.store.evidence.append([
      profileEvidence({ incident, ticket, at, cause: 'Sync User: finished' }, before.profile ?? {}, {
        ...before.profile,
        ...change.set,
      }),
      ...unknownOutcomes(before, incidentId, change.settledIntents ?? []),
    ]);
  }
  return await closeOrHalt(deps, request, results, at);
}

/** Whether an earlier attempt of this very activity gave the turn back with its bookkeeping. */
async function wasBooked(deps: ActivityDependencies, { personId, ticket, type, seq }: FinishRequest): Promise<boolean> {
  const person = await deps.store.people.get(personId);
  return person !== null && person.gone.includes(ticket) && (person.applied?.[type] ?? 0) >= seq;
}

/** Step 18, and what the commands taught about accounts. */
function bookkeeping({ type, seq, isOwner }: FinishRequest, results: Results): PersonChange {
  return {
    set: { isTemporaryUser: false, ...(isOwner ? { isProcessed: false } : {}) },
    unset: isOwner ? ['processedBy'] : [],
    accounts: results.accounts,
    applied: { type, seq },
    settledIntents: settledIntents(results),
  };
}

/** Evidence of what was begun and got no answer: it reads "outcome unknown" until the next look-up. */
function unknownOutcomes(
  { personId, intents = {} }: PersonDocument,
  incidentId: string,
  settled: NonNullable<PersonChange['settledIntents']>,
): EvidenceDocument[] {
  const isSettled = (intent: Intent): boolean =>
    settled.some(([instance, command]) => instance === intent.instance && command === intent.command);
  return Object.values(intents)
    .filter((intent) => intent.incidentId === incidentId && !isSettled(intent))
    .map((intent) => begunEvidence(personId, intent));
}

/** Steps 20 to 22. */
async function closeOrHalt(
  deps: ActivityDependencies,
  { incidentId, type }: FinishRequest,
  results: Results,
  at: string,
): Promise<Finished> {
  const set = { ...tablesOf(results), bookedAt: at };
  const { failed } = results;
  if (failed.length === 0) {
    await deps.store.incidents.close(incidentId, CloseReason.Done, at, set);
    return { kind: 'closed' };
  }
  const gone = failed.filter(isGone);
  if (gone.length > 0) return await haltIncident(deps, { incidentId, kind: 'H3', question: goneIn(gone), failed, set });
  const question = failureQuestion(type, failed);
  return await haltIncident(deps, { incidentId, kind: 'H2', question, failed, set });
}

const goneIn = (gone: readonly ProvisioningResult[]): string =>
  `The account that we knew in ${gone.map(({ instanceName }) => instanceName).join(', ')} is not there any more, so it ` +
  'was not disabled. Find it and disable it by hand, then close, which counts it as disabled; or retry to look again.';

/** A customer's hook that failed. */
export interface FailedHook {
  readonly incidentId: string;
  readonly point: HookPoint;
  /** Workflow id of the hook's run. */
  readonly workflowId: string;
  /** What Temporal says about its end, without the hook's own words. */
  readonly reason: string;
}

/** Halts an incident at a hook that failed, before its bookkeeping (spec playbooks-provisioning 8). */
export async function haltAtHook(deps: ActivityDependencies, request: FailedHook): Promise<Finished> {
  const { incidentId, point, workflowId, reason } = request;
  const question =
    `The hook ${point} ${reason}; its run is ${workflowId}. Fix it and retry, which repeats the hooks and whatever is ` +
    'missing, or close the incident as it is.';
  return await haltIncident(deps, { incidentId, kind: 'Hook', question, failed: [] });
}

/** A new AD Account Status, and the playbook that found it. */
export interface StatusRequest extends TurnRequest {
  readonly status: AdAccountStatus;
  readonly cause: string;
}

/**
 * Sets AD Account Status under the turn.
 *
 * @throws TurnLost when somebody else holds it
 */
export async function setAdAccountStatus(
  deps: ActivityDependencies,
  { incidentId, personId, ticket, status, cause }: StatusRequest,
): Promise<void> {
  const profile = (await deps.store.people.get(personId))?.profile ?? {};
  const set = { adAccountStatus: status };
  if (!(await deps.store.people.writeInTurn(personId, ticket, { set }))) throw turnLost();
  const write = {
    incident: { _id: incidentId, personId },
    ticket,
    at: deps.clock.now().toISOString(),
    cause,
  };
  await deps.store.evidence.append([profileEvidence(write, profile, { ...profile, ...set })]);
}

/** A turn that is given back before the incident ends. */
export interface ReleaseRequest extends TurnRequest {
  readonly why: string;
  readonly outcomes: readonly CommandOutcome[];
}

/**
 * Gives the turn back in the middle of an incident: for a longer wait, a hook, or somebody more urgent, who is to know
 * the accounts that were made.
 */
export async function releaseTurn(deps: ActivityDependencies, request: ReleaseRequest): Promise<void> {
  const { incidentId, personId, ticket, why, outcomes } = request;
  const results = await resultsOf(deps, incidentId, outcomes);
  const change = { accounts: results.accounts, settledIntents: settledIntents(results) };
  await giveTurnBack(deps, personId, ticket, change);
  await deps.store.incidents.update(incidentId, {}, { at: deps.clock.now().toISOString(), step: why });
}
