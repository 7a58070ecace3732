import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  incidentOf,
  personOf,
  report,
  runOf,
  viewOf,
} from '../support/incidents.js';
import { passing } from '../support/memory-application.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ skipTime: true, applications: ['Atlas', 'Nimbus'] });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

/** Lets time pass; what is due meanwhile happens. */
const pass = (time: '6m' | '3h'): Promise<void> => engine.env.sleep(time);

/** Lets as much time pass as it takes until the budget of an application is used up and somebody is asked. */
async function passUntilAsked(incidentId: string): Promise<string> {
  const isAsked = async (): Promise<boolean> => (await incidentOf(engine, incidentId)).tasks.length > 0;
  for (let hours = 0; hours < 24 && !(await isAsked()); hours += 3) await pass('3h');
  return await asked(engine, incidentId, 'H2');
}

/** A new hire while Atlas is down. */
async function hireWhileDown() {
  const atlas = engine.application('Atlas');
  atlas.fault = () => passing();
  const profile = aPerson();
  const incidentId = await report(engine, { profile });
  const run = await runOf(engine, incidentId);
  return { atlas, profile, incidentId, run };
}

test('an application that is down is tried within the turn, then the turn goes back and the run waits', async () => {
  const { atlas, incidentId, run } = await hireWhileDown();

  await pass('6m');

  const view = await eventually('the run waits', async () => {
    const seen = await viewOf(engine, run.workflowId);
    return seen.step === 'waiting to try Atlas again' && seen;
  });
  assert.equal(view.state, 'Running');
  assert.ok(atlas.calls.length > 3, 'several attempts within five minutes');
  const person = await personOf(engine, incidentId);
  assert.deepEqual(person.queue, []);
  assert.equal(person.profile?.isProcessed, true);
  assert.deepEqual((await incidentOf(engine, incidentId)).tasks, []);
  await run.terminate();
});

test('an application that comes back in between ends well, without a question and without repeating the others', async () => {
  const { atlas, profile, incidentId, run } = await hireWhileDown();
  await pass('6m');
  await eventually('the run waits', async () =>
    (await viewOf(engine, run.workflowId)).step.startsWith('waiting to try'),
  );
  atlas.calm();
  engine.application('Nimbus').calm();

  await run.result();

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.deepEqual(incident.tasks, []);
  assert.ok(atlas.accountOf(profile.email));
  assert.deepEqual(engine.application('Nimbus').calls, []);
});

test('an application that stays down for hours uses the budget up and halts with what the last attempt said', async () => {
  const { incidentId, run } = await hireWhileDown();

  const taskId = await passUntilAsked(incidentId);

  const { failedProvisioning, successfulProvisioning, steps } = await incidentOf(engine, incidentId);
  assert.deepEqual(
    failedProvisioning.map(({ instanceName, errorMessage, retryable }) => [instanceName, errorMessage, retryable]),
    [['Atlas', 'The application is down.', true]],
  );
  assert.equal(successfulProvisioning.length, 3);
  const passes = steps.filter(({ step }) => step === 'waiting to try Atlas again').length;
  assert.ok(passes >= 4 && passes <= 10, `${passes} passes`);
  assert.equal(taskId, `${incidentId}/H2/1`);
  await run.terminate();
});

test('a retry after the budget was used up has a budget of its own', async () => {
  const { atlas, incidentId, run } = await hireWhileDown();
  const taskId = await passUntilAsked(incidentId);
  const waits = async (): Promise<number> =>
    (await incidentOf(engine, incidentId)).steps.filter(({ step }) => step.startsWith('waiting to try')).length;
  const before = await waits();

  await run.signal('resolveHalt', { taskId, resolution: 'retry', by: 'reviewer-1' });
  await pass('6m');

  await eventually('the run waits once more', async () => (await waits()) === before + 1);
  atlas.calm();
  await run.result();
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('an open intent of an application that never answered stands as evidence without an outcome', async () => {
  const { atlas, incidentId, run } = await hireWhileDown();
  atlas.fault = (operation) =>
    operation === 'create'
      ? passing('after')
      : operation === 'find' && atlas.calls.includes('create')
        ? passing()
        : undefined;

  await passUntilAsked(incidentId);

  const evidence = await engine.store.evidence.ofIncident(incidentId);
  const phases = evidence.filter(({ instance }) => instance === 'Atlas').map(({ phase }) => phase);
  assert.deepEqual([...new Set(phases)], ['begun']);
  assert.equal((await personOf(engine, incidentId)).intents?.['Atlas:create-user']?.found, 'absent');
  await run.terminate();
});

test('a newer event ends the wait for an application that is down', async () => {
  const { atlas, profile, incidentId, run } = await hireWhileDown();
  await pass('6m');
  await eventually('the run waits', async () =>
    (await viewOf(engine, run.workflowId)).step.startsWith('waiting to try'),
  );
  atlas.calm();

  const newer = await report(engine, { profile: { ...profile, title: 'Clerk' } });

  await closed(engine, newer);
  const older = await closed(engine, incidentId);
  assert.equal(older.closeReason, 'duplicate');
  assert.equal(older.successfulProvisioning.length, 3, 'what it did stands in its tables');
  assert.equal((await personOf(engine, newer)).profile?.title, 'Clerk');
});
