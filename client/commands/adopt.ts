import { startAdoption } from '../../activities/adoption/start.js';
import { ADOPTION_OUTCOMES } from '../../domain/adoption.js';
import type { AdoptionCounts } from '../../domain/adoption.js';
import { adoptionProgressQuery } from '../../workflows/messages.js';
import type { AdoptionProgress } from '../../workflows/messages.js';
import { ExitCode, examples } from '../command.js';
import type { Registrar } from '../command.js';
import { CALL_DEADLINE_MS } from '../context.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';
import { table } from '../output.js';
import type { DecideOptions } from './adopt-decide.js';
import { endOf } from '../workflow-end.js';
import { workdayInstance } from './workday-instance.js';

interface AdoptOptions extends DecideOptions {
  readonly detach?: boolean;
  readonly report?: boolean;
  readonly decide?: string;
}

const LOOK_EVERY_MS = 2_000;

/** `ilm adopt <instance>`: finds the accounts that people already have. */
export const registerAdopt: Registrar = (adopt, run) => {
  adopt
    .argument('<instance>', 'the Workday instance whose people are looked for')
    .option('--detach', 'start it and do not wait for its end')
    .option('--report', 'show what was found: whose account is missing, doubtful or contradictory')
    .option('--decide <email>', "say which account is this person's; with --application and --account")
    .option('--application <name>', 'with --decide: the application instance')
    .option('--account <id>', 'with --decide: id of the account, as --report shows it')
    .action(run(runAdopt))
    .addHelpText(
      'after',
      examples(
        'ilm adopt Workday --as admin@example.com',
        'ilm adopt Workday --report --json',
        'ilm adopt Workday --decide robin@example.com --application "Atlas Wiki" --account 4711 --as admin@example.com',
      ),
    );
};

async function runAdopt(context: CommandContext, given: string, options: AdoptOptions): Promise<ExitCode> {
  const { name } = await workdayInstance(context, given);
  if (options.decide !== undefined) {
    const { decideByHand } = await import('./adopt-decide.js');
    return await decideByHand(context, name, options.decide, options);
  }
  if (options.application !== undefined || options.account !== undefined) {
    throw inputError('--application, --account', 'say nothing without --decide', 'Add --decide <email>.');
  }
  if (options.report === true) {
    const { showAdoption } = await import('./adopt-report.js');
    return await showAdoption(context, name);
  }
  return await adopt(context, name, options.detach === true);
}

async function adopt(context: CommandContext, instance: string, isDetached: boolean): Promise<ExitCode> {
  const { id: by } = await context.actor();
  const client = await context.client();
  const handle = await startAdoption(client, instance, by);
  if (isDetached) {
    const { workflowId } = handle;
    context.print(
      { instance, workflowId },
      `${instance}: adoption runs (${workflowId}). See: ilm adopt "${instance}" --report`,
    );
    return ExitCode.Done;
  }
  let latest = 'looking';
  const look = setInterval(() => {
    const ask = (): Promise<AdoptionProgress> => handle.query(adoptionProgressQuery);
    client.connection.withDeadline(Date.now() + CALL_DEADLINE_MS, ask).then(
      (progress) => (latest = lineOf(progress)),
      () => (latest = 'nothing answers; check that a worker runs'),
    );
  }, LOOK_EVERY_MS);
  try {
    const progress = await endOf<AdoptionProgress>(context, handle, () => latest);
    context.print(progress, () => textOf(progress));
    return progress.applications.some(({ phase }) => phase === 'failed') ? ExitCode.Failed : ExitCode.Done;
  } finally {
    clearInterval(look);
  }
}

const sumOf = (counts: AdoptionCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const lineOf = ({ applications }: AdoptionProgress): string =>
  applications.map(({ application, phase, counts }) => `${application}: ${phase}, ${sumOf(counts)} people`).join('; ');

const textOf = ({ instance, applications }: AdoptionProgress): string =>
  [
    table(
      ['application', 'state', ...ADOPTION_OUTCOMES],
      applications.map(({ application, phase, counts, reason }) => [
        application,
        reason === null ? phase : `${phase}: ${reason}`,
        ...ADOPTION_OUTCOMES.map((outcome) => counts[outcome]),
      ]),
    ),
    `\nWho is missing or doubtful: ilm adopt "${instance}" --report`,
  ].join('\n');
