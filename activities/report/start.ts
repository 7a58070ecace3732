import { WorkflowIdConflictPolicy, defineSearchAttributeKey } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { MAIN_TASK_QUEUE, WorkflowType, reportCycleWorkflowId } from '../../domain/names.js';

const INSTANCE = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** Starts the report cycle of a Workday instance, or finds the one that runs. Repeating it is harmless. */
export async function startReportCycle(client: Client, instance: string): Promise<WorkflowHandle> {
  return await client.workflow.start(WorkflowType.WorkdayReportCycle, {
    workflowId: reportCycleWorkflowId(instance),
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, instance }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `Report cycle of ${instance}`,
    typedSearchAttributes: [{ key: INSTANCE, value: [instance] }],
  });
}
