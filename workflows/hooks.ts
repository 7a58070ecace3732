import {
  ChildWorkflowFailure,
  ParentClosePolicy,
  TimeoutFailure,
  executeChild,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';

import type { IncidentType } from '../domain/incident.js';
import { hookWorkflowId } from '../domain/names.js';
import type { CommandOutcome, HookCall } from '../domain/playbook.js';
import type { FailedHook } from '../activities/incidents/finish.js';

/**
 * What a customer's hook workflow gets: ids, the type and outcomes. The person's data lies in the incident's record,
 * which the hook's own activities may read; what they want changed they leave in `hook_changes` (docs/hooks.md).
 */
export interface HookInput {
  readonly hook: string;
  readonly incidentId: string;
  readonly incidentType: IncidentType;
  readonly personId: string;
  /** Outcomes of this run so far; empty before provisioning. */
  readonly results: readonly CommandOutcome[];
}

/**
 * Runs custom hooks one after another, each as a child on the customer's own task queue. Its execution timeout bounds a
 * queue without a worker.
 *
 * @param onStart told before each hook
 * @returns null, or how the first one failed, in Temporal's words: a failure's own message may hold personal data
 */
export async function runHooks(
  hooks: readonly HookCall[],
  input: Omit<HookInput, 'hook'>,
  onStart: (hook: HookCall) => void,
): Promise<FailedHook | null> {
  for (const hook of hooks) {
    onStart(hook);
    const failed = await runHook(hook, input);
    if (failed !== null) return failed;
  }
  return null;
}

async function runHook(hook: HookCall, input: Omit<HookInput, 'hook'>): Promise<FailedHook | null> {
  const { incidentId } = input;
  const { point } = hook;
  const workflowId = hookWorkflowId(incidentId, point, workflowInfo().runId);
  try {
    await executeChild<(input: HookInput) => Promise<unknown>>(hook.workflowType, {
      workflowId,
      taskQueue: hook.taskQueue,
      args: [{ ...input, hook: point }],
      workflowExecutionTimeout: hook.timeout,
      parentClosePolicy: ParentClosePolicy.TERMINATE,
      staticSummary: `${point} of ${incidentId}`,
    });
    return null;
  } catch (error) {
    // A cancelled child is the hook's own end; only a cancelled parent cancels the run.
    if (isCancellation(error) && !(error instanceof ChildWorkflowFailure)) throw error;
    const isTimeout = error instanceof ChildWorkflowFailure && error.cause instanceof TimeoutFailure;
    const reason = isTimeout ? `did not end within ${hook.timeout} (is its worker running?)` : 'failed';
    return { incidentId, point, workflowId, reason };
  }
}
