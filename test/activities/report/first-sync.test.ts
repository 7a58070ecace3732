import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordSamples } from '../../../activities/report/samples.js';
import { planRun } from '../../../activities/report/runs.js';
import { aProfile, aRow, INSTANCE, ReportWorld, rowsOf } from '../../support/report.js';

/** A world whose instance syncs profiles first. */
async function aFreshWorld(...t: Parameters<typeof ReportWorld.start>): Promise<ReportWorld> {
  const world = await ReportWorld.start(...t);
  world.workday = { syncUserProfilesOnFirstRun: true };
  return world;
}

async function sync(world: ReportWorld) {
  const { snapshotId = '' } = await world.stage({ stage: 'syncing' });
  return await world.sync(snapshotId);
}

const stepOf = async (world: ReportWorld): Promise<string> => (await planRun(world.deps, { instance: INSTANCE })).step;

test('creates a profile for every usable entry and opens nothing', async (t) => {
  const world = await aFreshWorld(t);
  world.workday = { ...world.workday, daysBeforeHireToSync: 30, daysBeforeHireToEnableAd: 7 };
  world.reports.rows = [
    aRow(1),
    aRow(2, { Last_Hire_Date: '03/30/2026' }),
    aRow(3, { Last_Hire_Date: '06/30/2026' }),
    aRow(4, { Employment_Status: 'Terminated' }),
    aRow(1, { Emp_ID: '9999' }),
    aRow(6, { Last_Hire_Date: '' }),
  ];

  const { written, skipped } = await sync(world);

  assert.deepEqual([written, skipped], [2, { hireDateTooFar: 1, gone: 1, rejected: 2 }]);
  const people = await world.store.people.collection.find({ profile: { $exists: true } }).toArray();
  const [first, second] = people.map(({ profile }) => profile).sort((a, b) => (a!.email! < b!.email! ? -1 : 1));
  assert.equal(first?.adAccountStatus, undefined);
  assert.equal(second?.adAccountStatus, 'Pending');
  assert.equal(first?.sourceInstance, INSTANCE);
  assert.deepEqual(first?.sourceKeys, [{ source: 'Workday', employeeId: '1001' }]);
  assert.equal(first?.lastSeenAt, world.now.toISOString());
  assert.deepEqual(await world.incidentTypes(), []);
});

test('is done once, and the cycle after it finds nothing new', async (t) => {
  const world = await aFreshWorld(t);
  world.reports.rows = rowsOf(1, 8);
  const before = await stepOf(world);
  await sync(world);
  const after = await stepOf(world);

  await world.run();

  assert.deepEqual([before, after], ['firstSync', 'download']);
  assert.deepEqual(await world.incidentTypes(), []);
  assert.equal((await world.store.snapshots.newest(INSTANCE))?.counts.unchanged, 8);
});

test('goes on where it was interrupted and writes nobody twice', async (t) => {
  const world = await aFreshWorld(t);
  world.reports.rows = rowsOf(1, 2_100);
  const { snapshotId = '' } = await world.stage({ stage: 'syncing' });
  let checks = 0;
  world.check = () => {
    checks += 1;
    if (checks === 2) throw new Error('interrupted');
  };

  await assert.rejects(world.sync(snapshotId), /interrupted/);
  const { step, snapshotId: again } = await planRun(world.deps, { instance: INSTANCE });
  const { written } = await world.sync(snapshotId);

  assert.deepEqual([step, again], ['firstSync', snapshotId]);
  assert.equal(written, 2_100);
  const { collection } = world.store.people;
  assert.equal(await collection.countDocuments({ profile: { $exists: true } }), 2_100);
  assert.equal(await collection.countDocuments({ version: 1 }), 2_100);
});

test('a known profile takes over the report and keeps its bookkeeping', async (t) => {
  const world = await aFreshWorld(t);
  await world.givenPeople([
    aProfile(1, { adAccountStatus: 'Disabled', terminationTrigger: 'TUFE', title: 'Intern' }),
    aProfile(2, { sourcePriority: 0, title: 'Intern' }),
  ]);
  world.reports.rows = rowsOf(1, 2);

  const { skipped } = await sync(world);

  const profile = async (n: number) => (await world.store.people.byEmail(`person${n}@example.com`))?.profile;
  const first = await profile(1);
  assert.deepEqual(
    [first?.['title'], first?.adAccountStatus, first?.terminationTrigger],
    ['Analyst', 'Disabled', 'TUFE'],
  );
  assert.equal((await profile(2))?.['title'], 'Intern');
  assert.deepEqual(skipped, { otherSource: 1 });
});

test('an e-mail that belongs to somebody else is skipped and nobody is overwritten', async (t) => {
  const world = await aFreshWorld(t);
  await world.givenPeople([
    aProfile(1, { employeeId: '5555', sourceKeys: [{ source: 'Workday', employeeId: '5555' }] }),
  ]);
  world.reports.rows = rowsOf(1, 3);

  const { written, skipped } = await sync(world);

  assert.deepEqual([written, skipped], [2, { conflict: 1 }]);
  assert.equal((await world.store.people.byEmail('person1@example.com'))?.profile?.employeeId, '5555');
});

test('an empty report is no first sync', async (t) => {
  const world = await aFreshWorld(t);

  const { refused } = await world.stage({ stage: 'syncing' });

  assert.equal(refused.length, 1);
  assert.equal(await stepOf(world), 'firstSync');
});

test('samples are the first five entries, closed at birth, and keep the other marks', async (t) => {
  const world = await aFreshWorld(t);
  world.workday = { ...world.workday, fetchSamples: true };
  world.reports.rows = [aRow(1, { Last_Hire_Date: 'broken' }), ...rowsOf(2, 9)];
  const sample = () => recordSamples(world.deps, { instance: INSTANCE }, world.progress);

  const before = await stepOf(world);
  const first = await sample();
  await sample();
  const after = await stepOf(world);
  await sync(world);

  assert.deepEqual([before, first, after, await stepOf(world)], ['samples', { samples: 5 }, 'firstSync', 'download']);
  const incidents = await world.store.incidents.collection.find().toArray();
  assert.deepEqual(
    incidents.map(({ type, state, closeReason }) => [type, state, closeReason]),
    new Array(5).fill(['IAM - Sync User', 'Closed', 'sample']),
  );
  assert.deepEqual(
    incidents.map(({ email }) => email).sort(),
    [1, 2, 3, 4, 5].map((n) => `person${n}@example.com`),
  );
  assert.deepEqual(world.started, []);
});
