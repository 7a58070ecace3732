import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { IncidentState } from '../../domain/incident.js';
import type { Task } from '../../domain/incident.js';
import { incidentIdOfTask } from '../../domain/names.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { decideUpdate } from '../../workflows/messages.js';
import { CALL_DEADLINE_MS } from '../context.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';
import { age, table } from '../output.js';
import type { Registrar } from '../command.js';

const MOST_LISTED = 500;

/** `ilm task list|decide`. */
export const registerTask: Registrar = (program, run) => {
  const task = program.command('task').description('questions that wait for a person');
  task
    .command('list')
    .description('every open question with its age, owner and options')
    .action(run(listTasks))
    .addHelpText('after', '\nExample:\n  ilm task list --json');
  task
    .command('decide')
    .description('answer a question; the first answer counts')
    .argument('<task>', 'id of the task, as `ilm task list` shows it')
    .argument('<option>', 'one of its options, spelled as shown')
    .option('--comment <text>', 'kept with the answer')
    .action(run(decideTask))
    .addHelpText(
      'after',
      '\nExample:\n  ilm --as admin@example.com task decide INC-20260101-0a1b2c3d4e/D1/1 "Create New Account"',
    );
};

interface OpenTaskRow {
  readonly task: Task;
  readonly incident: IncidentDocument;
}

async function openTasks(context: CommandContext): Promise<OpenTaskRow[]> {
  const { incidents } = await context.store();
  const waiting = await incidents.list(
    { state: { $in: [IncidentState.WaitingForDecision, IncidentState.WaitingForFix] } },
    MOST_LISTED,
  );
  return waiting.flatMap((incident) =>
    incident.tasks
      .filter(({ answer, withdrawnAt }) => answer === undefined && withdrawnAt === undefined)
      .map((task) => ({ task, incident })),
  );
}

async function listTasks(context: CommandContext): Promise<void> {
  const rows = await openTasks(context);
  context.print(
    rows.map(({ task, incident }) => ({
      ...task,
      incidentId: incident._id,
      incidentType: incident.type,
      email: incident.email,
      owner: incident.owner ?? null,
    })),
    rows.length === 0
      ? 'No question waits.'
      : table(
          ['task', 'type', 'person', 'age', 'owner', 'options'],
          rows.map(({ task, incident }) => [
            task.id,
            incident.type,
            incident.email,
            age(task.openedAt),
            incident.owner,
            task.options.join(' | '),
          ]),
        ),
  );
}

async function decideTask(
  context: CommandContext,
  taskId: string,
  option: string,
  { comment }: { readonly comment?: string },
): Promise<void> {
  const { incidents } = await context.store();
  const incident = await incidents.get(incidentIdOfTask(taskId));
  const task = incident?.tasks.find(({ id }) => id === taskId);
  if (incident === null || task === undefined)
    throw inputError('<task>', 'there is no such task', 'run `ilm task list`', taskId);
  if (!task.options.includes(option)) {
    throw inputError('<option>', 'this is none of its options', `use one of: ${task.options.join(' | ')}`, option);
  }
  const by = context.actor.email;
  await decide(context, incident, { taskId, option, by, ...(comment === undefined ? {} : { comment }) });
  context.print({ taskId, option, by }, `${taskId}: ${option}`);
}

/** Sends an answer as an update and says in words why it did not count. */
export async function decide(
  context: CommandContext,
  incident: IncidentDocument,
  decision: { readonly taskId: string; readonly option: string; readonly by: string; readonly comment?: string },
): Promise<void> {
  if (incident.run === undefined) throw new CommandFailed(`${incident._id} has no run yet. Try again in a minute.`);
  const client = await context.client();
  const handle = client.workflow.getHandle(incident.run.workflowId);
  try {
    await client.connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
      handle.executeUpdate(decideUpdate, { args: [decision], updateId: `${decision.taskId}/${decision.by}` }),
    );
  } catch (error) {
    throw await refusal(context, decision.taskId, error);
  }
}

async function refusal(context: CommandContext, taskId: string, error: unknown): Promise<CommandFailed> {
  const { incidents } = await context.store();
  const now = await incidents.get(incidentIdOfTask(taskId));
  const first = now?.tasks.find(({ id }) => id === taskId)?.answer;
  if (first !== undefined)
    return new CommandFailed(`${taskId} was answered before: ${first.option}, by ${first.by} at ${first.at}.`);
  if (error instanceof WorkflowUpdateFailedError) {
    const cause = error.cause;
    return new CommandFailed(
      cause instanceof ApplicationFailure || cause instanceof Error ? cause.message : error.message,
    );
  }
  if (error instanceof WorkflowNotFoundError) {
    return new CommandFailed(
      `The run of ${taskId} is gone. Start it again with: ilm incident retry ${incidentIdOfTask(taskId)}`,
    );
  }
  return new CommandFailed(
    'No worker answered in time. Check that a worker runs, then ask again: the answer may have counted.',
  );
}
