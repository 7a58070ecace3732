import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { configSchema } from '../../domain/config.js';
import { decideUpdate, resolveHaltSignal, resolveHaltUpdate } from '../../workflows/messages.js';
import { plainConfiguration } from '../support/configuration.js';
import { logLines, startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  answer,
  asked,
  closed,
  eventually,
  disputed,
  incidentOf,
  report,
  runOf,
  viewOf,
} from '../support/incidents.js';

let opening: () => Promise<void> = () => Promise.resolve();

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    replay: true,
    activities: (_, plain) => ({
      openSyncUser: async (request) => {
        const opened = await plain.openSyncUser(request);
        await opening();
        return opened;
      },
    }),
  });
});
afterEach(() => {
  withTasks({});
  opening = () => Promise.resolve();
});
after(() => engine.close());

/** A new hire that waits to hear whether its name is a namesake's or its own. */
async function waiting() {
  const profile = aPerson();
  const mergedUserProfile = { ...profile, email: aPerson().email };
  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  const taskId = await asked(engine, incidentId, 'D1');
  const run = await runOf(engine, incidentId);
  return { incidentId, taskId, run };
}

/** A new hire whose question is in the record already, and whose run is told of it by `release`. */
async function unknowing() {
  const profile = aPerson();
  const mergedUserProfile = { ...profile, email: aPerson().email };
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  opening = () => {
    opening = () => Promise.resolve();
    return released;
  };
  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  const taskId = await eventually('the question is in the record', async () => {
    return (await incidentOf(engine, incidentId)).tasks[0]?.id;
  });
  return { incidentId, taskId, release };
}

const plain = plainConfiguration(['Active Directory', 'Atlas']);

/** Lets `ilm.yaml` say something about questions, until the test ends. */
function withTasks(tasks: object): void {
  const ilm = configSchema.parse({ ...plain.ilm, tasks });
  engine.configuration.value = { ...engine.configuration.value, ilm };
}

/** The type of the failure with which an update was refused. */
async function refusal(update: Promise<unknown>): Promise<string | null | undefined> {
  try {
    await update;
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
    return cause instanceof ApplicationFailure ? cause.type : String(cause);
  }
  return 'it was not refused';
}

const CREATE = 'Create New Account';

test('an answer by signal is recorded with who, when and why, and the run goes on', async () => {
  const { incidentId, taskId, run } = await waiting();

  await run.signal('decide', { taskId, option: CREATE, by: 'reviewer@example.com', comment: 'somebody else' });

  const { tasks } = await closed(engine, incidentId);
  const { at, ...given } = tasks[0]?.answer ?? {};
  assert.deepEqual(given, { option: CREATE, by: 'reviewer-1', comment: 'somebody else', verified: 'claim' });
  assert.ok(Date.parse(at ?? '') > 0);
  const evidence = await engine.store.evidence.ofIncident(incidentId);
  assert.equal(evidence.find(({ kind }) => kind === 'answer')?.cause, 'reviewer-1');
});

test('an answer by update is confirmed after it was recorded', async () => {
  const { incidentId, taskId } = await waiting();

  const receipt = await answer(engine, taskId, CREATE);

  assert.deepEqual(receipt, { taskId, option: CREATE });
  assert.equal((await incidentOf(engine, incidentId)).tasks[0]?.answer?.option, CREATE);
});

test('an update that is sent twice with one id gets one answer', async () => {
  const { taskId, run } = await waiting();
  const options = { updateId: taskId, args: [{ taskId, option: CREATE, by: 'reviewer-1' }] } as const;
  const send = () => run.executeUpdate(decideUpdate, { ...options, args: [...options.args] });

  const receipts = await Promise.all([send(), send()]);

  assert.deepEqual(receipts[0], receipts[1]);
});

test('a second answer by update is refused because the task is decided', async () => {
  const { incidentId, taskId, run } = await waiting();
  await answer(engine, taskId, CREATE);

  const second = run.executeUpdate(decideUpdate, { args: [{ taskId, option: 'Do Nothing', by: 'reviewer-1' }] });

  // The run may have ended before the second answer comes, which is as good a refusal.
  assert.match(String(await refusal(second)), /AlreadyDecided|NotFound|completed/);
  assert.equal((await closed(engine, incidentId)).tasks[0]?.answer?.option, CREATE);
});

test('of two answers that wait side by side the first counts, and the second is kept as ignored', async () => {
  const { incidentId, taskId, release } = await unknowing();
  const run = await runOf(engine, incidentId);
  await run.signal('decide', { taskId, option: CREATE, by: 'reviewer-1' });
  await run.signal('decide', { taskId, option: 'Do Nothing', by: 'guest-1' });

  release();

  const { tasks } = await closed(engine, incidentId);
  assert.equal(tasks[0]?.answer?.option, CREATE);
  assert.deepEqual(
    tasks[0]?.ignoredAnswers?.map(({ option, by }) => [option, by]),
    [['Do Nothing', 'guest-1']],
  );
});

test('an answer of somebody who is not configured is refused, and the question stays open', async () => {
  const { incidentId, taskId, run } = await waiting();

  const type = await refusal(answer(engine, taskId, CREATE, 'stranger@example.com'));

  assert.equal(type, 'DecisionRefused');
  assert.equal((await incidentOf(engine, incidentId)).tasks[0]?.answer, undefined);
  assert.equal((await viewOf(engine, run.workflowId)).openTask?.id, taskId);
});

test('an answer of somebody without the role of the task is refused', async () => {
  const { incidentId, taskId } = await waiting();
  withTasks({ kinds: { D1: { roles: ['iam'] } } });

  assert.equal(await refusal(answer(engine, taskId, CREATE, 'guest@example.com')), 'DecisionRefused');

  await answer(engine, taskId, CREATE, 'reviewer@example.com');
  assert.equal((await incidentOf(engine, incidentId)).tasks[0]?.answer?.verified, 'role');
});

test('an answer with a token is refused while nobody can verify it, and one without is not', async () => {
  const { taskId, run } = await waiting();
  const decision = { taskId, option: CREATE, by: 'reviewer-1' };

  const withToken = run.executeUpdate(decideUpdate, { args: [{ ...decision, token: 'forged' }] });

  assert.equal(await refusal(withToken), 'DecisionRefused');
  const withNull = { ...decision, token: null, comment: null } as never;
  assert.deepEqual(await run.executeUpdate(decideUpdate, { args: [withNull] }), { taskId, option: CREATE });
});

test('an option that the task does not have, another task and a bad shape are refused at once', async () => {
  const { taskId, run } = await waiting();
  const send = (decision: unknown) => refusal(run.executeUpdate(decideUpdate, { args: [decision as never] }));

  assert.equal(await send({ taskId, option: 'Maybe', by: 'reviewer-1' }), 'DecisionRefused');
  assert.equal(await send({ taskId: `${taskId}9`, option: CREATE, by: 'reviewer-1' }), 'DecisionRefused');
  assert.equal(await send({ taskId, option: CREATE }), 'DecisionRefused');
  assert.equal(await send(null), 'DecisionRefused');
  const halt = run.executeUpdate(resolveHaltUpdate, { args: [{ taskId, resolution: 'retry', by: 'reviewer-1' }] });
  assert.equal(await refusal(halt), 'DecisionRefused');
});

test('malformed signals of every kind leave the run as it was', async () => {
  const { incidentId, taskId, run } = await waiting();
  const shapes = [undefined, null, 7, 'text', [], {}, { taskId: 1 }, { taskId, option: [], by: {} }, { taskId }];
  for (const name of ['decide', 'resolveHalt', 'newerEvent', 'turn', 'yield']) {
    for (const shape of shapes) await run.signal(name, ...(shape === undefined ? [] : [shape === 'text' ? 7 : shape]));
  }

  await answer(engine, taskId, CREATE);

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('a signal whose payload nobody can read leaves the run as it was', async () => {
  const { incidentId, taskId, run } = await waiting();
  const payloads = [
    ['json/plain', 'not json'],
    ['made/up', 'anything'],
    ['binary/encrypted', 'of another key'],
  ];
  for (const [encoding, data] of payloads) {
    await engine.env.connection.workflowService.signalWorkflowExecution({
      namespace: engine.namespace,
      workflowExecution: { workflowId: run.workflowId },
      signalName: 'decide',
      input: { payloads: [{ metadata: { encoding: Buffer.from(encoding ?? '') }, data: Buffer.from(data ?? '') }] },
    });
  }

  await answer(engine, taskId, CREATE);

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('a signal that nobody knows is logged by name and nothing else', async () => {
  const { taskId, run, incidentId } = await waiting();

  await run.signal('surprise', { secret: 'planted' });
  await answer(engine, taskId, CREATE);

  await closed(engine, incidentId);
  const lines = logLines.filter((line) => line.includes('an unknown signal was ignored'));
  assert.ok(lines.some((line) => line.includes('surprise')));
  assert.ok(lines.every((line) => !line.includes('planted')));
});

test('an answer that comes while the run does not know of its question yet counts', async () => {
  const { incidentId, taskId, release } = await unknowing();

  const early = answer(engine, taskId, CREATE);
  const misled = answer(engine, `${incidentId}/D3/1`, 'Change Username');
  const [receipt, type] = await Promise.all([early, refusal(misled), Promise.resolve().then(() => release())]);

  assert.deepEqual(receipt, { taskId, option: CREATE });
  assert.equal(type, 'DecisionRefused');
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('a halt is resolved by a signal of its own', async () => {
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: await disputed(engine) });
  const taskId = await asked(engine, incidentId, 'H1');
  const run = await runOf(engine, incidentId);

  await run.signal(resolveHaltSignal, { taskId, resolution: 'close', by: 'reviewer-1', comment: 'by hand' });

  assert.equal((await closed(engine, incidentId)).tasks[0]?.answer?.comment, 'by hand');
});

test('an answer to a question whose incident was closed as a duplicate does not count', async () => {
  const update = { type: 'IAM - Update User' as const, profile: await disputed(engine) };
  const older = await report(engine, update);
  const taskId = await asked(engine, older, 'H1');
  const newer = await report(engine, { ...update, profile: { ...update.profile, title: 'Clerk' } });
  await asked(engine, newer, 'H1');

  assert.equal(await refusal(answer(engine, taskId, 'close')), 'DecisionRefused');

  const { tasks } = await incidentOf(engine, older);
  assert.equal(tasks[0]?.answer, undefined);
});
