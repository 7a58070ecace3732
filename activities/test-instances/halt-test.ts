import { CloseReason, IncidentState, IncidentType } from '../../domain/incident.js';
import type { ProvisioningAction, ProvisioningResult } from '../../domain/incident.js';
import { testEvidenceId } from '../../domain/instance-test.js';
import type { TestCommand, TestResult } from '../../domain/instance-test.js';
import { incidentIdOfTask } from '../../domain/names.js';
import type { Finished } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { haltIncident } from '../incidents/tasks.js';
import { newIncidentDocument } from '../store/new-incident.js';
import type { TestUserDocument } from '../store/test-users.js';

/** A test in which commands failed. */
export interface HaltTestRequest {
  /** The run's workflow id. */
  readonly testId: string;
  readonly firstRunId: string;
  readonly results: readonly TestResult[];
}

/** What somebody wants to become of a test. */
export type HaltAnswer = 'retry' | 'close';

/**
 * Halts a test (H4) under an incident of its own, which is recorded with the first halt and belongs to whoever started
 * the test. Repeating it finds the same incident and question.
 *
 * @returns `closed` when the incident was ended meanwhile
 * @throws NotFound when the test has no user any more
 */
export async function haltTest(deps: ActivityDependencies, request: HaltTestRequest): Promise<Finished> {
  const user = await deps.store.testUsers.get(request.testId);
  if (user === null) throw notFound(`the test user of ${request.testId}`);
  const incidentId = await incidentOf(deps, request, user);
  const rows = await rowsOf(deps, request);
  const failed = rows.filter(({ success }) => !success);
  return await haltIncident(deps, {
    incidentId,
    kind: 'H4',
    question: questionOf(request.results, failed),
    failed,
    set: tablesOf(rows),
  });
}

/** What was answered to a halt; a test that goes on shows itself as running. Safe to repeat. */
export async function takeHaltAnswer(
  { store }: ActivityDependencies,
  { taskId }: { readonly taskId: string },
): Promise<HaltAnswer> {
  const incidentId = incidentIdOfTask(taskId);
  const task = (await store.incidents.get(incidentId))?.tasks.find(({ id }) => id === taskId);
  if (task?.answer?.option !== 'retry') return 'close';
  await store.incidents.update(incidentId, { state: IncidentState.Running });
  return 'retry';
}

/** Closes the incident of a test that halted: as done when every command has succeeded at last. Safe to repeat. */
export async function closeTestIncident(
  deps: ActivityDependencies,
  { incidentId, ...test }: Pick<HaltTestRequest, 'testId' | 'results'> & { readonly incidentId: string },
): Promise<void> {
  const rows = await rowsOf(deps, test);
  const reason = rows.every(({ success }) => success) ? CloseReason.Done : CloseReason.ClosedByPerson;
  await deps.store.incidents.close(incidentId, reason, deps.clock.now().toISOString(), tablesOf(rows));
}

async function incidentOf(
  { store, clock }: ActivityDependencies,
  { testId, firstRunId }: HaltTestRequest,
  { profile, startedBy }: TestUserDocument,
): Promise<string> {
  const now = clock.now().toISOString();
  // Without an open key: a test waits for nobody else's test.
  const { openKey: _, ...document } = newIncidentDocument(
    {
      eventKey: testId,
      type: IncidentType.TestInstances,
      personId: null,
      source: { instance: 'Test Instances', sourceOfTruth: '' },
      email: profile.email ?? '',
      employeeId: profile.employeeId ?? '',
      details: 'Commands failed while the instances were tested.',
      changedFields: {},
      mergedWith: null,
      conversionHire: false,
      forced: false,
      userProfile: { fields: profile },
    },
    0,
    now,
  );
  const run = { workflowId: testId, firstRunId };
  const owner = startedBy === undefined ? {} : { owner: startedBy, ownerNote: 'started the test', assignedAt: now };
  const incident = await store.incidents.collection.findOneAndUpdate(
    { eventKey: testId },
    { $setOnInsert: { ...document, state: IncidentState.Running, entries: 1, run, ...owner } },
    { upsert: true, returnDocument: 'after' },
  );
  return incident?._id ?? document._id;
}

const ACTIONS: Readonly<Record<TestCommand, ProvisioningAction>> = {
  'create-user': 'create',
  initialise: 'initialise',
  'get-user': 'get',
  'update-user': 'update',
  'disable-user': 'disable',
  'enable-user': 'enable',
  'final-disable-user': 'disable',
};

/** The results with what the applications said, which is kept beside the run and never in it. */
async function rowsOf(
  { store }: ActivityDependencies,
  { testId, results }: Pick<HaltTestRequest, 'testId' | 'results'>,
): Promise<ProvisioningResult[]> {
  const outcomes = new Map((await store.evidence.outcomes(testId)).map(({ _id, outcome = {} }) => [_id, outcome]));
  return results.map((result) => {
    const { instance, brand, command, success, skipped, active, errorCode, note } = result;
    const outcome = outcomes.get(testEvidenceId(testId, result));
    const said = note ?? outcome?.['errorMessage'];
    const reason = outcome?.['reason'];
    return {
      brand,
      instanceName: instance,
      action: ACTIONS[command],
      success,
      skipped,
      ...(typeof reason === 'string' ? { reason } : {}),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(typeof said === 'string' ? { errorMessage: said } : {}),
      ...(active === undefined ? {} : { active }),
    };
  });
}

const tablesOf = (rows: readonly ProvisioningResult[]) => ({
  successfulProvisioning: rows.filter(({ success }) => success),
  failedProvisioning: rows.filter(({ success }) => !success),
});

/** What H4 says: each command with its instance, code and message. */
function questionOf(results: readonly TestResult[], failed: readonly ProvisioningResult[]): string {
  const commands = results.filter(({ success }) => !success).map(({ command }) => command);
  const lines = failed.map(
    ({ instanceName, errorCode = 'no code', errorMessage = 'no message' }, index) =>
      `${commands[index]} in ${instanceName} (${errorCode}: ${errorMessage})`,
  );
  return (
    `Commands of a test failed: ${lines.join('; ')}. ` +
    'Fix the cause and retry what failed, or close the test as it is.'
  );
}
