import { IncidentType } from './incident.js';
import { standsAlone } from './ordering.js';

/** Task queue of workflows and general activities. */
export const MAIN_TASK_QUEUE = 'ilm';

/** Task queue of one application instance: its own `Worker`, concurrency and rate (design, *Queues and attributes*). */
export const applicationTaskQueue = (instance: string): string => `ilm-app-${instance}`;

/** Id of the Schedule that starts the keeper every minute. */
export const KEEPER_SCHEDULE_ID = 'ilm-keeper';

/** Workflow id of a report cycle; one per Workday instance. */
export const reportCycleWorkflowId = (instance: string): string => `workday-report/${instance}`;

/** Workflow id of the adoption of a Workday instance's people; one at a time. */
export const adoptionWorkflowId = (instance: string): string => `adopt/${instance}`;

/** Workflow id of the form in which the IAM Configuration of an Okta instance is edited; one per instance. */
export const iamConfigurationWorkflowId = (okta: string): string => `iam-configuration/${okta}`;

/** Workflow id of the polling of an Okta instance; one per instance. */
export const oktaEventsWorkflowId = (okta: string): string => `okta-events/${okta}`;

/** Workflow id of a test of the instances. `at` is the ISO instant of its start. */
export const testWorkflowId = (at: string): string => `test-instances/${at}`;

const SYNC_SEGMENT: Partial<Record<IncidentType, string>> = {
  [IncidentType.NewHire]: 'new-hire',
  [IncidentType.UpdateUser]: 'update',
  [IncidentType.TerminateUser]: 'terminate',
  [IncidentType.RehireUser]: 'rehire',
  [IncidentType.SyncUser]: 'sync',
};

/**
 * Workflow id of an incident's run. It holds an opaque person id, never an address or an employee number; that of an
 * event of Okta about applications holds the event's own id. A faulty record without any person gets an id of its own.
 */
export function incidentWorkflowId(
  type: IncidentType,
  personId: string | null,
  incidentId: string,
  event?: string,
): string {
  if (standsAlone(type)) return `${incidentWorkflowType(type)}/${event ?? incidentId}`;
  if (personId === null) return `sync-user/faulty/${incidentId}`;
  if (type === IncidentType.AdUserActivation) return `ad-activation/${personId}`;
  if (type === IncidentType.AdUserDeactivation) return `ad-deactivation/${personId}`;
  return `sync-user/${SYNC_SEGMENT[type] ?? 'sync'}/${personId}`;
}

/** The workflow types (exported function names), which are contracts with running histories. */
export const WorkflowType = {
  WorkdayReportCycle: 'workdayReportCycle',
  SyncUser: 'syncUser',
  ActivateUserInActiveDirectory: 'activateUserInActiveDirectory',
  DeactivateUserInActiveDirectory: 'deactivateUserInActiveDirectory',
  AppSync: 'appSync',
  AppUpdate: 'appUpdate',
  Keeper: 'keeper',
  AdoptAccounts: 'adoptAccounts',
  TestInstances: 'testInstances',
  IamConfiguration: 'iamConfiguration',
  OktaEventCycle: 'oktaEventCycle',
} as const;

/** Workflow type that runs an incident of the given type. */
export function incidentWorkflowType(type: IncidentType): string {
  if (type === IncidentType.AppAdd || type === IncidentType.AppRemove) return WorkflowType.AppSync;
  if (type === IncidentType.AppUpdate) return WorkflowType.AppUpdate;
  if (type === IncidentType.AdUserActivation) return WorkflowType.ActivateUserInActiveDirectory;
  if (type === IncidentType.AdUserDeactivation) return WorkflowType.DeactivateUserInActiveDirectory;
  return WorkflowType.SyncUser;
}

/**
 * Task queue priority of an incident's work, lower first: leavers, then returners, then joiners due today, then the
 * rest (design, *Commands to applications*).
 */
export function priorityOf(type: IncidentType, dueToday: boolean): number {
  switch (type) {
    case IncidentType.TerminateUser:
    case IncidentType.AdUserDeactivation:
    case IncidentType.AppRemove:
      return 1;
    case IncidentType.RehireUser:
    case IncidentType.AdUserActivation:
      return 2;
    case IncidentType.NewHire:
      return dueToday ? 3 : 4;
    case IncidentType.UpdateUser:
    case IncidentType.SyncUser:
    case IncidentType.AppAdd:
    case IncidentType.AppUpdate:
    case IncidentType.TestInstances:
      return 4;
  }
}

/**
 * Ticket of one entry of an incident's run into a person's queue of turns. Deterministic, so that a repeated activity
 * finds its own place again.
 */
export const turnTicket = (incidentId: string, firstRunId: string, entry: number): string =>
  `${incidentId}/${firstRunId.slice(0, 8)}/${entry}`;

/** Id of a task: `<incident id>/<kind>/<n>`. */
export const taskId = (incidentId: string, kind: string, n: number): string => `${incidentId}/${kind}/${n}`;

/** The incident id inside a task id. */
export const incidentIdOfTask = (task: string): string => task.slice(0, task.indexOf('/'));

/** Id of a hook's child workflow: a new one per run of the incident. */
export const hookWorkflowId = (incidentId: string, hook: string, runId: string): string =>
  `${incidentId}/${hook}/${runId.slice(0, 8)}`;
