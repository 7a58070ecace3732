import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanState } from '../../../activities/store/cycle-plan.js';
import { aProfile, aRow, INSTANCE, ReportWorld, rowsOf } from '../../support/report.js';

const HOUR_MS = 60 * 60_000;

/** A world whose limit for hires is 3 and whose owned profiles are too few to raise any limit. */
async function aStrictWorld(...t: Parameters<typeof ReportWorld.start>): Promise<ReportWorld> {
  const world = await ReportWorld.start(...t);
  world.limits = {
    gate: { hire: { count: 3, percent: 0 } },
    reportGuard: { missingRows: 1000, rejectedRows: 1000 },
  };
  return world;
}

const released = (world: ReportWorld, set: string, more: { item?: string; planHash?: string } = {}) =>
  world.store.held.release({ set, by: 'approver-1', at: world.now.toISOString(), ...more });

test('opens what stays within the limits', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 3);

  await world.run();

  assert.deepEqual(await world.incidentTypes(), new Array(3).fill('IAM - New Hire'));
  assert.equal(world.started.length, 3);
  assert.deepEqual(await world.store.held.list(), []);
});

test('holds every item of an action beyond its limit, and lets the other actions pass', async (t) => {
  const world = await aStrictWorld(t);
  await world.givenPeople([aProfile(50)]);
  world.reports.rows = [...rowsOf(1, 4), aRow(50, { Title: 'Lead' })];

  await world.run();

  assert.deepEqual(await world.incidentTypes(), ['IAM - Update User']);
  const [set, ...others] = await world.store.held.list(INSTANCE);
  assert.deepEqual([set?.action, set?.held, others], ['hire', 4, []]);
  assert.match(set?.reason ?? '', /exceed the limit of 3/);
});

test('tells IT once about a set, by its name and its people', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 4);

  await world.run();
  world.reports.rows = rowsOf(1, 5);
  await world.run();

  assert.equal(world.mails.length, 1);
  const [mail] = world.mails;
  const [set] = await world.store.held.list();
  assert.deepEqual(mail?.to, ['it@example.com']);
  assert.ok(mail?.html.includes(set?._id ?? '-'));
  assert.ok(mail?.html.includes('person4@example.com'));
});

test('a person who is held is not held twice, and newer data do not lead out of the set', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 4);
  await world.run();

  world.reports.rows = [...rowsOf(1, 3), aRow(4, { Title: 'Lead' })];
  await world.run();
  await world.run();

  assert.deepEqual(await world.incidentTypes(), []);
  const [set] = await world.store.held.list();
  assert.equal(set?.held, 4);
  const items = (await world.store.held.show(set._id))?.items ?? [];
  assert.equal(new Set(items.map(({ snapshotId }) => snapshotId)).size, 1);
});

test('opens released items at the fetch limit, on the newest data', async (t) => {
  const world = await aStrictWorld(t);
  world.workday = { fetchLimit: 2 };
  world.reports.rows = rowsOf(1, 4);
  await world.run();
  const [set] = await world.store.held.list();

  const outcome = await released(world, set?._id ?? '');
  world.reports.rows = [...rowsOf(1, 3), aRow(4, { Title: 'Lead' })];
  await world.run();
  const afterOne = await world.incidentTypes();
  await world.run();

  assert.deepEqual(outcome, { kind: 'done', items: 4 });
  assert.equal(afterOne.length, 2);
  assert.equal((await world.incidentTypes()).length, 4);
  const last = await world.store.incidents.collection.findOne({ email: 'person4@example.com' });
  assert.equal(last?.userProfile.fields['title'], 'Lead');
  assert.deepEqual(await world.store.held.list(), []);
});

test('releases one item and keeps the others', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 4);
  await world.run();
  const [set] = await world.store.held.list();
  const [item] = (await world.store.held.show(set?._id ?? ''))?.items ?? [];

  await released(world, set?._id ?? '', { item: item?._id ?? '' });
  await world.run();

  const incidents = await world.store.incidents.collection.find().toArray();
  assert.deepEqual(
    incidents.map(({ email }) => email),
    [item?.email],
  );
  assert.equal((await world.store.held.list())[0]?.held, 3);
});

test('a released item that does not hold any more is dropped with a note', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 4);
  await world.run();
  const [set] = await world.store.held.list();
  await released(world, set?._id ?? '');

  await world.givenPeople([aProfile(2)]);
  await world.open();

  assert.equal((await world.incidentTypes()).length, 3);
  const dropped = await world.store.plan.inStates(INSTANCE, [PlanState.Dropped]);
  assert.deepEqual(
    dropped.map(({ email, note }) => [email, note]),
    [['person2@example.com', 'unchanged']],
  );
});

test('what an approver discards stays silent for seven days and is asked about again then', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 4);
  await world.run();
  const [set] = await world.store.held.list();

  await world.store.held.discard({ set: set?._id ?? '', by: 'approver-1', at: world.now.toISOString() });
  world.now = new Date(world.now.getTime() + 6 * 24 * HOUR_MS);
  await world.run();
  const silent = [await world.incidentTypes(), await world.store.held.list()];
  world.now = new Date(world.now.getTime() + 25 * HOUR_MS);
  await world.run();

  assert.deepEqual(silent, [[], []]);
  assert.equal((await world.store.held.list())[0]?.held, 4);
});

test('what the report does not ask for any more leaves the set', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 4);
  await world.run();

  world.reports.rows = rowsOf(1, 3);
  await world.run();

  assert.equal((await world.store.held.list())[0]?.held, 3);
  assert.deepEqual(await world.incidentTypes(), []);
});

test('counts a rolling day over several cycles', async (t) => {
  const world = await aStrictWorld(t);
  world.reports.rows = rowsOf(1, 3);
  await world.run();

  world.now = new Date(world.now.getTime() + 23 * HOUR_MS);
  world.reports.rows = rowsOf(1, 4);
  await world.run();
  const within = (await world.incidentTypes()).length;
  world.now = new Date(world.now.getTime() + 2 * HOUR_MS);
  world.reports.rows = rowsOf(1, 5);
  await world.run();

  assert.equal(within, 3);
  // The fourth waits in its set; the fifth is the first of a new day.
  assert.equal((await world.incidentTypes()).length, 4);
  assert.equal((await world.store.held.list())[0]?.held, 1);
});

test('with requireApproval the whole plan waits, and only the plan that was seen can be released', async (t) => {
  const world = await ReportWorld.start(t);
  world.workday = { requireApproval: true };
  await world.givenPeople([aProfile(50)]);
  world.reports.rows = [aRow(1), aRow(50, { Title: 'Lead' })];
  await world.run();
  const [seen] = await world.store.held.list();

  const withoutHash = await released(world, seen?._id ?? '');
  world.reports.rows = [aRow(1), aRow(2), aRow(50, { Title: 'Lead' })];
  await world.run();
  const drifted = await released(world, seen?._id ?? '', { planHash: seen?.planHash ?? '' });
  const [current] = await world.store.held.list();
  const approved = await released(world, current?._id ?? '', { planHash: current?.planHash ?? '' });
  await world.run();

  assert.deepEqual([seen?.action, seen?.held, withoutHash.kind], ['plan', 2, 'drifted']);
  assert.deepEqual(drifted, { kind: 'drifted', planHash: current?.planHash });
  assert.deepEqual(approved, { kind: 'done', items: 3 });
  assert.deepEqual((await world.incidentTypes()).sort(), ['IAM - New Hire', 'IAM - New Hire', 'IAM - Update User']);
});

test('a mail server that is down holds nothing up', async (t) => {
  const world = await aStrictWorld(t);
  world.isMailDown = true;
  world.reports.rows = rowsOf(1, 4);

  await world.run();
  const held = (await world.store.held.list())[0]?.held;
  world.isMailDown = false;
  await world.run();

  assert.equal(held, 4);
  assert.equal(world.mails.length, 1);
});
