import type { WorkflowHandle } from '@temporalio/client';

import { startOktaEvents } from '../../activities/okta-events/start.js';
import { oktaEventsWorkflowId } from '../../domain/names.js';
import { oktaEventProgressQuery, pauseSignal, resumeSignal, runNowSignal } from '../../workflows/messages.js';
import type { OktaEventProgress } from '../../workflows/messages.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';
import { withLongCycle } from '../long-cycle.js';
import { facts } from '../output.js';
import { oktaInstance } from './okta-instance.js';

const SIGNALS = { pause: pauseSignal, resume: resumeSignal, 'run-now': runNowSignal } as const;
/** What can be told to the polling. */
export type OktaEventSignal = keyof typeof SIGNALS;

/**
 * `ilm okta events start`.
 *
 * @throws InputError when `oktaEvents` has no entry of the instance
 */
export async function startEvents(context: CommandContext, given?: string): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const { oktaEvents } = (await context.configuration()).ilm;
  if (!oktaEvents.some(({ instance }) => instance === okta)) {
    throw inputError('<okta-instance>', 'has no entry under oktaEvents of ilm.yaml', 'Add one.', okta);
  }
  const { workflowId } = await startOktaEvents(await context.client(), okta);
  context.print({ instance: okta, workflowId }, `${okta}: its events are followed (${workflowId})`);
}

/** `ilm okta events pause`, `resume` and `run-now`. */
export async function tellEvents(context: CommandContext, signal: OktaEventSignal, given?: string): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  await withPolling(context, okta, (handle) => handle.signal<[]>(SIGNALS[signal] as typeof pauseSignal));
  context.print({ instance: okta, signal }, `${okta}: ${signal}`);
}

/** `ilm okta events status`. */
export async function eventStatus(context: CommandContext, given?: string): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const progress = await withPolling(context, okta, (handle) => handle.query(oktaEventProgressQuery));
  context.print(progress, () => textOf(progress));
}

const withPolling = <T>(
  context: CommandContext,
  okta: string,
  work: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> =>
  withLongCycle(
    context,
    {
      workflowId: oktaEventsWorkflowId(okta),
      name: `The polling of '${okta}'`,
      start: `ilm okta events start "${okta}"`,
    },
    work,
  );

function textOf(progress: OktaEventProgress): string {
  const dropped = Object.entries(progress.dropped).map(([reason, count]) => `${count} ${reason}`);
  return facts([
    ['events of', progress.instance],
    ['phase', progress.phase],
    ['reason', progress.reason],
    ['new', progress.added],
    ['opened', progress.opened],
    ['queued', progress.queued],
    ['held', progress.held],
    ['handed over', progress.handed],
    ['dropped', dropped.join(', ')],
    ['not read before', progress.readNotBefore],
    ['last read', progress.lastReadAt],
    ['next poll', progress.nextRunAt],
  ]);
}
