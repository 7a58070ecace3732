import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanState } from '../../../activities/store/cycle-plan.js';
import { aProfile, aRow, INSTANCE, ReportWorld, rowsOf } from '../../support/report.js';

/** A world with generous limits. */
async function aWorld(...t: Parameters<typeof ReportWorld.start>): Promise<ReportWorld> {
  const world = await ReportWorld.start(...t);
  const generous = { count: 1000, percent: 100 };
  world.limits = {
    gate: { hire: generous, terminate: generous, update: generous },
    reportGuard: { missingRows: 1000 },
  };
  return world;
}

test('opens at most the fetch limit per run and downloads nothing before all is open', async (t) => {
  const world = await aWorld(t);
  world.workday = { fetchLimit: 4 };
  world.reports.rows = rowsOf(1, 10);
  const counts: number[] = [];

  for (let run = 0; run < 3; run += 1) {
    await world.run();
    counts.push((await world.incidentTypes()).length);
  }

  assert.deepEqual(counts, [4, 8, 10]);
  assert.equal(world.reports.requests, 1);
});

test('opens leavers first, then by the report', async (t) => {
  const world = await aWorld(t);
  await world.givenPeople([aProfile(3), aProfile(4), aProfile(9)]);
  world.reports.rows = [aRow(1), aRow(3, { Title: 'Lead' }), aRow(4, { Employment_Status: 'Terminated' }), aRow(2)];

  await world.run();

  const incidents = await world.store.incidents.collection.find().sort({ seq: 1 }).toArray();
  assert.deepEqual(
    incidents.map(({ type, email, terminationTrigger }) => [type, email.split('@')[0], terminationTrigger]),
    [
      ['IAM - Terminate User', 'person4', 'Workday'],
      ['IAM - Terminate User', 'person9', 'Orphan'],
      ['IAM - New Hire', 'person1', undefined],
      ['IAM - Update User', 'person3', undefined],
      ['IAM - New Hire', 'person2', undefined],
    ],
  );
});

test('releases orphans in portions of the fetch limit', async (t) => {
  const world = await aWorld(t);
  world.workday = { fetchLimit: 2 };
  await world.givenPeople([aProfile(11), aProfile(12), aProfile(13), aProfile(1)]);
  world.reports.rows = [aRow(1)];

  await world.run();
  const first = (await world.incidentTypes()).length;
  await world.run();

  assert.deepEqual([first, (await world.incidentTypes()).length], [2, 3]);
});

test('judges an item again on the fresh profile and drops a stale one with a note', async (t) => {
  const world = await aWorld(t);
  await world.givenPeople([aProfile(1), aProfile(2)]);
  world.reports.rows = [aRow(1, { Title: 'Lead' }), aRow(2, { Title: 'Lead' })];
  const { snapshotId = '' } = await world.stage();
  await world.evaluate(snapshotId);
  await world.gate(snapshotId);

  const person = await world.store.people.byEmail('person1@example.com');
  await world.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, { set: { title: 'Lead' } });
  const { opened, dropped } = await world.open();

  assert.deepEqual([opened, dropped], [1, 1]);
  const [item] = await world.store.plan.inStates(INSTANCE, [PlanState.Dropped]);
  assert.deepEqual([item?.email, item?.note], ['person1@example.com', 'unchanged']);
});

test('two hires of one name in one portion: the second knows of the first', async (t) => {
  const world = await aWorld(t);
  world.reports.rows = [aRow(1, { Preferred_Name: 'Sam Same' }), aRow(2, { Preferred_Name: 'Sam Same' })];

  await world.run();

  const incidents = await world.store.incidents.collection.find().sort({ seq: 1 }).toArray();
  assert.deepEqual(
    incidents.map(({ mergedWith }) => mergedWith),
    [null, 'person1@example.com'],
  );
});

test('a hire of a name whose hire is on its way is told about it in the next cycle, too', async (t) => {
  const world = await aWorld(t);
  world.reports.rows = [aRow(1, { Preferred_Name: 'Sam Same' })];
  await world.run();

  world.reports.rows = [...world.reports.rows, aRow(2, { Preferred_Name: 'Sam Same' })];
  await world.run();

  const second = await world.store.incidents.collection.findOne({ email: 'person2@example.com' });
  assert.equal(second?.mergedWith, 'person1@example.com');
});

test('an address with a new employee id is an event of the newcomer, not of the owner', async (t) => {
  const world = await aWorld(t);
  await world.givenPeople([aProfile(1, { adAccountStatus: 'Disabled' })]);
  world.reports.rows = [aRow(1, { Emp_ID: '7777' })];

  await world.run();

  const [incident] = await world.store.incidents.collection.find().toArray();
  const owner = await world.store.people.byEmail('person1@example.com');
  const newcomer = (await world.store.people.reserve('Workday', ['7777'])).get('7777');
  assert.equal(incident?.addressReuse, true);
  assert.notEqual(incident?.personId, owner?.personId);
  assert.equal(incident?.personId, newcomer);
});

test('a leaver with an open termination is not terminated twice', async (t) => {
  const world = await aWorld(t);
  await world.givenPeople([aProfile(1), aProfile(2)]);
  world.reports.rows = [aRow(1, { Employment_Status: 'Terminated' })];

  await world.run();
  world.reports.rows = [aRow(1, { Employment_Status: 'Terminated', Title: 'Former' })];
  await world.run();

  const incidents = await world.store.incidents.collection.find().toArray();
  assert.deepEqual(incidents.map(({ email }) => email).sort(), ['person1@example.com', 'person2@example.com']);
});

test('a leaver whose missing row is still asked about is terminated by the report at once', async (t) => {
  const world = await aWorld(t);
  await world.givenPeople([aProfile(1), aProfile(2)]);
  world.reports.rows = [aRow(2)];
  await world.run();
  await world.store.incidents.collection.updateMany({}, { $set: { state: 'WaitingForDecision' } });

  world.reports.rows = [aRow(1, { Employment_Status: 'Terminated' }), aRow(2)];
  await world.run();
  await world.run();

  const incidents = await world.store.incidents.collection.find().sort({ seq: 1 }).toArray();
  assert.deepEqual(
    incidents.map(({ email, terminationTrigger }) => [email, terminationTrigger]),
    [
      ['person1@example.com', 'Orphan'],
      ['person1@example.com', 'Workday'],
    ],
  );
});

test('an incident carries the person, the snapshot and the profile, and starts once', async (t) => {
  const world = await aWorld(t);
  await world.givenPeople([aProfile(1)]);
  world.reports.rows = [aRow(1, { Title: 'Lead' })];

  await world.run();
  await world.run();

  const [incident, ...others] = await world.store.incidents.collection.find().toArray();
  const person = await world.store.people.byEmail('person1@example.com');
  assert.deepEqual(others, []);
  assert.equal(incident?.personId, person?.personId);
  assert.match(incident?.source.snapshotId ?? '', /^workday-1-/);
  assert.equal(incident?.userProfile.oldUserData?.['title'], 'Analyst');
  assert.deepEqual(world.started, [incident?._id]);
});

test('a snapshot that is too old is given up and the report downloaded anew', async (t) => {
  const world = await aWorld(t);
  world.workday = { fetchLimit: 2, snapshotMaxAge: '1h' };
  world.reports.rows = rowsOf(1, 5);
  await world.run();

  world.now = new Date(world.now.getTime() + 61 * 60_000);
  world.reports.rows = rowsOf(1, 3);
  await world.run();

  assert.equal(world.reports.requests, 2);
  assert.equal((await world.incidentTypes()).length, 3);
  const dropped = await world.store.plan.inStates(INSTANCE, [PlanState.Dropped]);
  assert.equal(dropped.filter(({ note }) => note === 'its report is older than 1h').length, 3);
});

test('report data is deleted after seven days', async (t) => {
  const world = await aWorld(t);
  world.reports.rows = rowsOf(1, 3);
  await world.run();
  world.now = new Date(world.now.getTime() + 8 * 24 * 60 * 60_000);
  world.reports.rows = rowsOf(4, 6);

  await world.run();

  const { snapshots, plan } = world.store;
  assert.deepEqual([await snapshots.collection.countDocuments(), await snapshots.chunks.countDocuments()], [1, 1]);
  assert.equal(await plan.collection.countDocuments(), 3);
});
