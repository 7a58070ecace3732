import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { WorkflowClient } from '@temporalio/client';

import type { KeeperReport } from '../../activities/keeper.js';
import { MAIN_TASK_QUEUE } from '../../domain/names.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  disputed,
  hired,
  incidentOf,
  personOf,
  record,
  report,
  runOf,
} from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
afterEach(() => {
  engine.mailer.isDown = () => false;
  engine.deps.client.workflow.getHandle = getHandle;
  for (const application of engine.applications.values()) application.calm();
  isLater = false;
});
after(() => engine.close());

/** The client as it is, to be put back after a test that replaced it. */
const getHandle = WorkflowClient.prototype.getHandle;

/** Whether activities believe that ten minutes have passed. */
let isLater = false;

/** One look of the keeper; later, when it has to believe that time has passed. */
async function look(): Promise<KeeperReport> {
  const { clock } = engine.deps;
  clock.now = () => new Date(Date.now() + (isLater ? 600_000 : 0));
  const workflowId = `keeper-${Math.random()}`;
  return await engine.env.client.workflow.execute<() => Promise<KeeperReport>>('keeper', {
    taskQueue: MAIN_TASK_QUEUE,
    workflowId,
  });
}

async function interrupted(): Promise<{ incidentId: string; profile: ReturnType<typeof aPerson> }> {
  const profile = aPerson();
  const held = engine.application('Atlas').holdNext('find');
  const incidentId = await report(engine, { profile });
  await held.reached;
  await (await runOf(engine, incidentId)).terminate();
  held.release();
  return { incidentId, profile };
}

/** Looks until the ended run is visible and its incident is marked. */
async function marked(incidentId: string): Promise<void> {
  await eventually('the keeper finds it', async () => {
    await look();
    return (await incidentOf(engine, incidentId)).state === 'Interrupted';
  });
}

test('a queued incident without a run is started after two minutes, and not before', async () => {
  const incidentId = await record(engine, { profile: aPerson() });
  await look();
  assert.equal((await incidentOf(engine, incidentId)).state, 'Queued');

  isLater = true;
  const { startedAgain } = await look();

  assert.ok(startedAgain >= 1);
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('a run that was terminated by hand leaves an incident that says so, a free profile and no turn', async () => {
  const { incidentId } = await interrupted();
  const held = await personOf(engine, incidentId);
  assert.equal(held.queue.length, 1);
  assert.equal(held.profile?.processedBy, incidentId);

  await marked(incidentId);

  const { queue, profile } = await personOf(engine, incidentId);
  assert.deepEqual(queue, []);
  assert.equal(profile?.isProcessed, false);
  assert.equal(profile?.processedBy, undefined);
  assert.match((await incidentOf(engine, incidentId)).steps.at(-1)?.step ?? '', /interrupted/);
});

test('somebody is told about an interruption once, as soon as the mail server answers', async () => {
  engine.mailer.isDown = () => true;
  const { incidentId } = await interrupted();
  await marked(incidentId);
  assert.deepEqual(engine.mailer.about(`${incidentId}.`), []);
  engine.mailer.isDown = () => false;

  await look();
  await look();

  const mails = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.interrupted'));
  assert.deepEqual(
    mails.map(({ to }) => to.join()),
    ['it@example.com'],
  );
});

test('a waiting incident whose run failed is interrupted, too', async () => {
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: await disputed(engine) });
  await asked(engine, incidentId, 'H1');
  const run = await runOf(engine, incidentId);
  await run.cancel();
  await run.result().catch(() => undefined);

  await marked(incidentId);

  assert.equal((await personOf(engine, incidentId)).profile?.isProcessed, false);
});

test('an incident whose workflow id runs again for another one is interrupted by nobody who looks at that run', async () => {
  const { incidentId: first, profile } = await interrupted();
  await marked(first);

  const second = await report(engine, { profile: { ...profile, title: 'Clerk' } });

  assert.equal((await closed(engine, second)).closeReason, 'done');
  assert.equal((await incidentOf(engine, first)).closeReason, 'duplicate');
});

test('a living run is left alone, however long it waits', async () => {
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: await disputed(engine) });
  await asked(engine, incidentId, 'H1');
  isLater = true;

  await look();

  assert.equal((await incidentOf(engine, incidentId)).state, 'WaitingForFix');
  assert.equal((await personOf(engine, incidentId)).profile?.processedBy, incidentId);
});

test('a dead head of a queue is evicted, and whoever waits behind it goes on', async () => {
  const profile = await hired(engine);
  const personId = (await engine.store.people.byEmail(profile.email))?.personId ?? '';
  const since = '2026-01-01T00:00:00.000Z';
  const dead = { ticket: 'INC-d/y/1', incidentId: 'INC-d', workflowId: 'ended-long-ago', firstRunId: 'y', since };
  await engine.store.people.takeTurn(personId, dead);
  const incidentId = await report(engine, { type: 'IAM - Update User', profile });
  await eventually('it queues', async () => (await personOf(engine, incidentId)).queue.length === 2);

  const { evicted } = await look();

  assert.equal(evicted, 1);
  await closed(engine, incidentId);
});

test('a head of another run of the same workflow id is dead', async () => {
  const profile = await disputed(engine);
  const incidentId = await report(engine, { type: 'IAM - Update User', profile });
  await asked(engine, incidentId, 'H1');
  const { workflowId } = await runOf(engine, incidentId);
  const { personId } = await personOf(engine, incidentId);
  const since = '2026-01-01T00:00:00.000Z';
  await engine.store.people.takeTurn(personId, {
    ticket: 't',
    incidentId: 'x',
    workflowId,
    firstRunId: 'other',
    since,
  });

  assert.equal((await look()).evicted, 1);
});

test('a living head that was not woken is woken', async () => {
  const profile = await hired(engine);
  const personId = (await engine.store.people.byEmail(profile.email))?.personId ?? '';
  const since = new Date().toISOString();
  const ahead = { ticket: 'INC-a/y/1', incidentId: 'INC-a', workflowId: 'nobody', firstRunId: 'y', since };
  await engine.store.people.takeTurn(personId, ahead);
  const incidentId = await report(engine, { type: 'IAM - Update User', profile });
  await eventually('it queues', async () => (await personOf(engine, incidentId)).queue.length === 2);
  // The turn is given back and the signal is lost.
  await engine.store.people.giveBack(personId, ahead.ticket);
  isLater = true;

  await look();

  await closed(engine, incidentId);
});

test('a head whose incident is closed is evicted although its run goes on', async () => {
  const profile = await disputed(engine);
  const incidentId = await report(engine, { type: 'IAM - Update User', profile });
  await asked(engine, incidentId, 'H1');
  const { run } = await incidentOf(engine, incidentId);
  const { personId } = await personOf(engine, incidentId);
  const done = (await engine.store.incidents.list({ type: 'IAM - New Hire', state: 'Closed', personId }, 1))[0];
  assert.ok(run && done);
  const since = '2026-01-01T00:00:00.000Z';
  await engine.store.people.takeTurn(personId, { ticket: 't', incidentId: done._id, ...run, since });

  assert.equal((await look()).evicted, 1);
});

test('a server that does not answer a describe proves nothing: run and head count as alive', async () => {
  const { incidentId } = await interrupted();
  const client = engine.deps.client.workflow;
  client.getHandle = ((...args: Parameters<typeof getHandle>) => ({
    ...getHandle.apply(client, args),
    describe: () => Promise.reject(new Error('the server does not answer')),
    signal: () => Promise.resolve(),
  })) as typeof getHandle;
  isLater = true;

  const blind = await look();

  assert.deepEqual([blind.evicted, blind.interrupted], [0, 0]);
  assert.equal((await personOf(engine, incidentId)).queue.length, 1);
  engine.deps.client.workflow.getHandle = getHandle;
  await marked(incidentId);
});

test('two keepers at once do no harm', async () => {
  const { incidentId } = await interrupted();
  await marked(incidentId);

  await Promise.all([look(), look()]);

  assert.equal((await incidentOf(engine, incidentId)).state, 'Interrupted');
});
