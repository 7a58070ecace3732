import { randomUUID } from 'node:crypto';

import { WorkflowIdConflictPolicy, defineSearchAttributeKey } from '@temporalio/common';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { EDIT_UPDATE } from '../../domain/okta/iam-configuration.js';
import type { EditGiven, EditOutcome } from '../../domain/okta/iam-configuration.js';
import { MAIN_TASK_QUEUE, WorkflowType, iamConfigurationWorkflowId } from '../../domain/names.js';

const INSTANCE = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** Opens the form of an Okta instance, unless it is open. */
export async function openIamConfiguration(client: Client, okta: string): Promise<WorkflowHandle> {
  const workflowId = iamConfigurationWorkflowId(okta);
  await client.workflow.start(WorkflowType.IamConfiguration, {
    workflowId,
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, okta }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `IAM Configuration of ${okta}`,
    typedSearchAttributes: [{ key: INSTANCE, value: [okta] }],
  });
  // Not the handle of the start: it stands for the run that was found, which may have been continued since.
  return client.workflow.getHandle(workflowId);
}

/**
 * Makes an edit in the form of an Okta instance and waits for what it comes to.
 *
 * @param deadlineMs how long to wait
 * @throws WorkflowUpdateFailedError when the form does not take what was sent; a deadline error when no worker answers
 */
export async function editIamConfiguration(
  client: Client,
  okta: string,
  given: EditGiven,
  deadlineMs: number,
): Promise<EditOutcome> {
  return await client.connection.withDeadline(Date.now() + deadlineMs, async () => {
    const handle = await openIamConfiguration(client, okta);
    return await handle.executeUpdate<EditOutcome, [EditGiven]>(EDIT_UPDATE, {
      args: [given],
      updateId: randomUUID(),
    });
  });
}
