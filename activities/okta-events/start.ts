import { WorkflowIdConflictPolicy, defineSearchAttributeKey } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { MAIN_TASK_QUEUE, WorkflowType, oktaEventsWorkflowId } from '../../domain/names.js';

const INSTANCE = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** Starts the polling of an Okta instance, or finds the one that runs. Repeating it is harmless. */
export async function startOktaEvents(client: Client, okta: string): Promise<WorkflowHandle> {
  return await client.workflow.start(WorkflowType.OktaEventCycle, {
    workflowId: oktaEventsWorkflowId(okta),
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, okta }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `Events of ${okta}`,
    typedSearchAttributes: [{ key: INSTANCE, value: [okta] }],
  });
}
