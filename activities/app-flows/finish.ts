import { CloseReason } from '../../domain/incident.js';
import type { ProvisioningResult } from '../../domain/incident.js';
import { ApplicationsFieldError, mergeApplications } from '../../domain/okta/applications-field.js';
import type { CommandOutcome, Finished } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { profileEvidence } from '../incidents/entry.js';
import type { FinishRequest, ReleaseRequest, TurnRequest } from '../incidents/finish.js';
import { resultOf, resultsOf, settledIntents, tablesOf } from '../incidents/results.js';
import type { Results } from '../incidents/results.js';
import { haltIncident } from '../incidents/tasks.js';
import { giveTurnBack } from '../incidents/turns.js';
import type { IncidentDocument } from '../store/incident-document.js';

const BOOKED = 'applications booked';

/** What an entry came to, once it is booked. */
interface Booked {
  readonly incident: IncidentDocument;
  readonly results: Results;
}

/**
 * Steps 8 to 10 of App Sync: the applications field follows from the results that name an account, the turn goes back
 * whatever happened, and the incident is closed or halts with an owner. Safe to repeat.
 */
export async function finishAppFlow(deps: ActivityDependencies, request: FinishRequest): Promise<Finished> {
  const booked = await bookApplications(deps, request);
  if (booked === null) return { kind: 'turnLost' };
  const { incidentId, outcomes } = request;
  const { incident, results } = booked;
  const at = deps.clock.now().toISOString();
  const tables = tablesOf(results);
  if (results.failed.length > 0) {
    const question = failureQuestion(incident, results.failed);
    return await haltIncident(deps, { incidentId, kind: 'H2', question, failed: results.failed, set: tables });
  }
  const isSkipped = results.successful.length === 0 && outcomes.some(({ command }) => command === 'get-assignment');
  const details = `${incident.details} - Skipped: no sync was needed, because the event and the present assignment disagree.`;
  const [reason, said] = isSkipped ? ([CloseReason.Skipped, { details }] as const) : ([CloseReason.Done, {}] as const);
  await deps.store.incidents.close(incidentId, reason, at, { ...tables, ...said });
  return { kind: 'closed' };
}

/** Gives the turn back before the incident ends; what was done is booked. Safe to repeat. */
export async function releaseAppTurn(deps: ActivityDependencies, request: ReleaseRequest): Promise<void> {
  await bookApplications(deps, request);
  await giveTurnBack(deps, request.personId, request.ticket);
  const step = { at: deps.clock.now().toISOString(), step: request.why };
  await deps.store.incidents.update(request.incidentId, {}, step);
}

/**
 * Writes what this entry's commands taught about accounts and the applications field under the turn, then gives it
 * back. Null when the turn was lost before. A field that cannot be read is left alone and counts as a failure.
 */
async function bookApplications(
  deps: ActivityDependencies,
  { incidentId, personId, ticket, outcomes }: TurnRequest & { readonly outcomes: readonly CommandOutcome[] },
): Promise<Booked | null> {
  const { store, clock } = deps;
  const incident = await store.incidents.get(incidentId);
  const person = await store.people.get(personId);
  if (incident === null || person === null) throw notFound(`incident ${incidentId}`);
  const results = await resultsOf(deps, incidentId, outcomes);
  const merged = await mergedApplications(deps, incident, person.profile?.applications);
  const after = merged.fault === undefined ? results : withFault(results, incident, merged.fault);
  const evidenceId = `${ticket}/profile/${BOOKED}`;
  if (person.queue[0]?.ticket !== ticket) {
    return (await store.evidence.has(evidenceId)) ? { incident, results: after } : null;
  }
  const { applications } = merged;
  const set = applications === undefined ? {} : { applications };
  const change = { set, accounts: results.accounts, settledIntents: settledIntents(results, person) };
  if (!(await store.people.writeInTurn(personId, ticket, change))) return null;
  const at = clock.now().toISOString();
  const { profile = {} } = person;
  const write = { incident: { _id: incidentId, personId }, ticket, at, cause: BOOKED };
  await store.incidents.update(incidentId, {
    ...(merged.fault === undefined ? { bookedAt: at } : {}),
    ...tablesOf(after),
  });
  await store.evidence.append([profileEvidence(write, profile, { ...profile, ...set })]);
  await giveTurnBack(deps, personId, ticket);
  return { incident, results: after };
}

/** The field after what was not booked before: an older result says nothing about the present any more. */
async function mergedApplications(
  { store }: ActivityDependencies,
  { _id, bookedAt = '' }: IncidentDocument,
  current: string | undefined,
): Promise<{ readonly applications?: string; readonly fault?: string }> {
  const results = (await store.evidence.outcomes(_id))
    .filter(({ at }) => at > bookedAt)
    .map(resultOf)
    .filter(({ success, accountId }) => success && accountId !== undefined);
  if (results.length === 0) return {};
  try {
    return { applications: mergeApplications(current, results) };
  } catch (error) {
    if (error instanceof ApplicationsFieldError) return { fault: error.message };
    throw error;
  }
}

function withFault(results: Results, { source }: IncidentDocument, errorMessage: string): Results {
  const failed: ProvisioningResult = {
    brand: '',
    instanceName: source.instance,
    action: 'update',
    success: false,
    skipped: false,
    errorCode: 'applications',
    errorMessage,
  };
  return { ...results, failed: [...results.failed, failed] };
}

function failureQuestion({ type }: IncidentDocument, failed: readonly ProvisioningResult[]): string {
  const said = failed.map(
    ({ instanceName, errorCode, errorMessage }) =>
      `${instanceName} (${errorCode || 'no code'}): ${errorMessage ?? 'no answer'}`,
  );
  return `${type} failed. ${said.join(' ')} Fix the cause and retry, or close the incident as it is.`;
}
