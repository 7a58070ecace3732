import { WorkflowIdConflictPolicy, defineSearchAttributeKey } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { MAIN_TASK_QUEUE, WorkflowType, adoptionWorkflowId } from '../../domain/names.js';

const INSTANCE = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** Starts the adoption of a Workday instance's people, or finds the one that runs. `by` is an opaque id. */
export async function startAdoption(client: Client, instance: string, by: string): Promise<WorkflowHandle> {
  return await client.workflow.start(WorkflowType.AdoptAccounts, {
    workflowId: adoptionWorkflowId(instance),
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, instance, by }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `Adoption of the people of ${instance}`,
    typedSearchAttributes: [{ key: INSTANCE, value: [instance] }],
  });
}
