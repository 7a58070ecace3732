import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';

import { CALL_DEADLINE_MS } from './context.js';
import type { CommandContext } from './context.js';
import { CommandFailed } from './faults.js';
import { isWorkerMissing } from './temporal-faults.js';

/** A long-running workflow that commands speak to. */
export interface LongCycle {
  readonly workflowId: string;
  /** Begins a sentence about it, e.g. `The cycle of 'Workday'`. */
  readonly name: string;
  /** The command that starts it. */
  readonly start: string;
}

/**
 * Does something with a long-running workflow.
 *
 * @throws CommandFailed with the remedy when it does not run, or when no worker answers for it in time
 */
export async function withLongCycle<T>(
  context: CommandContext,
  { workflowId, name, start }: LongCycle,
  work: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> {
  const client = await context.client();
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await context.during(`waiting for ${workflowId}`, () =>
      client.connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () => work(handle)),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new CommandFailed(`${name} does not run. Start it with: ${start}`);
    if (isWorkerMissing(error)) {
      throw new CommandFailed(`${name} did not answer in time. Check that a worker runs.`);
    }
    throw error;
  }
}
