import { ParentClosePolicy, executeChild, workflowInfo } from '@temporalio/workflow';

import type { IncidentType } from '../domain/incident.js';
import { hookWorkflowId } from '../domain/names.js';
import type { CommandOutcome, HookCall } from '../domain/playbook.js';

/**
 * What a customer's hook workflow gets: ids, the type and outcomes. The person's data lies in the incident's record,
 * which the hook's own activities may read and change.
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
 * Runs one custom hook as a child on the customer's own task queue. Its execution timeout bounds a queue without a
 * worker. A failing hook fails the incident's run visibly, before bookkeeping.
 */
export async function runHook(hook: HookCall, input: Omit<HookInput, 'hook'>): Promise<void> {
  await executeChild<(input: HookInput) => Promise<unknown>>(hook.workflowType, {
    workflowId: hookWorkflowId(input.incidentId, hook.point, workflowInfo().runId),
    taskQueue: hook.taskQueue,
    args: [{ ...input, hook: hook.point }],
    workflowExecutionTimeout: hook.timeout as `${number}m`,
    parentClosePolicy: ParentClosePolicy.TERMINATE,
    staticSummary: `${hook.point} of ${input.incidentId}`,
  });
}
