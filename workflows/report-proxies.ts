import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';

import type { ReportActivities } from '../activities/report.js';

/**
 * A paused cycle waits until the activity has stopped, so that two attempts never work on one report. An activity
 * learns of the pause with a heartbeat, which the SDK passes on after four fifths of this time-out.
 */
const common: ActivityOptions = {
  heartbeatTimeout: '10s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/**
 * A report that cannot be had is tried again within minutes; after that the cycle says so and waits for its next run,
 * which is the better place to try.
 */
const download: ActivityOptions = {
  ...common,
  startToCloseTimeout: '2h',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 4 },
};

/** Work on the store only: it answers or is down, and a cycle has nothing else to do meanwhile. */
const storage: ActivityOptions = {
  ...common,
  startToCloseTimeout: '6h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
};

const withSummary = (options: ActivityOptions, summary: string): ReportActivities =>
  proxyActivities<ReportActivities>({ ...options, summary: `Report cycle: ${summary}` });

/** The activities of the report cycle, each with its time-outs and a summary for people. */
export const reportActivities: ReportActivities = {
  planRun: withSummary(storage, 'plan the run').planRun,
  stageReport: withSummary(download, 'download').stageReport,
  recordSamples: withSummary(download, 'samples').recordSamples,
  syncProfiles: withSummary(storage, 'first sync').syncProfiles,
  evaluateSlice: withSummary(storage, 'evaluate').evaluateSlice,
  passGate: withSummary(storage, 'gate').passGate,
  openPortion: withSummary(storage, 'open incidents').openPortion,
  endRun: withSummary(storage, 'end the run').endRun,
};
