import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Turn } from '../../activities/store/person-document.js';
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
  report,
  runOf,
  settle,
  viewOf,
} from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ skipTime: true, applications: ['Atlas'] });
});
after(() => engine.close());

/** Run id of the run that has the workflow id now; it changes when a run continues as new. */
async function runIdOf(incidentId: string): Promise<string> {
  return (await (await runOf(engine, incidentId)).describe()).runId;
}

/** Waits until another run has taken over and stands at its place again. */
async function renewed(incidentId: string, before: string): Promise<void> {
  await eventually('the run continues as new', async () => (await runIdOf(incidentId)) !== before);
}

async function waitingUpdate() {
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: await disputed(engine) });
  const taskId = await asked(engine, incidentId, 'H1');
  return { incidentId, taskId, runId: await runIdOf(incidentId) };
}

/** Somebody of whom nobody knows anything holds the turn of a person. */
async function stranger(personId: string): Promise<Turn> {
  const turn = { ticket: 'INC-x/y/1', incidentId: 'INC-x', workflowId: 'nobody', firstRunId: 'y', since: '2026-01-01' };
  await engine.store.people.takeTurn(personId, turn);
  return turn;
}

test('a run that waits for a day continues as new with the same question and asks nobody twice', async () => {
  const { incidentId, taskId, runId } = await waitingUpdate();

  await engine.env.sleep('25h');
  await renewed(incidentId, runId);

  assert.equal(await asked(engine, incidentId, 'H1'), taskId);
  assert.equal((await incidentOf(engine, incidentId)).tasks.length, 1);
  await settle(engine, incidentId, 'H1', 'close');
  await closed(engine, incidentId);
  const mails = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.startsWith(`${taskId}.asked.`));
  assert.equal(mails.length, 1);
});

test('a signal `refresh` has a waiting run continue as new with the same question', async () => {
  const { incidentId, taskId, runId } = await waitingUpdate();

  await (await runOf(engine, incidentId)).signal('refresh');
  await renewed(incidentId, runId);

  assert.equal(await asked(engine, incidentId, 'H1'), taskId);
});

test('a run that waited for weeks has answered in its first run and in its last', async () => {
  const { incidentId, taskId } = await waitingUpdate();

  for (let day = 1; day <= 3; day++) await engine.env.sleep('25h');

  assert.equal(await asked(engine, incidentId, 'H1'), taskId);
  await settle(engine, incidentId, 'H1', 'close');
  assert.equal((await closed(engine, incidentId)).tasks.length, 1);
});

test('a run that halted after provisioning does not provision again because it continues as new', async () => {
  const atlas = engine.application('Atlas');
  atlas.fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const incidentId = await report(engine, { profile: aPerson() });
  const taskId = await asked(engine, incidentId, 'H2');
  const runId = await runIdOf(incidentId);
  atlas.calm();

  await engine.env.sleep('25h');
  await renewed(incidentId, runId);

  assert.equal(await asked(engine, incidentId, 'H2'), taskId);
  assert.deepEqual(atlas.calls, []);
  await settle(engine, incidentId, 'H2', 'retry');
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('a run that waits for its turn keeps its place when it continues as new', async () => {
  const profile = await hired(engine);
  const personId = (await engine.store.people.byEmail(profile.email))?.personId ?? '';
  const { ticket } = await stranger(personId);
  const incidentId = await report(engine, { type: 'IAM - Update User', profile });
  const { workflowId } = await runOf(engine, incidentId);
  const waits = async () => (await viewOf(engine, workflowId)).step === "waiting for the person's turn";
  await eventually('it waits', waits);
  const [before, runId] = [await personOf(engine, incidentId), await runIdOf(incidentId)];

  await (await runOf(engine, incidentId)).signal('refresh');
  await renewed(incidentId, runId);
  await eventually('it waits again', waits);

  assert.deepEqual((await personOf(engine, incidentId)).queue, before.queue);
  assert.equal((await incidentOf(engine, incidentId)).entries, 2, 'it does not turn in circles');
  await engine.store.people.giveBack(personId, ticket);
  await (await runOf(engine, incidentId)).signal('turn');
  await closed(engine, incidentId);
});

test('a holder that does not answer a termination loses its turn after a minute', async () => {
  const profile = await hired(engine);
  const personId = (await engine.store.people.byEmail(profile.email))?.personId ?? '';
  const { ticket } = await stranger(personId);
  const leaver = await report(engine, { type: 'IAM - Terminate User', profile });
  const { workflowId } = await runOf(engine, leaver);
  await eventually('it waits', async () => (await viewOf(engine, workflowId)).step.startsWith('waiting for the'));

  await engine.env.sleep('61s');

  await closed(engine, leaver);
  assert.ok((await personOf(engine, leaver)).gone.includes(ticket));
});

test('anybody else waits for a holder as long as it takes', async () => {
  const profile = await hired(engine);
  const personId = (await engine.store.people.byEmail(profile.email))?.personId ?? '';
  const { ticket } = await stranger(personId);
  const incidentId = await report(engine, { type: 'IAM - Update User', profile });
  const { workflowId } = await runOf(engine, incidentId);
  await eventually('it waits', async () => (await viewOf(engine, workflowId)).step.startsWith('waiting for the'));

  await engine.env.sleep('25h');

  const { queue } = await personOf(engine, incidentId);
  assert.equal(queue[0]?.ticket, ticket);
  assert.equal(queue[1]?.incidentId, incidentId);
});

test('a mail server that is down for a day holds neither turn nor incident, and the mails arrive afterwards', async () => {
  engine.mailer.isDown = (call, mail) => call === 'send' && mail?.messageId.endsWith('.notification') === true;
  const profile = aPerson();
  const incidentId = await report(engine, { profile });

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.deepEqual((await personOf(engine, incidentId)).queue, []);
  const run = await runOf(engine, incidentId);
  await engine.env.sleep('20h');
  assert.equal((await run.describe()).status.name, 'RUNNING');
  engine.mailer.isDown = () => false;
  await run.result();

  const news = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('create.notification'));
  assert.equal(news.length, 2);
});

test('mails that are on their way are carried over and sent once', async () => {
  engine.mailer.isDown = (call, mail) => call === 'send' && mail?.messageId.endsWith('.notification') === true;
  const incidentId = await report(engine, { profile: aPerson() });
  await closed(engine, incidentId);
  const run = await runOf(engine, incidentId);
  const runId = await runIdOf(incidentId);

  await run.signal('refresh');
  await renewed(incidentId, runId);
  engine.mailer.isDown = () => false;
  await engine.env.client.workflow.getHandle(run.workflowId).result();

  const news = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('create.notification'));
  assert.equal(new Set(news.map(({ messageId }) => messageId)).size, 2);
  assert.equal(news.length, 2);
});
