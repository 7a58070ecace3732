import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PlanState } from '../../../activities/store/cycle-plan.js';
import { previewReport } from '../../../domain/preview.js';
import type { UserProfile } from '../../../domain/profile.js';
import { aProfile, aRow, INSTANCE, ReportWorld, rowsOf } from '../../support/report.js';
import type { Row } from '../../support/report.js';

/** Ways in which the row of a person can differ from the plain one. */
const ROWS: ReadonlyArray<(n: number) => Row[]> = [
  (n) => [aRow(n)],
  (n) => [aRow(n)],
  () => [],
  (n) => [aRow(n, { Title: 'Lead' })],
  (n) => [aRow(n, { Employment_Status: 'Terminated' })],
  (n) => [aRow(n, { Termination_Date: '03/10/2026' })],
  (n) => [aRow(n, { Termination_Date: '04/10/2026' })],
  (n) => [aRow(n, { Email_Address: `renamed${n}@example.com`, User_Name: `renamed${n}@example.com` })],
  (n) => [aRow(n, { Emp_ID: `X${n}` })],
  (n) => [aRow(n, { Prehire_Flag: 'True', Rehired_Employee: 'Yes', Title: 'Returner' })],
  (n) => [aRow(n, { Last_Hire_Date: '05/20/2026' })],
  (n) => [aRow(n, { Last_Hire_Date: 'unknown' })],
  (n) => [aRow(n, { Preferred_Name: `Person Number ${n + 1}` })],
  (n) => [aRow(n), aRow(n, { Title: 'Twin' })],
  (n) => [aRow(n, { Email_Address: '' })],
];

/** Ways in which the stored profile of a person can differ; null = none. */
const PROFILES: ReadonlyArray<(n: number) => UserProfile | null> = [
  (n) => aProfile(n),
  (n) => aProfile(n),
  () => null,
  (n) => aProfile(n, { adAccountStatus: 'Disabled' }),
  (n) => aProfile(n, { adAccountStatus: 'Disabled', terminationDate: '02/01/2026' }),
  (n) => aProfile(n, { adAccountStatus: 'Pending' }),
  (n) => aProfile(n, { adAccountStatus: '' }),
  (n) => aProfile(n, { isProcessed: true }),
  (n) => aProfile(n, { forceSync: true }),
  (n) => aProfile(n, { sourcePriority: 2 }),
  (n) => aProfile(n, { isTemporaryUser: true }),
  (n) => aProfile(n, { terminationTrigger: 'TUFE' }),
  (n) => aProfile(n, { keptAs: 'orphan' }),
];

const company = fc.array(fc.record({ row: fc.nat(ROWS.length - 1), profile: fc.nat(PROFILES.length - 1) }), {
  minLength: 1,
  maxLength: 24,
});

const WAIVED = { missingRows: 1000, rejectedRows: 1000 };

const line = (type: string, email: string, changed: object): string =>
  `${type} ${email} ${Object.keys(changed).sort().join()}`;

test('plans what the preview of the same report shows, whatever the slices and interruptions', async (t) => {
  const world = await ReportWorld.start(t);
  world.limits = { reportGuard: WAIVED };
  const { collection } = world.store.people;
  await fc.assert(
    fc.asyncProperty(company, fc.constantFrom(10, 40, 100), fc.nat(6), async (people, percentage, stopAfter) => {
      world.check = () => undefined;
      await Promise.all([collection.deleteMany({}), world.store.plan.collection.deleteMany({})]);
      await world.store.cycles.collection.deleteMany({});
      world.workday = {
        processedEntriesPercentage: percentage,
        daysBeforeHireToSync: 30,
        daysBeforeHireToEnableAd: 7,
      };
      const profiles = people.map(({ profile }, n) => PROFILES[profile]!(n)).filter((profile) => profile !== null);
      world.reports.rows = people.flatMap(({ row }, n) => ROWS[row]!(n));
      await world.givenPeople(profiles);
      const [instance] = world.configuration.ilm.workday;
      const expected = await previewReport({
        report: { Report_Entry: world.reports.rows },
        profiles,
        settings: { ...instance!, timeZone: 'UTC' },
        now: world.now.getTime(),
        instance: INSTANCE,
      });

      const staged = await world.stage();
      if (staged.snapshotId === undefined) return assert.equal(world.reports.rows.length, 0);
      let checks = 0;
      world.check = () => {
        checks += 1;
        if (checks === stopAfter) throw new Error('interrupted');
      };
      let last = await world.evaluate(staged.snapshotId).catch(() => null);
      while (last?.isLast !== true) last = await world.evaluate(staged.snapshotId).catch(() => null);

      const items = await world.store.plan.inStates(INSTANCE, [PlanState.Planned]);
      assert.deepEqual(
        items.map(({ type, email, changedFields }) => line(type, email, changedFields)).sort(),
        [
          ...expected.events.map(({ type, email, changedFields }) => line(type, email, changedFields)),
          ...expected.orphans.map(({ email }) => line('IAM - Terminate User', email, {})),
        ].sort(),
      );
      const snapshot = await world.store.snapshots.get(staged.snapshotId);
      assert.equal(last.rejected, expected.summary.rejected);
      assert.equal(snapshot?.counts.unchanged, expected.summary.unchanged);
      assert.equal(
        Object.values(snapshot?.counts.skipped ?? {}).reduce((sum, count) => sum + count, 0),
        expected.summary.skipped,
      );
    }),
    { numRuns: 40 },
  );
});

test('looks at the given share of the report in each run and at the orphans after the last', async (t) => {
  const world = await ReportWorld.start(t);
  world.workday = { processedEntriesPercentage: 40 };
  world.reports.rows = rowsOf(1, 10);
  await world.givenPeople([aProfile(50)]);
  const { snapshotId = '' } = await world.stage();

  const runs = [await world.evaluate(snapshotId), await world.evaluate(snapshotId), await world.evaluate(snapshotId)];

  assert.deepEqual(
    runs.map(({ evaluated, isLast, planned }) => [evaluated, isLast, planned]),
    [
      [4, false, { 'IAM - New Hire': 4 }],
      [8, false, { 'IAM - New Hire': 8 }],
      [10, true, { 'IAM - New Hire': 10, 'IAM - Terminate User': 1 }],
    ],
  );
});

test('a person in a rejected row is present and no orphan', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = [...rowsOf(1, 5), aRow(6, { Last_Hire_Date: 'broken' }), aRow(7, { Emp_ID: '' })];
  await world.givenPeople([aProfile(6), aProfile(7), aProfile(8)]);
  const { snapshotId = '' } = await world.stage();

  await world.evaluate(snapshotId);

  const items = await world.store.plan.inStates(INSTANCE, [PlanState.Planned]);
  assert.deepEqual(
    items.filter(({ entry }) => entry === null).map(({ email }) => email),
    ['person8@example.com'],
  );
});

test('forgets that an orphan was kept as soon as the person is in the report again', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 3);
  await world.givenPeople([aProfile(1, { keptAs: 'orphan' }), aProfile(9, { keptAs: 'orphan' })]);
  const { snapshotId = '' } = await world.stage();

  await world.evaluate(snapshotId);

  const kept = async (n: number) => (await world.store.people.byEmail(`person${n}@example.com`))?.profile?.keptAs;
  assert.deepEqual([await kept(1), await kept(9)], ['', 'orphan']);
});

test('writes when people were seen once a day and leaves the day of those who are missing', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 3);
  const before = '2026-01-01T00:00:00.000Z';
  await world.givenPeople([aProfile(1, { lastSeenAt: before }), aProfile(9, { lastSeenAt: before, keptAs: 'orphan' })]);
  const seen = async (n: number): Promise<string | undefined> =>
    (await world.store.people.byEmail(`person${n}@example.com`))?.profile?.lastSeenAt;
  const cycle = async (): Promise<void> => {
    const { snapshotId = '' } = await world.stage();
    await world.evaluate(snapshotId);
  };

  await cycle();
  const first = world.now.toISOString();
  world.now = new Date('2026-03-10T23:00:00Z');
  await cycle();
  const sameDay = await seen(1);
  world.now = new Date('2026-03-11T13:00:00Z');
  await cycle();

  assert.equal(sameDay, first);
  assert.equal(await seen(1), '2026-03-11T13:00:00.000Z');
  assert.equal(await seen(9), before);
});

test('an event that an open incident asks for already is not planned again', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 3);
  await world.run();
  assert.equal((await world.incidentTypes()).length, 3);

  world.reports.rows = [...rowsOf(1, 2), aRow(3, { Title: 'Lead' })];
  const { snapshotId = '' } = await world.stage();
  await world.evaluate(snapshotId);

  const items = await world.store.plan.inStates(INSTANCE, [PlanState.Planned]);
  assert.deepEqual(
    items.map(({ email }) => email),
    ['person3@example.com'],
  );
  assert.equal((await world.store.snapshots.get(snapshotId))?.counts.alreadyOpen, 2);
});
