import type { ActivityDependencies } from './dependencies.js';
import { evaluateSlice } from './report/evaluate.js';
import type { EvaluatedSlice } from './report/evaluate.js';
import { syncProfiles } from './report/first-sync.js';
import type { FirstSyncReport } from './report/first-sync.js';
import { passGate } from './report/gate.js';
import type { GateReport } from './report/gate.js';
import { openPortion } from './report/open.js';
import type { OpenedPortion } from './report/open.js';
import { withHeartbeat } from './report/progress.js';
import { endRun, planRun } from './report/runs.js';
import type { RunEnd, RunPlan } from './report/runs.js';
import { recordSamples } from './report/samples.js';
import { stageReport } from './report/stage.js';
import type { StagedReport, StageRequest } from './report/stage.js';

/** Which instance. */
export interface InstanceRequest {
  readonly instance: string;
}

/** Which report of an instance. */
export interface SnapshotRequest extends InstanceRequest {
  readonly snapshotId: string;
}

/**
 * The activities of the report cycle. Report data stays in the store: requests and answers carry ids, counts, flags and
 * words without names. Every one of them can be interrupted and repeated.
 */
export interface ReportActivities {
  /** What the next run does, by the stored state. */
  planRun(request: InstanceRequest): Promise<RunPlan>;
  /** Downloads a report, stores it as a snapshot and begins a cycle with it, unless the guard refuses it. */
  stageReport(request: StageRequest): Promise<StagedReport>;
  /** Fetch Samples. */
  recordSamples(request: InstanceRequest): Promise<{ readonly samples: number }>;
  /** The first sync of profiles. */
  syncProfiles(request: SnapshotRequest): Promise<FirstSyncReport>;
  /** Plans the next slice, and the orphans after the last one. Pausing cancels it; it goes on at the cursor. */
  evaluateSlice(request: SnapshotRequest): Promise<EvaluatedSlice>;
  /** Holds what exceeds a limit and admits the rest of a complete plan. */
  passGate(request: SnapshotRequest): Promise<GateReport>;
  /** Opens incidents at the fetch limit. */
  openPortion(request: InstanceRequest): Promise<OpenedPortion>;
  /** Ends a run and says when the next one is due. */
  endRun(request: InstanceRequest & { readonly startedAt: string; readonly now: string }): Promise<RunEnd>;
}

/** Makes the activities of the report cycle. */
export const createReportActivities = (deps: ActivityDependencies): ReportActivities => ({
  planRun: (request) => planRun(deps, request),
  stageReport: (request) => withHeartbeat((progress) => stageReport(deps, request, progress)),
  recordSamples: (request) => withHeartbeat((progress) => recordSamples(deps, request, progress)),
  syncProfiles: (request) => withHeartbeat((progress) => syncProfiles(deps, request, progress)),
  evaluateSlice: (request) => withHeartbeat((progress) => evaluateSlice(deps, request, progress)),
  passGate: (request) => withHeartbeat(() => passGate(deps, request)),
  openPortion: (request) => withHeartbeat((progress) => openPortion(deps, request, progress)),
  endRun: (request) => withHeartbeat(() => endRun(deps, request)),
});
