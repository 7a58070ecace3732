import { IncidentType } from './incident.js';

/** Task queue of workflows and general activities. */
export const MAIN_TASK_QUEUE = 'ilm';

/** Task queue of one application instance: its own `Worker`, concurrency and rate (design, *Queues and attributes*). */
export const applicationTaskQueue = (instance: string): string => `ilm-app-${instance}`;

/** Id of the Schedule that starts the keeper every minute. */
export const KEEPER_SCHEDULE_ID = 'ilm-keeper';

/** Workflow id of a report cycle; one per Workday instance. */
export const reportCycleWorkflowId = (instance: string): string => `workday-report/${instance}`;

const SYNC_SEGMENT: Partial<Record<IncidentType, string>> = {
  [IncidentType.NewHire]: 'new-hire',
  [IncidentType.UpdateUser]: 'update',
  [IncidentType.TerminateUser]: 'terminate',
  [IncidentType.RehireUser]: 'rehire',
  [IncidentType.SyncUser]: 'sync',
};

/**
 * Workflow id of an incident's run. It holds an opaque person id, never an address or an employee number. A faulty
 * record without any person gets an id of its own.
 */
export function incidentWorkflowId(type: IncidentType, personId: string | null, incidentId: string): string {
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
  Keeper: 'keeper',
} as const;

/** Workflow type that runs an incident of the given type. */
export function incidentWorkflowType(type: IncidentType): string {
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
      return 1;
    case IncidentType.RehireUser:
    case IncidentType.AdUserActivation:
      return 2;
    case IncidentType.NewHire:
      return dueToday ? 3 : 4;
    case IncidentType.UpdateUser:
    case IncidentType.SyncUser:
      return 4;
  }
}
