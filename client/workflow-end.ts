import type { WorkflowHandle } from '@temporalio/client';

import type { CommandContext } from './context.js';
import { CommandFailed } from './faults.js';

/**
 * Waits for a workflow's result and says meanwhile what it is at. Ending the command does not end the workflow.
 *
 * @throws CommandFailed in the words of the workflow's failure
 */
export async function endOf<T>(context: CommandContext, handle: WorkflowHandle, what: () => string): Promise<T> {
  const { WorkflowFailedError } = await import('@temporalio/client');
  try {
    return await context.during(what, async () => (await handle.result()) as T);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new CommandFailed(`${handle.workflowId} failed: ${innermost(error).message}`, { cause: error });
  }
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
