import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';
import type { ProvisioningAction } from '../domain/incident.js';
import type { AdAccountStatus } from '../domain/profile.js';
import type { CommandOutcome, PlannedCommand, ProvisioningPlan } from '../domain/playbook.js';
import { applicationActivities, incidentActivities } from './proxies.js';

/** An instance of a plan. */
export interface Target {
  readonly instance: string;
  readonly brand: string;
}

/** One command of a plan. */
export interface PlannedCall extends Target {
  readonly command: PlannedCommand;
  readonly allowEnable: boolean;
  readonly mayCreate?: boolean;
  /** How the account has to be left; anything else is a failure. Absent = either way. */
  readonly mustLeave?: 'enabled' | 'disabled';
  /** The person leaves (see the activity). */
  readonly isLeaver?: boolean;
}

const ACTIONS: Readonly<Record<PlannedCommand, ProvisioningAction>> = {
  'create-user': 'create',
  'update-user': 'update',
  'disable-user': 'disable',
};

/** Runs one generic command of a plan. Never throws: whatever happens is an outcome. */
export async function runCommand(plan: ProvisioningPlan, call: PlannedCall, playbook: string): Promise<CommandOutcome> {
  const { instance, command, allowEnable, mayCreate = true, mustLeave, isLeaver = false } = call;
  const { hasFormerProfile = false } = plan;
  const activities = applicationActivities(instance, plan.priority, `${playbook}: ${command} in ${instance}`);
  return await outcomeOf(call, command, ACTIONS[command], () =>
    activities.runApplicationCommand({
      ...requestOf(plan),
      instance,
      command,
      allowEnable,
      mayCreate,
      isLeaver,
      hasFormerProfile,
      ...(mustLeave === undefined ? {} : { mustLeave }),
    }),
  );
}

/** Looks for the person's account in a directory. Never throws. */
export async function lookUpAccount(
  plan: ProvisioningPlan,
  directory: Target,
  playbook: string,
): Promise<CommandOutcome> {
  const { instance } = directory;
  const activities = applicationActivities(instance, plan.priority, `${playbook}: get-user in ${instance}`);
  return await outcomeOf(directory, 'get-user', 'get', () =>
    activities.lookUpDirectoryAccount({ ...requestOf(plan), instance }),
  );
}

/** Gives one directory account its first password. Never throws. */
export async function initialiseAccount(
  plan: ProvisioningPlan,
  directory: Target,
  accountId: string | undefined,
  playbook: string,
): Promise<CommandOutcome> {
  const { instance } = directory;
  const activities = applicationActivities(instance, plan.priority, `${playbook}: first password in ${instance}`);
  return await outcomeOf(directory, 'initialise', 'initialise', () =>
    activities.initialiseDirectoryAccount({
      ...requestOf(plan),
      instance,
      ...(accountId === undefined ? {} : { accountId }),
    }),
  );
}

/** Books what became of a leaver's directory accounts. Never throws: null, or the outcome of having lost the turn. */
export async function recordDisabling(
  { incidentId, personId, ticket }: ProvisioningPlan,
  directory: Target,
  outcomes: readonly CommandOutcome[],
): Promise<CommandOutcome | null> {
  const outcome = await outcomeOf(directory, 'status', 'get', async () => {
    await incidentActivities.recordDisabling({ incidentId, personId, ticket, outcomes });
    return { ...directory, command: 'status', action: 'get', success: true, skipped: false };
  });
  return outcome.success ? null : outcome;
}

/** Stores the person's AD Account Status. Never throws: null, or the outcome of having lost the turn. */
export async function storeAdAccountStatus(
  plan: ProvisioningPlan,
  directory: Target,
  status: AdAccountStatus,
  cause: string,
): Promise<CommandOutcome | null> {
  const { incidentId, personId, ticket } = plan;
  const outcome = await outcomeOf(directory, 'status', 'get', async () => {
    await incidentActivities.setAdAccountStatus({ incidentId, personId, ticket, status, cause });
    return { ...directory, command: 'status', action: 'get', success: true, skipped: false };
  });
  return outcome.success ? null : outcome;
}

function requestOf({ incidentId, personId, personVersion, ticket, isRepeat }: ProvisioningPlan): {
  incidentId: string;
  personId: string;
  personVersion: number;
  ticket: string;
  isRepeat: boolean;
} {
  return { incidentId, personId, personVersion, ticket, isRepeat };
}

/** What a call came to. Never throws: a failure is an outcome, too. */
export async function outcomeOf(
  { instance, brand }: Target,
  command: string,
  action: ProvisioningAction,
  run: () => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const base = { instance, brand, command, action, skipped: false, success: false };
  try {
    return await run();
  } catch (error) {
    if (isCancellation(error)) return { ...base, superseded: true };
    if (isTurnLost(error)) return { ...base, turnLost: true };
    return { ...base, retryable: isRetryable(error), note: reasonOf(error) };
  }
}

const causeOf = (error: unknown): unknown => (error instanceof ActivityFailure ? error.cause : error);

/** Whether an activity found that the person's turn belongs to another incident. */
export const isTurnLost = (error: unknown): boolean => {
  const cause = causeOf(error);
  return cause instanceof ApplicationFailure && cause.type === FailureType.TurnLost;
};

/** A time-out, or a failure that was worth another attempt when its time was up. */
function isRetryable(error: unknown): boolean {
  const cause = causeOf(error);
  return !(cause instanceof ApplicationFailure) || cause.nonRetryable !== true;
}

/** What an activity's failure says; free of personal data, as every failure message. */
export function reasonOf(error: unknown): string {
  const cause = causeOf(error);
  return cause instanceof Error ? cause.message : 'no answer';
}
