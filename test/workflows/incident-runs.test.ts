import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';

import { startIncidentRuns } from '../../activities/open-incidents.js';
import { newerEventSignal } from '../../workflows/messages.js';
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
  offer,
  personOf,
  record,
  report,
  runOf,
  settle,
  viewOf,
} from '../support/incidents.js';

let finishing: () => Promise<void> = () => Promise.resolve();

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    activities: (_, plain) => ({
      finishIncident: async (request) => {
        const finished = await plain.finishIncident(request);
        await finishing();
        return finished;
      },
    }),
  });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
  finishing = () => Promise.resolve();
});
after(() => engine.close());

const entriesOf = async (incidentId: string): Promise<number> => (await incidentOf(engine, incidentId)).entries;

test('the same event is recorded once, whatever else it says the second time', async () => {
  const eventKey = randomUUID();
  await report(engine, { profile: aPerson(), eventKey });

  assert.equal(await offer(engine, { profile: aPerson(), eventKey }), null);
});

test('an equal wish is not recorded while the first is open, and is once it is closed', async () => {
  const update = { type: 'IAM - Update User' as const, profile: await disputed(engine) };
  const first = await report(engine, update);
  await asked(engine, first, 'H1');
  assert.equal(await offer(engine, update), null);

  await settle(engine, first, 'H1', 'close');
  await closed(engine, first);

  assert.notEqual(await offer(engine, update), null);
});

test('a person who stays without a profile for ten cycles gives one incident', async () => {
  const holder = await hired(engine);
  const profile = aPerson({ displayName: holder.displayName ?? '' });
  const mergedUserProfile = { ...profile, email: holder.email };
  const event = { profile, userProfile: { fields: profile, mergedUserProfile } };
  await asked(engine, await report(engine, event), 'D1');

  const offers = await Promise.all(Array.from({ length: 9 }, () => offer(engine, event)));

  assert.deepEqual(offers, Array<null>(9).fill(null));
});

test('a signal that is repeated starts nothing twice', async () => {
  const incidentId = await report(engine, { profile: aPerson() });
  const run = await runOf(engine, incidentId);
  await run.signal(newerEventSignal, incidentId).catch(() => undefined);
  await closed(engine, incidentId);
  await run.result();

  await startIncidentRuns(engine.deps, [incidentId, incidentId]);

  assert.equal(await entriesOf(incidentId), 1);
  assert.equal((await run.describe()).status.name, 'COMPLETED');
});

test('a newer event takes over from one that waits for a person, which closes as its duplicate', async () => {
  const update = { type: 'IAM - Update User' as const, profile: await disputed(engine) };
  const older = await report(engine, update);
  const olderTask = await asked(engine, older, 'H1');

  const newer = await report(engine, { ...update, profile: { ...update.profile, title: 'Clerk' } });

  await asked(engine, newer, 'H1');
  const duplicate = await incidentOf(engine, older);
  assert.equal(duplicate.closeReason, 'duplicate');
  assert.equal(duplicate.closeNote, `duplicate of ${newer}`);
  assert.notEqual(duplicate.tasks.find(({ id }) => id === olderTask)?.withdrawnAt, undefined);
  assert.equal((await runOf(engine, newer)).workflowId, (await runOf(engine, older)).workflowId);
  assert.equal((await personOf(engine, newer)).profile?.processedBy, newer);
});

test('of several events that came while one waited only the newest goes on', async () => {
  const update = { type: 'IAM - Update User' as const, profile: await disputed(engine) };
  const first = await report(engine, update);
  await asked(engine, first, 'H1');
  const newer: string[] = [];
  for (const title of ['Clerk', 'Head', 'Director']) {
    newer.push(await record(engine, { ...update, profile: { ...update.profile, title } }));
  }
  const [second = '', third = '', newest = ''] = newer;

  await startIncidentRuns(engine.deps, [newest, second, third]);

  await asked(engine, newest, 'H1');
  for (const older of [first, second, third]) assert.equal((await closed(engine, older)).closeReason, 'duplicate');
});

test('a newer event waits while its run provisions, and follows it', async () => {
  const profile = aPerson();
  const held = engine.application('Atlas').holdNext('create');
  const older = await report(engine, { profile });
  await held.reached;
  const newer = await report(engine, { profile: { ...profile, title: 'Clerk' } });
  const { workflowId } = await runOf(engine, older);
  await eventually('the newer one waits', async () => (await viewOf(engine, workflowId)).waitingIncidents === 1);
  assert.equal((await incidentOf(engine, newer)).state, 'Queued');

  held.release();

  assert.equal((await closed(engine, newer)).closeReason, 'done');
  assert.equal((await incidentOf(engine, older)).closeReason, 'done');
  assert.equal((await personOf(engine, newer)).profile?.title, 'Clerk');
  assert.equal((await runOf(engine, newer)).workflowId, workflowId);
});

test('an older event that comes after a newer one of its kind was carried out closes as overtaken', async () => {
  const profile = aPerson();
  const older = await record(engine, { profile });
  const newer = await record(engine, { profile: { ...profile, title: 'Clerk' } });
  // The older one is invisible at first, as when another process has allocated its number and not written it yet.
  const { collection } = engine.store.incidents;
  const late = await collection.findOneAndDelete({ _id: older });
  assert.ok(late);
  await startIncidentRuns(engine.deps, [newer]);
  await closed(engine, newer);

  await collection.insertOne(late);
  await startIncidentRuns(engine.deps, [older]);

  assert.equal((await closed(engine, older)).closeReason, 'overtaken');
  assert.equal((await personOf(engine, newer)).profile?.title, 'Clerk');
});

test('an older event that is signalled after a newer one closes as its duplicate', async () => {
  const profile = aPerson();
  const older = await record(engine, { profile });
  const newer = await record(engine, { profile: { ...profile, title: 'Clerk' } });

  await startIncidentRuns(engine.deps, [newer]);
  await closed(engine, newer);

  assert.equal((await incidentOf(engine, older)).closeReason, 'duplicate');
});

test('an event that comes in the closing moment is not lost', async () => {
  const profile = aPerson();
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  finishing = async () => {
    finishing = () => Promise.resolve();
    reach();
    await released;
  };
  const first = await report(engine, { profile });
  await reached;
  assert.equal((await incidentOf(engine, first)).state, 'Closed');

  const second = await report(engine, { profile: { ...profile, title: 'Clerk' } });
  release();

  assert.equal((await closed(engine, second)).closeReason, 'done');
});

test('events that race the end of a run again and again all come to their end', async () => {
  const profile = aPerson();
  const incidentIds = [await report(engine, { profile })];

  for (const title of ['A', 'B', 'C', 'D', 'E', 'F']) {
    await closed(engine, incidentIds.at(-1) ?? '');
    incidentIds.push(await report(engine, { profile: { ...profile, title } }));
  }

  for (const incidentId of incidentIds) assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal((await personOf(engine, incidentIds[0] ?? '')).profile?.title, 'F');
});

test('two runs that are started for one incident at once work on it once', async () => {
  const incidentId = await record(engine, { profile: aPerson() });

  await Promise.all([1, 2, 3].map(() => startIncidentRuns(engine.deps, [incidentId])));

  await closed(engine, incidentId);
  assert.equal(await entriesOf(incidentId), 1);
});

test('an incident that was interrupted is started again from its record and repeats only what is missing', async () => {
  const profile = aPerson();
  const atlas = engine.application('Atlas');
  const held = atlas.holdNext('find');
  const incidentId = await report(engine, { profile });
  await held.reached;
  const nimbus = engine.application('Active Directory');
  await eventually('the directory is done', async () =>
    (await engine.store.evidence.outcomes(incidentId)).some(({ action }) => action === 'initialise'),
  );
  const run = await runOf(engine, incidentId);
  await run.terminate();
  held.release();
  nimbus.calm();
  // What the keeper does, and then what `ilm incident retry` does.
  const { queue } = await personOf(engine, incidentId);
  await engine.store.people.giveBack((await personOf(engine, incidentId)).personId, queue[0]?.ticket ?? '');
  await engine.store.incidents.update(incidentId, { state: 'Queued' });
  await startIncidentRuns(engine.deps, [incidentId]);

  const incident = await closed(engine, incidentId);

  assert.equal(incident.closeReason, 'done');
  assert.equal(incident.successfulProvisioning.length, 3);
  assert.deepEqual(nimbus.calls, [], 'the directory was done before');
  assert.equal(atlas.accounts.filter(({ email }) => email === profile.email).length, 1);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});
