import { CloseReason, IncidentState, IncidentType, isHalt } from '../../domain/incident.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import type { Reviewer } from '../../domain/config.js';
import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, InputError, inputError, optionFault } from '../faults.js';
import type { InputFault } from '../faults.js';
import { layoutOf } from '../layout.js';
import { age, table } from '../output.js';
import { assign, comment } from './incident-notes.js';
import { incidentText, stateOf } from './incident-text.js';

type Resolution = 'retry' | 'close';

/** `ilm incident list|show|retry|close|assign|comment`. */
export const registerIncident: Registrar = (incident, run) => {
  incident
    .command('list')
    .description('the newest incidents')
    .option('--state <state>', `one of ${Object.values(IncidentState).join(', ')}`)
    .option('--email <address>', 'of one person')
    .option('--limit <number>', 'how many', '50')
    .action(run(listIncidents))
    .addHelpText(
      'after',
      examples('ilm incident list --state WaitingForFix', 'ilm incident list --email robin@example.com --json'),
    );
  incident
    .command('show')
    .description('one incident: what was detected, what was done, what was decided')
    .argument('<id>')
    .action(run(showIncident))
    .addHelpText('after', examples('ilm incident show INC-20260101-0a1b2c3d4e'));
  incident
    .command('assign')
    .description('put somebody in charge of an open incident')
    .argument('<id>')
    .argument('<person>', 'e-mail or id of one of the people in ilm.yaml')
    .action(run(async (context, id: string, person: string) => await assign(context, await find(context, id), person)))
    .addHelpText(
      'after',
      examples('ilm incident assign INC-20260101-0a1b2c3d4e operator@example.com --as admin@example.com'),
    );
  incident
    .command('comment')
    .description('keep a remark with an incident')
    .argument('<id>')
    .argument('<text>')
    .action(run(async (context, id: string, text: string) => await comment(context, await find(context, id), text)))
    .addHelpText(
      'after',
      examples('ilm incident comment INC-20260101-0a1b2c3d4e "licence ordered" --as admin@example.com'),
    );
  for (const [name, description, example] of [
    [
      'retry',
      'repeat what is missing of a halted incident, start an interrupted one again, or reopen a turned-down activation',
      '',
    ],
    ['close', 'end a halted or interrupted incident as it is', ' --comment "done by hand"'],
  ] as const) {
    incident
      .command(name)
      .description(description)
      .argument('<id>')
      .option('--comment <text>', 'kept with the answer')
      .action(run((context, id: string, { comment }: { comment?: string }) => resolve(context, id, name, comment)))
      .addHelpText('after', examples(`ilm incident ${name} INC-20260101-0a1b2c3d4e --as admin@example.com${example}`));
  }
};

async function listIncidents(
  context: CommandContext,
  options: { readonly state?: string; readonly email?: string; readonly limit: string },
): Promise<void> {
  const states: readonly string[] = Object.values(IncidentState);
  const limit = Number(options.limit);
  const faults: InputFault[] = [];
  if (options.state !== undefined && !states.includes(options.state)) {
    faults.push(
      optionFault('--state', 'is no state of an incident', `Use one of ${states.join(', ')}.`, options.state),
    );
  }
  if (!Number.isInteger(limit) || limit < 1) {
    faults.push(optionFault('--limit', 'is no number of incidents', 'Use 1 or more.', options.limit));
  }
  if (faults.length > 0) throw new InputError(faults);
  const { incidents } = await context.store();
  const found = await incidents.list(
    {
      ...(options.state === undefined ? {} : { state: options.state as IncidentState }),
      ...(options.email === undefined ? {} : { email: options.email.toLowerCase() }),
    },
    limit,
  );
  context.print(found, () =>
    found.length === 0
      ? 'No incident.'
      : table(
          ['incident', 'type', 'person', 'state', 'age', 'owner'],
          found.map((one) => [one._id, one.type, one.email, stateOf(one), age(one.createdAt), one.owner]),
        ),
  );
}

async function find(context: CommandContext, id: string): Promise<IncidentDocument> {
  const incident = await (await context.store()).incidents.get(id);
  if (incident === null) throw inputError('<id>', 'is no incident', 'Run `ilm incident list`.', id);
  return incident;
}

async function showIncident(context: CommandContext, id: string): Promise<void> {
  const incident = await find(context, id);
  const layout = await layoutOf(context, 'incident');
  context.print(incident, () => incidentText(incident, layout));
}

async function resolve(
  context: CommandContext,
  id: string,
  option: Resolution,
  comment: string | undefined,
): Promise<void> {
  const actor = await context.actor();
  const incident = await find(context, id);
  if (incident.state === IncidentState.Interrupted) return await resolveInterrupted(context, incident, option, actor);
  if (option === 'retry' && incident.closeReason === CloseReason.Declined) return await reopen(context, id, actor);
  const halt = incident.tasks.findLast(
    ({ kind, answer, withdrawnAt }) => isHalt(kind) && answer === undefined && withdrawnAt === undefined,
  );
  if (halt === undefined) {
    throw new CommandFailed(`${id} has not halted (${stateOf(incident)}). See: ilm incident show ${id}`);
  }
  const by = actor.email;
  const { decide } = await import('../decision.js');
  await decide(context, incident, { taskId: halt.id, option, by, ...(comment === undefined ? {} : { comment }) });
  context.print({ incidentId: id, option, by }, `${id}: ${option}`);
}

/** A "no" to enabling somebody whose hire date is past can be taken back; the question is asked anew. */
async function reopen(context: CommandContext, id: string, { id: actor, email: by }: Reviewer): Promise<void> {
  const store = await context.store();
  const step = { at: new Date().toISOString(), step: 'reopened', note: `by ${actor}` };
  if (!(await store.incidents.reopen(id, 'PastHireDate', step))) {
    throw new CommandFailed(`${id} cannot be reopened: only a "No" about a past hire date can be taken back.`);
  }
  const { startIncidentRuns } = await import('../../activities/open-incidents.js');
  await startIncidentRuns({ store, client: await context.client() }, [id]);
  context.print({ incidentId: id, option: 'retry', by }, `${id}: reopened`);
}

/** An interrupted incident has no run to tell; its record is queued again and starts one, or is closed. */
async function resolveInterrupted(
  context: CommandContext,
  { _id: id, email, type, run }: IncidentDocument,
  option: Resolution,
  { id: actor, email: by }: Reviewer,
): Promise<void> {
  const store = await context.store();
  const at = new Date().toISOString();
  const isTest = type === IncidentType.TestInstances;
  if (option === 'close') {
    if (isTest && run !== undefined) await store.testUsers.remove(run.workflowId);
    await store.incidents.close(id, 'closed by a person', at, { closeNote: `by ${actor}` });
    const person = await store.people.byEmail(email);
    if (person?.profile?.isTemporaryUser === true) {
      context.progress(`The profile of ${email} stays temporary until you say: ilm profile keep|remove ${email}`);
    }
  } else {
    if (isTest) throw new CommandFailed(`${id} is a test, whose run is gone. Close it, and begin another test.`);
    if (!(await store.incidents.requeue(id, { at, step: 'started again', note: `by ${actor}` }))) {
      throw new CommandFailed(`${id} is no longer interrupted: somebody else was faster. See: ilm incident show ${id}`);
    }
    const { startIncidentRuns } = await import('../../activities/open-incidents.js');
    await startIncidentRuns({ store, client: await context.client() }, [id]);
  }
  context.print({ incidentId: id, option, by }, `${id}: ${option === 'retry' ? 'started again' : 'closed'}`);
}
