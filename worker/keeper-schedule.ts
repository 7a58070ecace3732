import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import { KEEPER_SCHEDULE_ID, MAIN_TASK_QUEUE, WorkflowType } from '../domain/names.js';

/** Makes the Schedule that starts the keeper every minute, unless it is there. Idempotent. */
export async function ensureKeeperSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: KEEPER_SCHEDULE_ID,
      spec: { intervals: [{ every: '1m' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      action: {
        type: 'startWorkflow',
        workflowType: WorkflowType.Keeper,
        workflowId: KEEPER_SCHEDULE_ID,
        taskQueue: MAIN_TASK_QUEUE,
        workflowRunTimeout: '5m',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
