import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';
import { age, table } from '../output.js';
import { IncidentState } from '../../domain/incident.js';
import type { Task } from '../../domain/incident.js';
import { incidentIdOfTask } from '../../domain/names.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';

const MOST_LISTED = 500;

/** `ilm task list|decide`. */
export const registerTask: Registrar = (task, run) => {
  task
    .command('list')
    .description('every open question with its age, owner and options')
    .action(run(listTasks))
    .addHelpText('after', examples('ilm task list', 'ilm task list --json'));
  task
    .command('decide')
    .description('answer a question; the first answer counts')
    .argument('<task>', 'id of the task, as `ilm task list` shows it')
    .argument('<option>', 'one of its options, spelled as shown')
    .option('--comment <text>', 'kept with the answer')
    .action(run(decideTask))
    .addHelpText(
      'after',
      examples('ilm task decide INC-20260101-0a1b2c3d4e/D1/1 "Create New Account" --as admin@example.com'),
    );
};

interface OpenTask {
  readonly task: Task;
  readonly incident: IncidentDocument;
}

async function openTasks(context: CommandContext): Promise<OpenTask[]> {
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
  const json = rows.map(({ task, incident }) => ({
    ...task,
    incidentId: incident._id,
    incidentType: incident.type,
    email: incident.email,
    owner: incident.owner ?? null,
  }));
  context.print(json, () =>
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
  const { email: by } = await context.actor();
  const { incidents } = await context.store();
  const incident = await incidents.get(incidentIdOfTask(taskId));
  const task = incident?.tasks.find(({ id }) => id === taskId);
  if (incident === null || task === undefined) {
    throw inputError('<task>', 'is no task', 'Run `ilm task list` to see the open ones.', taskId);
  }
  if (!task.options.includes(option)) {
    throw inputError('<option>', 'is none of its options', `Use one of: ${task.options.join(' | ')}.`, option);
  }
  const { decide } = await import('../decision.js');
  const { needsSecond } = await decide(context, incident, {
    taskId,
    option,
    by,
    ...(comment === undefined ? {} : { comment }),
  });
  const more = needsSecond === true ? ' (a second person has to agree)' : '';
  context.print({ taskId, option, by }, `${taskId}: ${option}${more}`);
}
