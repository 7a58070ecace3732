import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';

import { applicationTaskQueue } from '../domain/names.js';
import type { AppFlowActivities, OktaCheckActivities } from '../activities/app-flows/index.js';
import type { AdoptionActivities, PortionActivities } from '../activities/adoption/index.js';
import type { ApplicationActivities } from '../activities/application-commands.js';
import type { LookUpActivities } from '../activities/application-look-ups.js';
import type { IamConfigurationActivities, OktaApplicationActivities } from '../activities/iam-configuration/index.js';
import type { IncidentActivities } from '../activities/incidents/index.js';
import type { KeeperActivities } from '../activities/keeper.js';
import type { NotificationActivities } from '../activities/notifications.js';
import type { TestActivities, TestCommandActivities } from '../activities/test-instances/index.js';

/**
 * The store answers in milliseconds or is down; a run has nothing to do without it, so the attempts go on for as long
 * as it takes. An activity that repeats finds its own earlier writes.
 */
export const incidentActivities = proxyActivities<IncidentActivities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** What incidents about applications have in the place of what others do; the same store. */
export const appFlowActivities = proxyActivities<AppFlowActivities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** A mail server may be down for a day; slow growth keeps a recovering one from being flooded. */
export const notificationActivities = proxyActivities<NotificationActivities>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '26h',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '15m' },
});

const LOOK_UP = {
  startToCloseTimeout: '25s',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
} as const;

/** The keeper looks again every minute, so one look that fails is not repeated for long. */
export const keeperActivities = proxyActivities<KeeperActivities>({
  startToCloseTimeout: '50s',
  heartbeatTimeout: '20s',
  retry: { maximumAttempts: 2 },
});

/** A look-up that a decision depends on, on the application's own queue: without an answer a person is asked. */
export const lookUpActivities = (instance: string, priority: number): LookUpActivities =>
  proxyActivities<LookUpActivities>({
    ...LOOK_UP,
    taskQueue: applicationTaskQueue(instance),
    scheduleToCloseTimeout: '60s',
    priority: { priorityKey: priority },
    summary: `Terminate User: get-user in ${instance}`,
  });

/** A question to Okta under a person's turn: it is tried for a minute, and then again later outside the turn. */
export const oktaCheckActivities = (okta: string, priority: number, playbook: string): OktaCheckActivities =>
  proxyActivities<OktaCheckActivities>({
    taskQueue: applicationTaskQueue(okta),
    startToCloseTimeout: '25s',
    heartbeatTimeout: '20s',
    scheduleToCloseTimeout: '60s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s' },
    priority: { priorityKey: priority },
    summary: `${playbook}: look into ${okta}`,
  });

/** Reading access before it is taken away delays a leaver's disabling by half a minute at most (design 7). */
export const accessActivities = (instance: string, priority: number): LookUpActivities =>
  proxyActivities<LookUpActivities>({
    ...LOOK_UP,
    taskQueue: applicationTaskQueue(instance),
    scheduleToCloseTimeout: '30s',
    priority: { priorityKey: priority },
    summary: `Terminate User: access in ${instance}`,
  });

/**
 * Commands of one application, on its own queue. Within a turn a command is tried for five minutes, time in the queue
 * included; then the turn goes back and the run tries again later. A cancelled command that has begun is waited for,
 * because its outcome counts; one that has not begun is gone at once.
 */
export const applicationActivities = (instance: string, priority: number, summary: string): ApplicationActivities =>
  proxyActivities<ApplicationActivities>({
    taskQueue: applicationTaskQueue(instance),
    startToCloseTimeout: '60s',
    heartbeatTimeout: '20s',
    scheduleToCloseTimeout: '5m',
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '2m' },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: { priorityKey: priority },
    summary,
  });

/** The store answers or is down; adoption has nothing to do without it. */
export const adoptionActivities = proxyActivities<AdoptionActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * A portion of adoption on an application's own queue, behind everything that incidents want there. Nobody waits for it,
 * so an application that is down is asked again for as long as it takes.
 */
export const portionActivities = (instance: string, summary: string): PortionActivities =>
  proxyActivities<PortionActivities>({
    taskQueue: applicationTaskQueue(instance),
    startToCloseTimeout: '1h',
    heartbeatTimeout: '20s',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
    priority: { priorityKey: 5 },
    summary,
  });

/** What a test of the instances asks of the store. */
export const testActivities = proxyActivities<TestActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Somebody waits for the answer of a test, so an instance gets a minute and three tries; then it has failed. */
export const testCommandActivities = (instance: string, summary: string): TestCommandActivities =>
  proxyActivities<TestCommandActivities>({
    taskQueue: applicationTaskQueue(instance),
    startToCloseTimeout: '45s',
    scheduleToCloseTimeout: '60s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
    summary,
  });

/** The store answers or is down; the form has nothing to do without it. */
export const iamConfigurationActivities = proxyActivities<IamConfigurationActivities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Somebody waits for the answer of an edit, so Okta gets a minute and three tries; then the edit is refused. */
export const oktaApplicationActivities = (okta: string): OktaApplicationActivities =>
  proxyActivities<OktaApplicationActivities>({
    taskQueue: applicationTaskQueue(okta),
    startToCloseTimeout: '45s',
    heartbeatTimeout: '20s',
    scheduleToCloseTimeout: '60s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
    summary: `IAM Configuration: find applications in ${okta}`,
  });
