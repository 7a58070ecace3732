import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aProfile, aRow, INSTANCE, ReportWorld, rowsOf } from '../../support/report.js';

test('a staged report keeps mapped fields only, and says what it found', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = [...rowsOf(1, 20, { Salary: 'confidential' }), aRow(21, { Last_Hire_Date: 'soon' })];

  const staged = await world.stage();

  const snapshot = await world.store.snapshots.get(staged.snapshotId ?? '');
  assert.deepEqual([staged.entries, staged.rejected, staged.refused], [21, 1, []]);
  assert.ok(snapshot?.fields.includes('terminationDate'));
  assert.ok(!snapshot?.targets.includes('Salary'));
  assert.deepEqual(
    snapshot?.rejected.map(({ entry, reason, field, value }) => [entry, reason, field, value]),
    [[20, 'badDate', 'hireDate', 'soon']],
  );
  assert.equal((await world.store.cycles.get(INSTANCE)).snapshotId, staged.snapshotId);
});

test('chunks of an unchanged report are stored once, and a changed row stores one chunk anew', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 9_000);
  const chunksOf = async (): Promise<string[]> => {
    const { snapshotId } = await world.stage();
    return (await world.store.snapshots.get(snapshotId ?? ''))?.chunks.map(({ id }) => id) ?? [];
  };

  const first = await chunksOf();
  const same = await chunksOf();
  world.reports.rows = [aRow(10_000), ...rowsOf(1, 4_999), aRow(5_000, { Title: 'Lead' }), ...rowsOf(5_001, 9_000)];
  const changed = await chunksOf();

  assert.deepEqual(same, first);
  assert.ok(first.length > 2);
  const added = changed.filter((id) => !first.includes(id));
  assert.ok(added.length <= 2, `${added.length} of ${changed.length} chunks are new`);
  assert.equal(await world.store.snapshots.chunks.countDocuments(), new Set([...first, ...changed]).size);
});

test('an empty report is refused, even when an operator takes it as it is', async (t) => {
  const world = await ReportWorld.start(t);

  for (const acceptReport of [false, true]) {
    const { snapshotId, refused } = await world.stage({ acceptReport });
    assert.equal(snapshotId, undefined);
    assert.match(refused.join(), /no entries/);
  }
  assert.equal((await world.store.cycles.get(INSTANCE)).snapshotId, undefined);
});

test('rows that go missing are counted one by one, so that newcomers do not hide them', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 60);
  await world.stage();

  world.reports.rows = rowsOf(8, 67);
  const refused = await world.stage();
  world.reports.rows = rowsOf(7, 66);
  const taken = await world.stage();

  assert.match(refused.refused.join(), /^7 rows of the last good report are missing, more than the limit of 6/);
  assert.deepEqual(taken.refused, []);
});

test('a refused report plans nothing and the last good one still is the measure', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 60);
  const good = await world.stage();

  world.reports.rows = rowsOf(1, 30);
  await world.stage();
  const again = await world.stage();
  const accepted = await world.stage({ acceptReport: true });

  assert.equal(again.snapshotId, undefined);
  assert.notEqual(accepted.snapshotId, undefined);
  assert.notEqual(accepted.snapshotId, good.snapshotId);
  assert.deepEqual(accepted.refused, []);
});

test('a column that a good report had and that is gone from every row refuses the report', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 20);
  await world.stage();

  world.reports.rows = rowsOf(1, 20).map(({ Prehire_Flag: _, ...row }) => row);
  const { refused } = await world.stage();

  assert.match(refused.join(), /prehireFlag/);
});

test('a report without the deactivation column is refused while a stored profile has such a date', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = rowsOf(1, 20).map(({ Termination_Date: _, ...row }) => row);

  const without = await world.stage();
  await world.givenPeople([aProfile(1, { terminationDate: '05/01/2026' })]);
  const stored = await world.stage();

  assert.deepEqual(without.refused, []);
  assert.match(stored.refused.join(), /terminationDate/);
});

test('too many rejected rows refuse the report', async (t) => {
  const world = await ReportWorld.start(t);
  world.reports.rows = [...rowsOf(1, 20), ...rowsOf(21, 26, { Last_Hire_Date: '2020-01-15' })];

  const { refused, rejected } = await world.stage();

  assert.equal(rejected, 6);
  assert.match(refused.join(), /6 rows were rejected/);
});
