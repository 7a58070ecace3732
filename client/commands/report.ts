import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';

import { reportCycleWorkflowId } from '../../domain/names.js';
import { readSamples } from '../../activities/report/samples.js';
import { settingsOf } from '../../activities/report/settings.js';
import { startReportCycle } from '../../activities/report/start.js';
import { pauseSignal, progressQuery, resumeSignal, runNowSignal } from '../../workflows/messages.js';
import type { CycleProgress } from '../../workflows/messages.js';
import { CALL_DEADLINE_MS } from '../context.js';
import type { CommandContext } from '../context.js';
import { CommandFailed } from '../faults.js';
import { facts } from '../output.js';
import type { Registrar } from '../command.js';
import { instanceName, preview } from './preview.js';

const WATCH_EVERY_MS = 1_000;
const SAMPLE_LIMIT_MS = 300_000;

const SIGNALS = {
  pause: { signal: pauseSignal, text: 'let the cycle stand still without losing work' },
  resume: { signal: resumeSignal, text: 'let a paused cycle go on' },
  'run-now': { signal: runNowSignal, text: 'start the next run at once, also out of a halt of the guard' },
} as const;

/** `ilm report start|pause|resume|run-now|status|sample|preview`. */
export const registerReport: Registrar = (program, run) => {
  const report = program.command('report').description('report cycles, one per Workday instance');
  const instance = ['[instance]', 'name in ilm.yaml; may be left out when there is only one'] as const;
  report
    .command('start')
    .description('start the cycle; a running one goes on')
    .argument(...instance)
    .action(run(start))
    .addHelpText('after', '\nExample:\n  ilm report start Workday');
  for (const [name, { signal, text }] of Object.entries(SIGNALS)) {
    report
      .command(name)
      .description(text)
      .argument(...instance)
      .action(
        run(async (context, given: string | undefined) => {
          const cycle = instanceName(context, given);
          await withCycle(context, cycle, (handle) => handle.signal(signal));
          context.print({ instance: cycle, signal: name }, `${cycle}: ${name}`);
        }),
      )
      .addHelpText('after', `\nExample:\n  ilm report ${name} Workday`);
  }
  report
    .command('status')
    .description('where the cycle is')
    .argument(...instance)
    .option('--watch', 'print every change until Ctrl-C')
    .action(run(status))
    .addHelpText('after', '\nExample:\n  ilm report status Workday --watch');
  report
    .command('sample')
    .description('the first five entries as mapped profiles')
    .argument(...instance)
    .action(run(sample))
    .addHelpText('after', '\nExample:\n  ilm report sample Workday --json');
  report
    .command('preview')
    .description('what the next cycle would do, writing nothing')
    .argument(...instance)
    .option('--report <file>', 'a report document instead of a download; then no server is needed')
    .option('--profiles <file>', 'profiles as `ilm profile export` writes them, instead of the stored ones')
    .option('--params <file>', 'settings of the instance (YAML or JSON), with --report')
    .option('--now <instant>', 'ISO instant to reckon with')
    .action(run(preview))
    .addHelpText(
      'after',
      '\nExamples:\n  ilm report preview Workday\n  ilm report preview --report report.json --profiles profiles.json --params params.yaml --json',
    );
};

async function start(context: CommandContext, given: string | undefined): Promise<void> {
  const instance = instanceName(context, given);
  const { workflowId } = await startReportCycle(await context.client(), instance);
  context.print({ instance, workflowId }, `${instance}: the cycle runs (${workflowId})`);
}

async function withCycle<T>(
  context: CommandContext,
  instance: string,
  work: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> {
  const client = await context.client();
  try {
    return await client.connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
      work(client.workflow.getHandle(reportCycleWorkflowId(instance))),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CommandFailed(`The cycle of '${instance}' does not run. Start it with: ilm report start "${instance}"`);
  }
}

async function status(
  context: CommandContext,
  given: string | undefined,
  { watch }: { readonly watch?: boolean },
): Promise<void> {
  const instance = instanceName(context, given);
  const ask = (): Promise<CycleProgress> => withCycle(context, instance, (handle) => handle.query(progressQuery));
  let shown = '';
  do {
    const progress = await ask();
    const text = watch === true ? lineOf(progress) : textOf(progress);
    if (text !== shown) context.print(progress, text);
    shown = text;
    if (watch === true) await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS));
  } while (watch === true);
}

function textOf(progress: CycleProgress): string {
  const planned = Object.entries(progress.planned).map(([type, count]) => `${count} ${type}`);
  return facts([
    ['report', progress.instance],
    ['phase', progress.phase],
    ['reason', progress.reason],
    ['cycle', progress.cycle],
    ['entries', `${progress.evaluated} of ${progress.entries} looked at`],
    ['planned', planned.join(', ')],
    ['opened', progress.opened],
    ['held', progress.held],
    ['rejected', progress.rejected],
    ['last finished', progress.lastFinishedAt],
    ['next run', progress.nextRunAt],
  ]);
}

function lineOf({ phase, cycle, evaluated, entries, opened, held, rejected, reason }: CycleProgress): string {
  const counts = `cycle ${cycle}: ${phase}, ${evaluated}/${entries} entries, ${opened} opened, ${held} held, ${rejected} rejected`;
  return reason === null ? counts : `${counts} (${reason})`;
}

async function sample(context: CommandContext, given: string | undefined): Promise<void> {
  const { configuration } = context;
  const settings = settingsOf({ current: () => configuration }, instanceName(context, given));
  const samples = await readSamples(settings, new Date(), AbortSignal.timeout(SAMPLE_LIMIT_MS));
  context.print(
    samples,
    samples.length === 0
      ? 'The report has no entries.'
      : samples
          .map(({ name, fields, fault }) =>
            [
              name === '' ? '(no e-mail)' : name,
              facts(Object.entries(fields)),
              ...(fault === undefined
                ? []
                : [`! a cycle would reject it: ${fault.reason} ${fault.field ?? ''} ${fault.value ?? ''}`]),
            ].join('\n'),
          )
          .join('\n\n'),
  );
}
