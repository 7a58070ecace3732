import type { WorkflowHandle } from '@temporalio/client';

import { startOktaEvents } from '../../activities/okta-events/start.js';
import { WorkflowType, oktaEventsWorkflowId } from '../../domain/names.js';
import {
  oktaEventProgressQuery,
  pauseSignal,
  refreshSignal,
  resumeSignal,
  runNowSignal,
} from '../../workflows/messages.js';
import type { OktaEventProgress } from '../../workflows/messages.js';
import { eventually } from '../support/incidents.js';
import { OKTA, OKTA_ENGINE } from '../support/okta.js';
import { PolledOkta, deactivationOf, logEvents } from '../support/okta-events.js';
import type { Engine } from '../support/engine.js';
import type { Scenario } from './scenarios.js';

/** A polling that can be told and asked. */
interface Scene {
  readonly okta: PolledOkta;
  readonly handle: WorkflowHandle;
  readonly until: (what: string, isSo: (progress: OktaEventProgress) => boolean) => Promise<unknown>;
}

/** Plays with a polling, whose clock is the test's own hand; it is cancelled at the end, since it ends in no other way. */
const polling =
  (play: (scene: Scene) => Promise<void>) =>
  async (engine: Engine): Promise<void> => {
    const okta = await PolledOkta.join(engine, { interval: '1h' });
    const { client } = engine.env;
    await startOktaEvents(client, OKTA);
    const handle = client.workflow.getHandle(oktaEventsWorkflowId(OKTA));
    const until: Scene['until'] = async (what, isSo) =>
      await eventually(what, async () => isSo(await handle.query(oktaEventProgressQuery)));
    await until('the first poll is over', ({ nextRunAt }) => nextRunAt !== null);
    await play({ okta, handle, until });
    await handle.cancel();
    await handle.result().catch(() => undefined);
    await okta.organisation.stop();
  };

const stranger = deactivationOf('stranger@example.com');

/** Every branch of `oktaEventCycle`. */
export const OKTA_EVENT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'events-read-then-refreshed',
    options: OKTA_ENGINE,
    records: WorkflowType.OktaEventCycle,
    run: polling(async ({ okta, handle, until }) => {
      await logEvents(okta.app, [stranger]);
      await handle.signal(runNowSignal);
      await until('the event is held', ({ held }) => held === 1);
      await handle.signal(refreshSignal);
      await handle.signal(runNowSignal);
      await until('waiting again', ({ phase, added }) => phase === 'waiting' && added === 0);
    }),
  },
  {
    name: 'polling-paused-then-resumed',
    options: OKTA_ENGINE,
    records: WorkflowType.OktaEventCycle,
    run: polling(async ({ okta, handle, until }) => {
      okta.app.addFault({ kind: 'slow', method: 'GET', path: '/logs', delayMs: 1_000 });
      await handle.signal(runNowSignal);
      await until('reading', ({ phase }) => phase === 'reading');
      await handle.signal(pauseSignal);
      await until('paused', ({ phase }) => phase === 'paused');
      await handle.signal(resumeSignal);
      await until('waiting again', ({ phase, nextRunAt }) => phase === 'waiting' && nextRunAt !== null);
    }),
  },
  {
    name: 'okta-limits-the-rate',
    options: OKTA_ENGINE,
    records: WorkflowType.OktaEventCycle,
    run: polling(async ({ okta, handle, until }) => {
      okta.app.addFault({ kind: 'rate-limit', method: 'GET', path: '/logs', retryAfterSeconds: 2 });
      await handle.signal(runNowSignal);
      await until('left alone', ({ readNotBefore }) => readNotBefore !== null);
      await handle.signal(runNowSignal);
      await until('read on', ({ readNotBefore, nextRunAt }) => readNotBefore === null && nextRunAt !== null);
    }),
  },
  {
    name: 'polling-halted-then-corrected',
    options: OKTA_ENGINE,
    records: WorkflowType.OktaEventCycle,
    run: polling(async ({ okta, handle, until }) => {
      okta.configure({ tufe: { dropActors: ['somebody@example.com'] }, interval: '1h' });
      await handle.signal(runNowSignal);
      await until('halted by the rule', ({ phase, nextRunAt }) => phase === 'halted' && nextRunAt !== null);
      okta.configure({ enabled: false });
      await handle.signal(runNowSignal);
      await until('switched off', ({ reason }) => reason?.includes('switched off') === true);
      okta.configure({ interval: '1h' });
      await handle.signal(runNowSignal);
      await until('corrected', ({ phase }) => phase === 'waiting');
    }),
  },
];
