import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { defineSearchAttributeKey } from '@temporalio/common';

import { configSchema } from '../../domain/config.js';
import { MAIN_TASK_QUEUE } from '../../domain/names.js';
import { IncidentType } from '../../domain/incident.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { ilm } from '../support/command-line.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, answer, asked, closed, eventually, incidentOf, record, report, runOf } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import { testServers } from '../support/servers.js';

const PEOPLE = ['a', 'b', 'c'].map((name) => ({
  id: `reviewer-${name}`,
  email: `${name}@example.com`,
  name: name.toUpperCase(),
  roles: ['iam'],
}));

const OWNER = defineSearchAttributeKey('IlmOwner', 'KEYWORD');

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
afterEach(async () => {
  for (const application of engine.applications.values()) application.calm();
  await engine.store.incidents.collection.updateMany({}, { $unset: { owner: '', assignedAt: '' } });
});
after(() => engine.close());

/** Lets `ilm.yaml` choose owners by a method, among three people. */
function choose(userAssignmentMethod: string, over: Record<string, unknown> = {}): void {
  const { value } = engine.configuration;
  const playbooks = { ...value.ilm.playbooks, userAssignmentMethod };
  engine.configuration.value = {
    ...value,
    ilm: configSchema.parse({ ...value.ilm, people: PEOPLE, playbooks, ...over }),
  };
}

/** Incidents in the past, each with an owner; closed unless said otherwise. */
async function past(owners: readonly string[], over: Partial<IncidentDocument> = {}): Promise<void> {
  for (const owner of owners) {
    const incidentId = await record(engine, { profile: aPerson() });
    await engine.store.incidents.collection.updateOne(
      { _id: incidentId },
      { $set: { owner, state: 'Closed', ...over } },
    );
  }
}

/** A new hire that an application refuses, halted with an owner. */
async function halted(): Promise<{ incidentId: string; taskId: string; incident: IncidentDocument }> {
  engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const incidentId = await report(engine, { profile: aPerson() });
  const taskId = await asked(engine, incidentId, 'H2');
  return { incidentId, taskId, incident: await incidentOf(engine, incidentId) };
}

/** What the Temporal UI finds the run by. */
async function shownOwner(incidentId: string): Promise<unknown> {
  return (await (await runOf(engine, incidentId)).describe()).typedSearchAttributes.get(OWNER);
}

const stepsOf = ({ steps }: IncidentDocument): string[] =>
  steps.filter(({ step }) => /owner/.test(step)).map(({ step, note }) => `${step}: ${note}`);

test('less-busy-user chooses whoever owns the fewest open incidents, and the run shows them', async () => {
  choose('less-busy-user');
  await past(['reviewer-a', 'reviewer-c'], { state: 'WaitingForFix' });
  await past(['reviewer-b', 'reviewer-b', 'reviewer-b']);

  const { incidentId, incident } = await halted();

  assert.equal(incident.owner, 'reviewer-b');
  assert.deepEqual(stepsOf(incident), ['owner reviewer-b: has the fewest open incidents']);
  assert.equal(await shownOwner(incidentId), 'reviewer-b');
});

test('top-user chooses whoever has owned the most incidents of the type', async () => {
  choose('top-user');
  await past(['reviewer-c', 'reviewer-c', 'reviewer-a']);
  await past(['reviewer-a', 'reviewer-a', 'reviewer-a'], { type: IncidentType.TerminateUser });

  assert.equal((await halted()).incident.owner, 'reviewer-c');
});

test('current chooses nobody for an automatic attempt, and whoever asked for a retry', async () => {
  choose('current');
  const { incidentId, taskId, incident } = await halted();
  assert.equal(incident.owner, undefined);
  assert.match(stepsOf(incident)[0] ?? '', /^no owner: nobody asked for this attempt/);

  await answer(engine, taskId, 'retry', 'b@example.com');

  await eventually('it halts again', async () => (await incidentOf(engine, incidentId)).tasks.length === 2);
  assert.equal((await incidentOf(engine, incidentId)).owner, 'reviewer-b');
});

test('nobody on shift leaves the incident without an owner, says so, and asks all the same', async () => {
  choose('online');

  const { incident, taskId } = await halted();

  assert.equal(incident.owner, undefined);
  assert.match(stepsOf(incident)[0] ?? '', /^no owner: nobody with a role of iam is available and on shift/);
  await eventually('IT is asked', async () => engine.mailer.about(`${taskId}.asked.it-mailbox`).length === 1);
});

test('machine-learning asks the suggestion workflow', async () => {
  choose('machine-learning', {
    hooks: { ownerSuggestion: { workflowType: 'suggestOwner', taskQueue: MAIN_TASK_QUEUE } },
  });

  const { incident } = await halted();

  assert.equal(incident.owner, 'reviewer-c');
  assert.deepEqual(stepsOf(incident), ['owner reviewer-c: suggested by the suggestion service']);
});

for (const [what, hook, note] of [
  ['is not configured', undefined, /needs the hook ownerSuggestion, which is not configured; chosen at random/],
  [
    'names a stranger',
    { workflowType: 'suggestStranger', taskQueue: MAIN_TASK_QUEUE },
    /named nobody who is available; chosen/,
  ],
  [
    'has no worker',
    { workflowType: 'suggestOwner', taskQueue: 'nobody-is-there', timeout: '1s' },
    /did not answer in time; chosen/,
  ],
] as const) {
  test(`a suggestion service that ${what} is no reason to wait: somebody is chosen at random, which is told`, async () => {
    choose('machine-learning', { hooks: hook === undefined ? {} : { ownerSuggestion: hook } });

    const { incident } = await halted();

    assert.match(incident.owner ?? '', /^reviewer-[abc]$/);
    assert.match(stepsOf(incident)[0] ?? '', note);
  });
}

/** `ilm` beside the engine, as one of its people. */
async function command(t: Parameters<typeof ilm>[0] & { after(fn: () => void): void }, ...args: string[]) {
  const { mongodbUri, temporalAddress } = await testServers('mongodb', 'temporal');
  const directory = configurationDirectory(t, { ...PLAIN_ILM, people: PEOPLE });
  const variables = {
    ...PLAIN_ENVIRONMENT,
    MONGODB_URI: `${mongodbUri.replace(/\/$/, '')}/${engine.store.database.db.databaseName}`,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: engine.namespace,
  };
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
  });
  return await ilm(t, ...args, '--config', directory, '--as', 'a@example.com');
}

test('an owner given by hand is shown at once, gets the question by mail, and stays when it fails again', async (t) => {
  choose('random', { people: PEOPLE.slice(0, 1) });
  const { incidentId, taskId } = await halted();
  choose('random');

  const { code, err } = await command(t, 'incident', 'assign', incidentId, 'c@example.com');

  assert.equal(code, 0, err);
  await eventually('the run shows the owner', async () => (await shownOwner(incidentId)) === 'reviewer-c');
  await engine.env.client.workflow.execute('keeper', { taskQueue: MAIN_TASK_QUEUE, workflowId: 'keeper-1' });
  assert.equal(engine.mailer.about(`${taskId}.asked.reviewer-c`).length, 1);
  choose('random', { people: PEOPLE.slice(1) });
  await answer(engine, taskId, 'retry', 'b@example.com');
  await eventually('it halts again', async () => (await incidentOf(engine, incidentId)).tasks.length === 2);
  assert.equal((await incidentOf(engine, incidentId)).owner, 'reviewer-c');
  assert.equal(await shownOwner(incidentId), 'reviewer-c');
  const evidence = await engine.store.evidence.ofIncident(incidentId);
  assert.deepEqual(evidence.find(({ kind }) => kind === 'owner')?.outcome, { from: 'reviewer-a', to: 'reviewer-c' });
});

test('a comment stays with an incident, also with a closed one', async (t) => {
  const incidentId = await report(engine, { profile: aPerson() });
  await closed(engine, incidentId);

  const { code, err } = await command(t, 'incident', 'comment', incidentId, 'licence ordered');
  const { out } = await command(t, 'incident', 'show', incidentId);

  assert.equal(code, 0, err);
  assert.match(out, /Comments\nWHEN +BY +COMMENT\n.* reviewer-a +licence ordered/);
  const evidence = await engine.store.evidence.ofIncident(incidentId);
  assert.deepEqual(evidence.find(({ kind }) => kind === 'comment')?.outcome, { text: 'licence ordered' });
});

test('a closed incident gets no owner, a stranger none to own, and an empty comment is none', async (t) => {
  const incidentId = await report(engine, { profile: aPerson() });
  await closed(engine, incidentId);

  assert.equal((await command(t, 'incident', 'assign', incidentId, 'reviewer-b')).code, 1);
  const stranger = await command(t, 'incident', 'assign', incidentId, 'nobody@example.com');
  assert.deepEqual([stranger.code, /is none of the people/.test(stranger.err)], [2, true]);
  assert.equal((await command(t, 'incident', 'comment', incidentId, ' ')).code, 2);
});

test('a signal that names no opaque id shows nothing', async () => {
  choose('random', { people: PEOPLE.slice(0, 1) });
  const { incidentId, taskId } = await halted();
  const run = await runOf(engine, incidentId);

  for (const odd of ['Robin@example.com', '', 7, null, 'A Name']) await run.signal('owner', odd);
  await answer(engine, taskId, 'close', 'a@example.com');

  await closed(engine, incidentId);
  assert.equal(await shownOwner(incidentId), 'reviewer-a');
});
