import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';

import type { OktaEventActivities, OktaLogActivities } from '../activities/okta-events/index.js';
import { applicationTaskQueue } from '../domain/names.js';

/** A paused poll waits until the activity has stopped, which learns of the pause with a heartbeat. */
const common: ActivityOptions = {
  heartbeatTimeout: '10s',
  startToCloseTimeout: '2h',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** The reading of one Okta instance. What does not help within minutes is left to the next poll. */
export const readerOf = (okta: string): OktaLogActivities =>
  proxyActivities<OktaLogActivities>({
    ...common,
    taskQueue: applicationTaskQueue(okta),
    // An instance that nobody serves any more must not keep the poll.
    scheduleToStartTimeout: '10m',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 4 },
    summary: 'Okta events: read',
  });

/** The handing-over, which works on the store and starts incidents. */
export const { handOverOktaEvents } = proxyActivities<OktaEventActivities>({
  ...common,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  summary: 'Okta events: hand over',
});
