import { IncidentState } from '../../domain/incident.js';
import type { ProvisioningResult } from '../../domain/incident.js';
import { isHalt } from '../../domain/incident.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { startIncidentRuns } from '../../activities/open-incidents.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';
import { age, facts, table } from '../output.js';
import type { Registrar } from '../command.js';
import { decide } from './task.js';

/** `ilm incident list|show|retry|close`. */
export const registerIncident: Registrar = (program, run) => {
  const incident = program.command('incident').description('incidents: one per detected change');
  incident
    .command('list')
    .description('the newest incidents')
    .option('--state <state>', `one of ${Object.values(IncidentState).join(', ')}`)
    .option('--email <address>', 'of one person')
    .option('--limit <number>', 'how many', '50')
    .action(run(listIncidents))
    .addHelpText(
      'after',
      '\nExamples:\n  ilm incident list --state WaitingForFix\n  ilm incident list --email robin@example.com --json',
    );
  incident
    .command('show')
    .description('one incident: what was detected, what was done, what was decided')
    .argument('<id>')
    .action(run(showIncident))
    .addHelpText('after', '\nExample:\n  ilm incident show INC-20260101-0a1b2c3d4e');
  incident
    .command('retry')
    .description('repeat what is missing of a halted incident, or start an interrupted one again')
    .argument('<id>')
    .option('--comment <text>', 'kept with the answer')
    .action(run((context, id: string, options: { comment?: string }) => resolve(context, id, 'retry', options.comment)))
    .addHelpText('after', '\nExample:\n  ilm --as admin@example.com incident retry INC-20260101-0a1b2c3d4e');
  incident
    .command('close')
    .description('end a halted incident as it is')
    .argument('<id>')
    .option('--comment <text>', 'kept with the answer')
    .action(run((context, id: string, options: { comment?: string }) => resolve(context, id, 'close', options.comment)))
    .addHelpText(
      'after',
      '\nExample:\n  ilm --as admin@example.com incident close INC-20260101-0a1b2c3d4e --comment "done by hand"',
    );
};

async function listIncidents(
  context: CommandContext,
  options: { readonly state?: string; readonly email?: string; readonly limit: string },
): Promise<void> {
  const states: readonly string[] = Object.values(IncidentState);
  if (options.state !== undefined && !states.includes(options.state)) {
    throw inputError('--state', 'there is no such state', `use one of ${states.join(', ')}`, options.state);
  }
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1)
    throw inputError('--limit', 'this is no number of incidents', 'use 1 or more', options.limit);
  const { incidents } = await context.store();
  const found = await incidents.list(
    {
      ...(options.state === undefined ? {} : { state: options.state as IncidentState }),
      ...(options.email === undefined ? {} : { email: options.email.toLowerCase() }),
    },
    limit,
  );
  context.print(
    found,
    found.length === 0
      ? 'No incident.'
      : table(
          ['incident', 'type', 'person', 'state', 'age', 'owner'],
          found.map((one) => [one._id, one.type, one.email, stateOf(one), age(one.createdAt), one.owner]),
        ),
  );
}

const stateOf = ({ state, closeReason }: IncidentDocument): string =>
  closeReason === undefined ? state : `${state} (${closeReason})`;

async function find(context: CommandContext, id: string): Promise<IncidentDocument> {
  const incident = await (await context.store()).incidents.get(id);
  if (incident === null) throw inputError('<id>', 'there is no such incident', 'run `ilm incident list`', id);
  return incident;
}

async function showIncident(context: CommandContext, id: string): Promise<void> {
  const incident = await find(context, id);
  context.print(incident, textOf(incident));
}

function textOf(incident: IncidentDocument): string {
  const changes = Object.entries(incident.changedFields);
  const results = [...incident.successfulProvisioning, ...incident.failedProvisioning];
  return [
    facts([
      ['incident', incident._id],
      ['type', incident.type],
      ['state', stateOf(incident)],
      ['person', `${incident.email} (employee id ${incident.employeeId})`],
      ['details', incident.details],
      ['detected', `${incident.createdAt} by ${incident.source.instance}`],
      ['owner', incident.owner],
      ['chosen how', incident.ownerNote],
      ['run', incident.run?.workflowId],
      ['closed', incident.closedAt],
      ['note', incident.closeNote],
    ]),
    ...section('Changed fields', changes.length > 0, () =>
      table(
        ['field', 'old', 'new'],
        changes.map(([field, change]) => [field, change.old, change.new]),
      ),
    ),
    ...section('Results', results.length > 0, () =>
      table(['instance', 'action', 'outcome', 'code', 'message'], results.map(resultRow)),
    ),
    ...section('Questions', incident.tasks.length > 0, () =>
      table(
        ['task', 'question', 'answer', 'by', 'when', 'comment'],
        incident.tasks.map(({ id, question, options, answer }) => [
          id,
          question,
          answer?.option ?? `waits: ${options.join(' | ')}`,
          answer?.by,
          answer?.at,
          answer?.comment,
        ]),
      ),
    ),
    ...section('Steps', incident.steps.length > 0, () =>
      table(
        ['when', 'step', 'note'],
        incident.steps.map(({ at, step, note }) => [at, step, note]),
      ),
    ),
  ].join('\n');
}

const section = (title: string, wanted: boolean, body: () => string): string[] =>
  wanted ? [`\n${title}`, body()] : [];

function resultRow(result: ProvisioningResult): readonly unknown[] {
  const outcome = result.skipped ? `skipped: ${result.reason ?? ''}` : result.success ? 'done' : 'failed';
  return [result.instanceName, result.action, outcome, result.errorCode, result.errorMessage];
}

async function resolve(
  context: CommandContext,
  id: string,
  option: 'retry' | 'close',
  comment: string | undefined,
): Promise<void> {
  const incident = await find(context, id);
  const by = context.actor.email;
  if (incident.state === IncidentState.Interrupted) return await startAgain(context, incident, option);
  const halt = incident.tasks.findLast(
    ({ kind, answer, withdrawnAt }) => isHalt(kind) && answer === undefined && withdrawnAt === undefined,
  );
  if (halt === undefined) {
    throw new CommandFailed(`${id} has not halted (${stateOf(incident)}). See \`ilm incident show ${id}\`.`);
  }
  await decide(context, incident, { taskId: halt.id, option, by, ...(comment === undefined ? {} : { comment }) });
  context.print({ incidentId: id, option, by }, `${id}: ${option}`);
}

/** An interrupted incident has no run to tell; its record is queued again and starts one. */
async function startAgain(
  context: CommandContext,
  incident: IncidentDocument,
  option: 'retry' | 'close',
): Promise<void> {
  const store = await context.store();
  const now = new Date().toISOString();
  if (option === 'close') {
    await store.incidents.close(incident._id, 'closed by a person', now, { closeNote: `by ${context.actor.id}` });
  } else {
    await store.incidents.update(
      incident._id,
      { state: IncidentState.Queued },
      { at: now, step: 'started again', note: `by ${context.actor.id}` },
    );
    await startIncidentRuns({ store, client: await context.client() }, [incident._id]);
  }
  context.print(
    { incidentId: incident._id, option },
    `${incident._id}: ${option === 'retry' ? 'started again' : 'closed'}`,
  );
}
