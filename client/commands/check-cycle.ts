import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import { reportCycleWorkflowId } from '../../domain/names.js';
import { progressQuery } from '../../workflows/messages.js';
import type { CycleProgress } from '../../workflows/messages.js';
import type { CommandContext } from '../context.js';
import { isWorkerMissing } from '../temporal-faults.js';
import type { Look } from './finding.js';

const ANSWER_WITHIN_MS = 5_000;

/** Looks whether a report's cycle runs, and whether something waits for an approver (guide, *Why are incidents not being created?*). */
export async function lookAtCycle(context: CommandContext, instance: string): Promise<Look[]> {
  const servers = await Promise.all([context.store(), context.client()]).catch(() => null);
  // What does not answer has a look of its own.
  if (servers === null) return [];
  const [store, client] = servers;
  const held = (await store.held.list(instance)).reduce((sum, set) => sum + set.held, 0);
  const note = `${held} items are held until an approver releases them: ilm held list`;
  return [await stateOf(client, instance), ...(held === 0 ? [] : [{ state: 'warning', note } as const])];
}

async function stateOf(client: Client, instance: string): Promise<Look> {
  const handle = client.workflow.getHandle(reportCycleWorkflowId(instance));
  try {
    return lookOf(
      await client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => handle.query(progressQuery)),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return { state: 'warning', note: `It does not run. Start it with: ilm report start "${instance}"` };
    }
    if (!isWorkerMissing(error)) throw error;
    return { state: 'fault', note: 'No worker answers for it. Start one: npm run worker' };
  }
}

function lookOf({ instance, phase, cycle, reason }: CycleProgress): Look {
  switch (phase) {
    case 'paused':
      return { state: 'warning', note: `It is paused. Go on with: ilm report resume "${instance}"` };
    case 'halted':
      return {
        state: 'warning',
        note: `It stands still: ${reason ?? 'a guard tripped'} Look with: ilm report preview "${instance}"`,
      };
    default:
      return { state: 'ok', note: `${phase}, cycle ${cycle}` };
  }
}
