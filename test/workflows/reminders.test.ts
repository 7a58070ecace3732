import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { MAIN_TASK_QUEUE } from '../../domain/names.js';
import { refreshSignal } from '../../workflows/messages.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, answer, asked, closed, eventually, incidentOf, report, runOf } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: { tasks: { default: { escalateTo: 'boss@example.com' } } },
  });
});
afterEach(() => {
  engine.mailer.isDown = () => false;
  hoursLater = 0;
});
after(() => engine.close());

/** What activities believe the time to be. */
let hoursLater = 0;

/** One look of the keeper, some hours after now. */
async function look(hours: number): Promise<void> {
  hoursLater = hours;
  engine.deps.clock.now = () => new Date(Date.now() + hoursLater * 3_600_000);
  const workflowId = `keeper-${Math.random()}`;
  await engine.env.client.workflow.execute('keeper', { taskQueue: MAIN_TASK_QUEUE, workflowId });
}

/** A new hire with a name that is taken, whose question is asked and mailed. */
async function waiting(hireDate = '01/15/2126'): Promise<{ incidentId: string; taskId: string }> {
  const profile = aPerson({ hireDate });
  const mergedUserProfile = { ...profile, email: aPerson().email };
  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  const taskId = await asked(engine, incidentId, 'D1');
  await eventually('the question is mailed', async () => mailsAbout(taskId).length > 0);
  return { incidentId, taskId };
}

/** The mails about a question, without the task's id: `asked.it-mailbox`. */
const mailsAbout = (taskId: string): string[] =>
  engine.mailer.about(`${taskId}.`).map(({ messageId }) => messageId.slice(taskId.length + 1));

test('whoever may answer is reminded twice, six hours apart, and each reminder is sent once', async () => {
  const { taskId } = await waiting();

  for (const hours of [5, 7, 7, 11, 13, 13, 20]) await look(hours);

  assert.deepEqual(mailsAbout(taskId), ['asked.it-mailbox', 'reminder-1.it-mailbox', 'reminder-2.it-mailbox']);
});

test('a deadline tells the second address once, and answers nothing', async () => {
  const { incidentId, taskId } = await waiting();

  for (const hours of [25, 26, 1000]) await look(hours);

  const escalations = engine.mailer.about(`${taskId}.escalation`);
  assert.deepEqual(
    escalations.map(({ to }) => to.join()),
    ['boss@example.com'],
  );
  const { tasks, state } = await incidentOf(engine, incidentId);
  assert.equal(tasks[0]?.answer, undefined);
  assert.equal(state, 'WaitingForDecision');
});

test('of reminders that were missed while nothing ran only the newest is sent', async () => {
  const { taskId } = await waiting();

  await look(14);

  assert.deepEqual(mailsAbout(taskId), ['asked.it-mailbox', 'reminder-2.it-mailbox']);
});

test("a new hire's question is brought to the second address two days before the hire date", async () => {
  const soon = new Date(Date.now() + 36 * 3_600_000);
  const [year = '', month = '', day = ''] = soon.toISOString().slice(0, 10).split('-');
  const { taskId } = await waiting(`${month}/${day}/${year}`);

  await look(0);

  assert.ok(mailsAbout(taskId).some((name) => name.startsWith('escalation')));
});

test('an answered question is left alone', async () => {
  const { incidentId, taskId } = await waiting();
  await answer(engine, taskId, 'Create New Account');
  await closed(engine, incidentId);

  await look(100);

  assert.deepEqual(mailsAbout(taskId), ['asked.it-mailbox']);
});

test('a run that goes on as a new one while it waits is reminded of like any other, and asked no second time', async () => {
  const { incidentId, taskId } = await waiting();
  const run = await runOf(engine, incidentId);
  const { runId } = await run.describe();
  await run.signal(refreshSignal);
  await eventually('the run continues as new', async () => (await run.describe()).runId !== runId);
  await asked(engine, incidentId, 'D1');

  await look(7);

  assert.deepEqual(mailsAbout(taskId), ['asked.it-mailbox', 'reminder-1.it-mailbox']);
});

test('a mail server that is down puts a reminder off', async () => {
  const { taskId } = await waiting();
  engine.mailer.isDown = (_, mail) => mail?.messageId.includes('reminder') === true;
  await look(7);
  engine.mailer.isDown = () => false;

  await look(8);

  assert.deepEqual(mailsAbout(taskId), ['asked.it-mailbox', 'reminder-1.it-mailbox']);
});

test('an incident that was recorded before there were reminders is reminded of, too', async () => {
  const { incidentId, taskId } = await waiting();
  await engine.store.incidents.collection.updateOne({ _id: incidentId }, { $unset: { nextLookAt: '' } });

  await look(7);

  assert.deepEqual(mailsAbout(taskId), ['asked.it-mailbox', 'reminder-1.it-mailbox']);
});
