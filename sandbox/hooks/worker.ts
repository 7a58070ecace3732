import { fileURLToPath } from 'node:url';

import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import type { Db } from 'mongodb';

import { createHookActivities } from './activities.js';

/** The company's own task queue. */
export const HOOK_TASK_QUEUE = 'our-hooks';

/** The hooks as `ilm.yaml` names them, for this worker. */
export const COMPANY_HOOKS = {
  customPreProvisioning: { workflowType: 'suitToCompany', taskQueue: HOOK_TASK_QUEUE, timeout: '1m' },
  customPostProvisioning: { workflowType: 'orderBadgeForNewcomer', taskQueue: HOOK_TASK_QUEUE, timeout: '1m' },
} as const;

/** Makes the company's worker: its own workflows and activities, nothing of the engine's. It polls once it is run. */
export async function createHookWorker(options: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly db: Db;
}): Promise<Worker> {
  const { connection, namespace, db } = options;
  return await Worker.create({
    connection,
    namespace,
    taskQueue: HOOK_TASK_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      logger: new DefaultLogger('WARN'),
    }),
    activities: { ...createHookActivities(db) },
  });
}
