import type { RunPlan } from '../activities/report/runs.js';
import type { CycleState } from './report-cycle-state.js';
import { reportActivities } from './report-proxies.js';

/**
 * One run of a cycle, by the stored state: samples, the first sync, or the next part of a cycle.
 *
 * A **cycle** is one report: downloaded, evaluated, put before the gate, and opened. A **run** is what happens at one
 * time of the schedule. It downloads when there is nothing to go on with, evaluates one slice (`processedEntriesPercentage`
 * of the report) and, after the last slice, looks for orphans, passes the gate and opens at most `fetchLimit` incidents;
 * the rest is opened by the runs that follow, before anything is downloaded again. With 100 % a cycle is one run plus
 * further portions. The fetch limit counts what is opened and does not end the evaluation of a slice, because the gate has
 * to know the whole plan before the first opening. Every run also opens what approvers have released, within the same fetch limit.
 *
 * @param acceptReport the operator takes the report as it is
 */
export async function runOnce(state: CycleState, acceptReport: boolean): Promise<void> {
  const { instance } = state;
  const plan = await reportActivities.planRun({ instance });
  state.update({ cycle: plan.cycle });
  if (plan.step === 'samples') {
    state.update({ phase: 'samples' });
    await reportActivities.recordSamples({ instance });
  } else if (plan.step === 'firstSync') {
    await runFirstSync(state, plan, acceptReport);
  } else {
    await runCycle(state, plan, acceptReport);
  }
}

async function runFirstSync(state: CycleState, plan: RunPlan, acceptReport: boolean): Promise<void> {
  const snapshotId = plan.snapshotId ?? (await download(state, 'syncing', acceptReport));
  if (snapshotId === undefined) return;
  state.update({ phase: 'firstSync' });
  const { entries } = await reportActivities.syncProfiles({ instance: state.instance, snapshotId });
  state.update({ entries, evaluated: entries });
}

async function runCycle(state: CycleState, plan: RunPlan, acceptReport: boolean): Promise<void> {
  const snapshotId = plan.snapshotId ?? (await download(state, 'evaluating', acceptReport));
  const isComplete = snapshotId !== undefined && (await planSlice(state, plan, snapshotId));
  const admitted = isComplete ? await gate(state, plan, snapshotId) : 0;
  if (admitted + plan.released > 0 || plan.step === 'open') await open(state);
}

/** Downloads a report. `undefined` when the guard refused it: nothing is planned, and the cycle says why. */
async function download(
  state: CycleState,
  stage: 'syncing' | 'evaluating',
  acceptReport: boolean,
): Promise<string | undefined> {
  state.update({ phase: 'downloading', evaluated: 0, planned: {}, opened: 0 });
  const { instance } = state;
  const { snapshotId, cycle, entries, rejected, refused } = await reportActivities.stageReport({
    instance,
    stage,
    acceptReport,
  });
  state.update({ cycle, entries, rejected });
  if (snapshotId === undefined) state.update({ phase: 'halted', reason: refused.join(' ') });
  return snapshotId;
}

/** Evaluates the next slice, if there is one. True when the plan is complete. */
async function planSlice(state: CycleState, { step }: RunPlan, snapshotId: string): Promise<boolean> {
  if (step === 'gate' || step === 'open') return true;
  state.update({ phase: 'evaluating' });
  const { isLast, ...progress } = await reportActivities.evaluateSlice({ instance: state.instance, snapshotId });
  state.update(progress);
  return isLast;
}

/** Puts a complete plan before the gate, once. */
async function gate(state: CycleState, { step }: RunPlan, snapshotId: string): Promise<number> {
  if (step === 'open') return 0;
  state.update({ phase: 'gate' });
  const { admitted, held, reasons } = await reportActivities.passGate({ instance: state.instance, snapshotId });
  state.update({ held, reason: reasons.length === 0 ? null : reasons.join(' ') });
  return admitted;
}

async function open(state: CycleState): Promise<void> {
  state.update({ phase: 'opening' });
  const { opened } = await reportActivities.openPortion({ instance: state.instance });
  state.update({ opened: state.progress.opened + opened });
}
