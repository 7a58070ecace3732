import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { WorkflowHandle } from '@temporalio/client';

import { startTest } from '../../activities/test-instances/start.js';
import type { WantedTest } from '../../activities/test-instances/start.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import type { InstanceTest, TestResult } from '../../domain/instance-test.js';
import { MAIN_TASK_QUEUE } from '../../domain/names.js';
import { testReportUpdate } from '../../workflows/messages.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { answer, asked, eventually, incidentOf, viewOf } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

const AD = 'Active Directory';
const EMAIL = 'test.user@example.com';
const PROFILE = { email: EMAIL, username: EMAIL, displayName: 'Test User', employeeId: 'T-1' };

/** What fails where no account can be made; there is nothing to disable then. */
const FAILED = ['create-user', 'get-user', 'update-user', 'enable-user'].map((command) => `Atlas ${command}`);

let engine: Engine;
let hoursLater = 0;
before(async () => {
  engine = await startEngine({ applications: ['Atlas', 'Nimbus'] });
  engine.deps.clock.now = () => new Date(Date.now() + hoursLater * 3_600_000);
});
afterEach(() => {
  hoursLater = 0;
  engine.mailer.sent.length = 0;
  for (const application of engine.applications.values()) {
    application.calm();
    application.accounts.length = 0;
  }
});
after(() => engine.close());

interface Halted {
  readonly handle: WorkflowHandle;
  readonly report: InstanceTest;
  readonly incidentId: string;
  readonly taskId: string;
}

/** A test of everything that halts, because these applications refuse to create anything. */
async function halted(wanted: Partial<WantedTest> = {}, ...refused: readonly string[]): Promise<Halted> {
  const instances = [AD, 'Atlas', 'Nimbus'];
  for (const name of refused.length === 0 ? ['Atlas'] : refused) {
    engine.application(name).fault = (operation) => (operation === 'create' ? refusing() : undefined);
  }
  const parts = { client: engine.env.client, store: engine.store };
  const handle = await startTest(parts, { profile: PROFILE, instances, keep: false, halts: true, ...wanted });
  const report = await handle.executeUpdate(testReportUpdate);
  assert.ok(report.halt !== undefined);
  return { handle, report, ...report.halt };
}

const look = async (hours: number): Promise<unknown> => {
  hoursLater = hours;
  const workflowId = `keeper-${Math.random()}`;
  return await engine.env.client.workflow.execute('keeper', { taskQueue: MAIN_TASK_QUEUE, workflowId });
};

const failuresOf = ({ results }: InstanceTest): string[] =>
  results.filter(({ success }) => !success).map(({ instance, command }) => `${instance} ${command}`);

const repeatedOf = (results: readonly TestResult[]): string[] =>
  results
    .filter(({ attempt = 1 }) => attempt > 1)
    .map(({ instance, command, attempt }) => `${instance} ${command} ${attempt}`);

const closedOf = async ({ handle, incidentId }: Halted): Promise<[InstanceTest, IncidentDocument]> => {
  const outcome = (await handle.result()) as InstanceTest;
  return [outcome, await incidentOf(engine, incidentId)];
};

test('a test in which commands failed asks its owner whether to try again, and mails the question', async () => {
  const { report, incidentId, taskId, handle } = await halted({ startedBy: 'reviewer-1' });

  assert.deepEqual(failuresOf(report), FAILED);
  const { state, owner, type, email, tasks, failedProvisioning, successfulProvisioning } = await incidentOf(
    engine,
    incidentId,
  );
  assert.deepEqual([state, owner, type, email], ['WaitingForFix', 'reviewer-1', 'IAM - Test Instances', EMAIL]);
  assert.deepEqual(
    tasks.map(({ id, kind, options }) => [id, kind, options.join()]),
    [[taskId, 'H4', 'retry,close']],
  );
  assert.match(tasks[0]?.question ?? '', /create-user in Atlas \(400: The application refuses this\.\)/);
  assert.deepEqual(
    failedProvisioning.map(({ action, instanceName, errorMessage = '' }) => [
      action,
      instanceName,
      errorMessage !== '',
    ]),
    ['create', 'get', 'update', 'enable'].map((action) => [action, 'Atlas', true]),
  );
  assert.equal(successfulProvisioning.length, report.results.length - FAILED.length);
  assert.equal((await viewOf(engine, handle.workflowId)).openTask?.id, taskId);
  await eventually('the question is mailed', async () => engine.mailer.about(`${taskId}.asked`).length > 0);
  await answer(engine, taskId, 'close');
  await handle.result();
});

test('a retry tries only what failed again, and disables the user who is there only now', async () => {
  const test = await halted({}, 'Atlas', AD);
  for (const application of engine.applications.values()) application.calm();

  await answer(engine, test.taskId, 'retry');

  const [{ results, leftEnabled }, incident] = await closedOf(test);
  const commands = ['create-user', 'enable-user', 'final-disable-user', 'get-user', 'update-user'];
  assert.deepEqual(
    repeatedOf(results).sort(),
    [AD, 'Atlas'].flatMap((instance) => commands.map((command) => `${instance} ${command} 2`)),
  );
  assert.ok(results.every(({ success }) => success));
  assert.ok(results.some(({ instance, command }) => instance === AD && command === 'initialise'));
  assert.deepEqual(leftEnabled, []);
  assert.equal(engine.application('Atlas').accountOf(EMAIL)?.active, false);
  assert.deepEqual(engine.application('Nimbus').calls, []);
  assert.deepEqual([incident.state, incident.closeReason], ['Closed', 'done']);
  assert.deepEqual(incident.failedProvisioning, []);
  assert.equal(await engine.store.testUsers.get(test.handle.workflowId), null);
});

test('a retry that fails asks again with what is said now, and closing ends the test as it is', async () => {
  const test = await halted();
  await answer(engine, test.taskId, 'retry');
  const second = await asked(engine, test.incidentId, 'H4').then((id) =>
    id === test.taskId ? eventually('it asks again', () => next(test)) : id,
  );
  const report = await test.handle.executeUpdate(testReportUpdate);
  assert.equal(report.halt?.taskId, second);
  assert.deepEqual(repeatedOf(report.results).slice(0, 1), ['Atlas create-user 2']);
  assert.ok(await engine.store.testUsers.get(test.handle.workflowId), 'a retry needs the test user');

  await answer(engine, second, 'close');

  const [outcome, incident] = await closedOf(test);
  assert.deepEqual(failuresOf(outcome), FAILED);
  assert.deepEqual(
    [incident.state, incident.closeReason, incident.failedProvisioning.length],
    ['Closed', 'closed by a person', FAILED.length],
  );
  const evidence = await engine.store.evidence.ofIncident(test.handle.workflowId);
  assert.equal(evidence.filter(({ action, instance }) => instance === 'Atlas' && action === 'create-user').length, 2);
});

async function next({ incidentId, taskId }: Halted): Promise<string | undefined> {
  return (await incidentOf(engine, incidentId)).tasks.find(({ id }) => id !== taskId)?.id;
}

test('a test without failures, or one that is to run once, asks nobody', async () => {
  const parts = { client: engine.env.client, store: engine.store };
  const wanted = { profile: PROFILE, instances: ['Atlas'], keep: false };
  const before = await engine.store.incidents.collection.countDocuments();
  const good = await startTest(parts, { ...wanted, halts: true });
  await good.result();
  engine.application('Atlas').fault = () => refusing();
  const once = await startTest(parts, { ...wanted, halts: false });
  const outcome = (await once.result()) as InstanceTest;

  assert.equal(outcome.halt, undefined);
  assert.ok(failuresOf(outcome).length > 0);
  assert.equal(await engine.store.incidents.collection.countDocuments(), before);
});

test('whoever may answer is reminded by the keeper, and a run that was ended by hand is interrupted', async () => {
  const { handle, incidentId, taskId } = await halted();
  await eventually('the question is mailed', async () => engine.mailer.about(`${taskId}.asked`).length > 0);

  await look(7);
  assert.equal(engine.mailer.about(`${taskId}.reminder-1`).length > 0, true);
  hoursLater = 0;
  await handle.terminate();
  await eventually('it is interrupted', async () => {
    await look(0);
    return (await incidentOf(engine, incidentId)).state === 'Interrupted';
  });

  const [mail] = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.interrupted'));
  assert.match(mail?.html ?? '', /Close it with: ilm incident close/);
});

test('a test that is cancelled at its halt withdraws the question and forgets its user', async () => {
  const { handle, incidentId } = await halted();

  await handle.cancel();
  await assert.rejects(handle.result());

  const { state, tasks } = await incidentOf(engine, incidentId);
  assert.equal(state, 'Closed');
  assert.ok(tasks[0]?.withdrawnAt !== undefined);
  assert.equal(await engine.store.testUsers.get(handle.workflowId), null);
});
