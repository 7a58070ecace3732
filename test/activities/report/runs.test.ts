import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { nextRun, planRun } from '../../../activities/report/runs.js';
import { workdayInstanceSchema } from '../../../domain/config.js';
import { INSTANCE, ReportWorld, rowsOf } from '../../support/report.js';

const scheduled = (schedule: Record<string, string>) =>
  workdayInstanceSchema.parse({ name: 'HR', reportUrl: 'http://hr.example', mapper: 'm', schedule });

const next = (schedule: Record<string, string>, startedAt: string, now: string): string | null =>
  nextRun(scheduled(schedule), new Date(startedAt), new Date(now));

test('an interval counts from the start of a run, and a run that took longer is followed at once', () => {
  assert.equal(next({ every: '5m' }, '2026-03-10T12:00:00Z', '2026-03-10T12:01:00Z'), '2026-03-10T12:05:00.000Z');
  assert.equal(next({ every: '5m' }, '2026-03-10T12:00:00Z', '2026-03-10T12:09:00Z'), '2026-03-10T12:09:00.000Z');
});

test('a cron expression is read in its own zone, across the change to summer time', () => {
  const daily = { cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin' };

  assert.equal(next(daily, '2026-03-27T00:00:00Z', '2026-03-27T04:59:00Z'), '2026-03-27T05:00:00.000Z');
  // Friday to Monday; the clocks changed on Sunday.
  assert.equal(next(daily, '2026-03-27T00:00:00Z', '2026-03-27T05:00:00Z'), '2026-03-30T04:00:00.000Z');
});

test('a faulty cron expression is a fault of the configuration that names it', () => {
  for (const schedule of [{ cron: '61 * * * *' }, { cron: '0 6 * * *', timeZone: 'Nowhere/City' }]) {
    assert.throws(
      () => next(schedule, '2026-03-10T12:00:00Z', '2026-03-10T12:00:00Z'),
      (error) =>
        error instanceof ApplicationFailure && error.type === 'Configuration' && /schedule\.cron/.test(error.message),
    );
  }
});

test('an unknown instance and a missing mapper are faults of the configuration', async (t) => {
  const world = await ReportWorld.start(t);
  const isFault = (error: unknown): boolean => error instanceof ApplicationFailure && error.type === 'Configuration';

  await assert.rejects(planRun(world.deps, { instance: 'Other' }), isFault);
  world.workday = { mapper: 'mappers/none.yaml' };
  await assert.rejects(world.stage(), isFault);
});

test('a run goes on with the cycle in progress, at the step where it is', async (t) => {
  const world = await ReportWorld.start(t);
  world.workday = { processedEntriesPercentage: 50, fetchLimit: 3 };
  world.reports.rows = rowsOf(1, 8);
  const step = async (): Promise<string> => (await planRun(world.deps, { instance: INSTANCE })).step;
  const steps = [await step()];

  const { snapshotId = '' } = await world.stage();
  steps.push(await step());
  await world.evaluate(snapshotId);
  steps.push(await step());
  await world.evaluate(snapshotId);
  steps.push(await step());
  await world.gate(snapshotId);
  steps.push(await step());
  await world.open();
  await world.end();
  steps.push(await step());

  assert.deepEqual(steps, ['download', 'evaluate', 'evaluate', 'gate', 'open', 'open']);
});
