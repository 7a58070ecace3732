import { ApplicationFailure } from '@temporalio/common';
import { Cron } from 'croner';
import type { WorkdayInstance } from '../../domain/config.js';
import { milliseconds } from '../../domain/duration.js';
import { FailureType } from '../../domain/failures.js';
import type { ActivityDependencies } from '../dependencies.js';
import { PlanState } from '../store/cycle-plan.js';
import type { CycleDocument } from '../store/report-cycles.js';
import { settingsOf } from './settings.js';

/** What a run has to do next. */
export interface RunPlan {
  readonly step: 'samples' | 'firstSync' | 'download' | 'evaluate' | 'gate' | 'open';
  readonly cycle: number;
  /** The snapshot in progress; absent when one has to be downloaded. */
  readonly snapshotId?: string;
  /** Items that approvers have released and that are not opened yet. */
  readonly released: number;
}

/** How a run ended. */
export interface RunEnd {
  /** The cycle has opened everything that it may. */
  readonly isCycleFinished: boolean;
  /** ISO instant of the next run; null when only `runNow` starts one. */
  readonly nextRunAt: string | null;
  /** Everything that waits for an approver. */
  readonly held: number;
}

type RunDependencies = Pick<ActivityDependencies, 'store' | 'configuration' | 'clock'>;

const KEPT_MS = 7 * 24 * 60 * 60_000;

/**
 * What the next run of an instance does, by its stored state (spec workday-cycle 5.2). A snapshot that is older than
 * `snapshotMaxAge` is given up: what it found and did not open is dropped, and the report is downloaded anew.
 */
export async function planRun(deps: RunDependencies, { instance }: { readonly instance: string }): Promise<RunPlan> {
  const { store } = deps;
  const settings = settingsOf(deps.configuration, instance);
  const state = await store.cycles.get(instance);
  const released = await store.plan.count(instance, PlanState.Released);
  const { fetchSamples, syncUserProfilesOnFirstRun } = settings.instance;
  if (fetchSamples && state.samplesAt === undefined) return { step: 'samples', cycle: state.cycle, released };
  const needsSync = syncUserProfilesOnFirstRun && state.syncedAt === undefined;
  const snapshotId = await snapshotInProgress(deps, settings.instance, state, needsSync);
  const progress = { cycle: state.cycle, released, ...(snapshotId === undefined ? {} : { snapshotId }) };
  if (needsSync) return { step: 'firstSync', ...progress };
  if (snapshotId === undefined) return { step: 'download', ...progress };
  if (state.stage === 'opening') return { step: 'open', ...progress };
  const snapshot = await store.snapshots.get(snapshotId);
  return { step: snapshot?.orphansDone === true ? 'gate' : 'evaluate', ...progress };
}

async function snapshotInProgress(
  { store, clock }: RunDependencies,
  { name, snapshotMaxAge }: WorkdayInstance,
  { snapshotId, stage }: CycleDocument,
  needsSync: boolean,
): Promise<string | undefined> {
  if (snapshotId === undefined) return undefined;
  // The setting was changed meanwhile: the cursor of a first sync is none of a cycle, and the reverse.
  if (needsSync !== (stage === 'syncing')) return undefined;
  const snapshot = await store.snapshots.get(snapshotId);
  const age = clock.now().getTime() - Date.parse(snapshot?.takenAt ?? '');
  if (age <= milliseconds(snapshotMaxAge)) return snapshotId;
  await store.plan.drop(snapshotId, `its report is older than ${snapshotMaxAge}`);
  await store.cycles.end(name, snapshotId);
  return undefined;
}

/**
 * Ends a run: ends the cycle when nothing is left to open, deletes report data older than seven days, and says when the
 * next run is due. Repeating it is harmless.
 *
 * @param startedAt ISO instant at which the run began, from which `every` counts
 * @param now ISO instant; the workflow's own, so that its timer and this answer agree
 */
export async function endRun(
  { store, configuration, clock }: RunDependencies,
  { instance, startedAt, now }: { readonly instance: string; readonly startedAt: string; readonly now: string },
): Promise<RunEnd> {
  const settings = settingsOf(configuration, instance);
  const { snapshotId, stage } = await store.cycles.get(instance);
  const isCycleFinished =
    snapshotId !== undefined &&
    stage === 'opening' &&
    (await store.plan.count(instance, PlanState.Admitted, snapshotId)) === 0;
  if (isCycleFinished) {
    const finishedAt = clock.now().toISOString();
    await store.snapshots.update(snapshotId, { finishedAt });
    await store.cycles.end(instance, snapshotId, { lastFinishedAt: finishedAt });
    const before = new Date(clock.now().getTime() - KEPT_MS).toISOString();
    await store.snapshots.deleteBefore(before);
    await store.plan.deleteBefore(before);
  }
  const nextRunAt = nextRun(settings.instance, new Date(startedAt), new Date(now));
  return { isCycleFinished, nextRunAt, held: await store.plan.count(instance, PlanState.Held) };
}

/**
 * When the next run is due; null when the cron expression names no further time.
 *
 * @throws ApplicationFailure `Configuration` when the cron expression or its zone is not valid
 */
export function nextRun({ name, schedule }: WorkdayInstance, startedAt: Date, now: Date): string | null {
  if ('every' in schedule) {
    return new Date(Math.max(now.getTime(), startedAt.getTime() + milliseconds(schedule.every))).toISOString();
  }
  try {
    return new Cron(schedule.cron, { timezone: schedule.timeZone }).nextRun(now)?.toISOString() ?? null;
  } catch (error) {
    throw ApplicationFailure.create({
      type: FailureType.Configuration,
      message: `workday instance '${name}': schedule.cron '${schedule.cron}' (${schedule.timeZone}) is not valid: ${
        error instanceof Error ? error.message : String(error)
      }`,
      nonRetryable: true,
    });
  }
}
