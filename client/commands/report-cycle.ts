import type { WorkflowHandle } from '@temporalio/client';

import { startReportCycle } from '../../activities/report/start.js';
import { reportCycleWorkflowId } from '../../domain/names.js';
import { pauseSignal, progressQuery, resumeSignal, runNowSignal } from '../../workflows/messages.js';
import type { CycleProgress } from '../../workflows/messages.js';
import type { CommandContext } from '../context.js';
import { withLongCycle } from '../long-cycle.js';
import { facts } from '../output.js';
import { workdayInstance } from './workday-instance.js';

const WATCH_EVERY_MS = 1_000;

/** `ilm report start`. */
export async function start(context: CommandContext, given: string | undefined): Promise<void> {
  const { name } = await workdayInstance(context, given);
  const { workflowId } = await startReportCycle(await context.client(), name);
  context.print({ instance: name, workflowId }, `${name}: the cycle runs (${workflowId})`);
}

/** `ilm report pause`. */
export const pause = async (context: CommandContext, given: string | undefined): Promise<void> =>
  await tell(context, given, 'pause', (handle) => handle.signal(pauseSignal));

/** `ilm report resume`. */
export const resume = async (context: CommandContext, given: string | undefined): Promise<void> =>
  await tell(context, given, 'resume', (handle) => handle.signal(resumeSignal));

/** `ilm report run-now`. */
export const runNow = async (
  context: CommandContext,
  given: string | undefined,
  { acceptReport = false }: { readonly acceptReport?: boolean },
): Promise<void> => await tell(context, given, 'run-now', (handle) => handle.signal(runNowSignal, { acceptReport }));

async function tell(
  context: CommandContext,
  given: string | undefined,
  signal: string,
  send: (handle: WorkflowHandle) => Promise<void>,
): Promise<void> {
  const { name } = await workdayInstance(context, given);
  await withCycle(context, name, send);
  context.print({ instance: name, signal }, `${name}: ${signal}`);
}

const withCycle = <T>(
  context: CommandContext,
  instance: string,
  work: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> =>
  withLongCycle(
    context,
    {
      workflowId: reportCycleWorkflowId(instance),
      name: `The cycle of '${instance}'`,
      start: `ilm report start "${instance}"`,
    },
    work,
  );

/** `ilm report status [--watch]`. With `--watch` it ends with Ctrl-C only. */
export async function status(
  context: CommandContext,
  given: string | undefined,
  { watch = false }: { readonly watch?: boolean },
): Promise<void> {
  const { name } = await workdayInstance(context, given);
  const ask = (): Promise<CycleProgress> => withCycle(context, name, (handle) => handle.query(progressQuery));
  if (!watch) {
    const progress = await ask();
    return context.print(progress, () => textOf(progress));
  }
  for (let shown = ''; ; await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS))) {
    const progress = await ask();
    const line = context.options.json === true ? JSON.stringify(progress) : lineOf(progress);
    if (line !== shown) console.log(line);
    shown = line;
  }
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
