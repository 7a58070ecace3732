import type { Client, WorkflowHandle } from '@temporalio/client';
import { MAIN_TASK_QUEUE, WorkflowType, testWorkflowId } from '../../domain/names.js';
import type { UserProfile } from '../../domain/profile.js';
import type { Store } from '../store/index.js';

/** A test of the instances, as somebody wants it. */
export interface WantedTest {
  readonly profile: UserProfile;
  /** Who gets the first password of a directory; absent = nobody. */
  readonly mailTo?: string;
  /** None = every instance that is switched on. */
  readonly instances: readonly string[];
  readonly keep: boolean;
  /** Ask (H4) when commands failed, rather than end. */
  readonly halts: boolean;
  /** Id of whoever starts it, who then owns the halt; absent = an owner is chosen as for any other. */
  readonly startedBy?: string;
}

/** Stores the test user and starts the test, which gets its id only: a history holds no personal data. */
export async function startTest(
  { client, store }: { readonly client: Client; readonly store: Store },
  { profile, mailTo, instances, keep, halts, startedBy }: WantedTest,
): Promise<WorkflowHandle> {
  const workflowId = testWorkflowId(new Date().toISOString());
  await store.testUsers.put({
    _id: workflowId,
    profile,
    ...(mailTo === undefined ? {} : { mailTo }),
    ...(startedBy === undefined ? {} : { startedBy }),
  });
  return await client.workflow.start(WorkflowType.TestInstances, {
    workflowId,
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, instances, keep, halts }],
    staticSummary: 'Test of the instances',
  });
}
