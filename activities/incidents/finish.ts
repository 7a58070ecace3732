import { CloseReason, IncidentState } from '../../domain/incident.js';
import type { ProvisioningResult } from '../../domain/incident.js';
import type { CommandOutcome, Finished } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { sourceKey } from '../store/person-document.js';
import type { AccountFacts, PersonDocument } from '../store/person-document.js';
import type { PersonChange } from '../store/people.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { profileChanges } from './entry.js';
import { assignOwner } from './owner.js';
import { resultsOf } from './results.js';
import { openTask } from './tasks.js';
import { giveTurnBack } from './turns.js';

/** What a run hands over at the end of an entry. */
export interface FinishRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
  readonly entry: number;
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
  const incident = await deps.store.incidents.get(request.incidentId);
  if (incident === null) throw notFound(`incident ${request.incidentId}`);
  const results = await resultsOf(deps, incident, request.outcomes);
  const now = deps.clock.now().toISOString();
  const change = bookkeeping(incident, request.outcomes, results.accounts);
  const before = await giveTurnBack(deps, request.personId, request.ticket, change);
  if (before === null && !(await wasBooked(deps, incident, request))) return { kind: 'turnLost' };
  if (before !== null) await appendBookkeeping(deps, incident, before, change, now, request.entry);
  return await closeOrHalt(deps, incident, results.successful, results.failed, now);
}

/** Whether an earlier attempt of this very activity gave the turn back with its bookkeeping. */
async function wasBooked(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  request: FinishRequest,
): Promise<boolean> {
  const person = await deps.store.people.get(request.personId);
  return (
    person !== null && person.gone.includes(request.ticket) && (person.applied?.[incident.type] ?? 0) >= incident.seq
  );
}

async function appendBookkeeping(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  before: PersonDocument,
  change: PersonChange,
  now: string,
  entry: number,
): Promise<void> {
  await deps.store.evidence.append([
    {
      _id: `${incident._id}/profile/${entry}/finished`,
      at: now,
      kind: 'profile',
      incidentId: incident._id,
      personId: before.personId,
      cause: 'Sync User: finished',
      changes: profileChanges(before.profile ?? {}, { ...before.profile, ...change.set }),
    },
  ]);
}

/** Step 18, and what the commands taught about accounts. */
function bookkeeping(
  incident: IncidentDocument,
  outcomes: readonly CommandOutcome[],
  accounts: Readonly<Record<string, AccountFacts>>,
): PersonChange {
  return {
    set: { isTemporaryUser: false, isProcessed: false },
    unset: ['processedBy'],
    employeeKey: sourceKey(incident.source.sourceOfTruth, incident.employeeId),
    accounts,
    applied: { type: incident.type, seq: incident.seq },
    settledIntents: outcomes
      .filter(({ note, turnLost: lost }) => note === undefined && lost !== true)
      .map(({ instance, command }) => [instance, command] as const),
  };
}

/** Steps 20 to 22. */
async function closeOrHalt(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  successful: readonly ProvisioningResult[],
  failed: readonly ProvisioningResult[],
  now: string,
): Promise<Finished> {
  const tables = { successfulProvisioning: successful, failedProvisioning: failed, bookedAt: now };
  if (failed.length === 0) {
    await deps.store.incidents.close(incident._id, CloseReason.Done, now, tables);
    return { kind: 'closed' };
  }
  const owner = assignOwner(deps);
  const halted = await deps.store.incidents.update(incident._id, {
    ...tables,
    ...(owner.ownerId === null ? {} : { owner: owner.ownerId }),
    ownerNote: owner.note,
    state: IncidentState.WaitingForFix,
  });
  const names = failed.map(({ instanceName, errorCode }) => `${instanceName} (${errorCode ?? 'no code'})`).join(', ');
  const { task } = await openTask(
    deps,
    halted ?? incident,
    'H2',
    `Provisioning failed in ${names}. Fix the cause and retry, or close the incident as it is.`,
  );
  return { kind: 'halted', task, failed: failed.map(({ instanceName }) => instanceName), ownerId: owner.ownerId };
}

/** A turn that is given back before the incident ends. */
export interface ReleaseRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
  readonly why: string;
  /** Commands whose outcome is known: their intents are closed. */
  readonly settledIntents: readonly (readonly [instance: string, command: string])[];
}

/** Gives the turn back in the middle of an incident: for a longer wait, a hook, or somebody more urgent. */
export async function releaseTurn(deps: ActivityDependencies, request: ReleaseRequest): Promise<void> {
  const { incidentId, personId, ticket, why, settledIntents } = request;
  await giveTurnBack(deps, personId, ticket, { settledIntents });
  await deps.store.incidents.update(incidentId, {}, { at: deps.clock.now().toISOString(), step: why });
}
