import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';
import type { ProvisioningAction } from '../domain/incident.js';
import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import { applicationActivities } from './proxies.js';

/** One command of a plan. */
export interface PlannedCall {
  readonly instance: string;
  readonly brand: string;
  readonly command: 'create-user' | 'update-user' | 'disable-user';
  readonly allowEnable: boolean;
}

/** Runs one generic command of a plan. Never throws: whatever happens is an outcome. */
export async function runCommand(plan: ProvisioningPlan, call: PlannedCall, playbook: string): Promise<CommandOutcome> {
  const activities = applicationActivities(
    call.instance,
    plan.priority,
    `${playbook}: ${call.command} in ${call.instance}`,
  );
  return await outcomeOf(call, ACTIONS[call.command], () =>
    activities.runApplicationCommand({
      incidentId: plan.incidentId,
      personId: plan.personId,
      personVersion: plan.personVersion,
      ticket: plan.ticket,
      entry: plan.entry,
      instance: call.instance,
      command: call.command,
      allowEnable: call.allowEnable,
    }),
  );
}

/** Gives one directory account its first password. Never throws. */
export async function initialiseAccount(
  plan: ProvisioningPlan,
  directory: { readonly instance: string; readonly brand: string },
  accountId: string | undefined,
  playbook: string,
): Promise<CommandOutcome> {
  const { instance, brand } = directory;
  const activities = applicationActivities(instance, plan.priority, `${playbook}: first password in ${instance}`);
  return await outcomeOf({ instance, brand, command: 'initialise' }, 'initialise', () =>
    activities.initialiseDirectoryAccount({
      incidentId: plan.incidentId,
      personId: plan.personId,
      personVersion: plan.personVersion,
      ticket: plan.ticket,
      entry: plan.entry,
      instance,
      ...(accountId === undefined ? {} : { accountId }),
    }),
  );
}

const ACTIONS = { 'create-user': 'create', 'update-user': 'update', 'disable-user': 'disable' } as const;

async function outcomeOf(
  call: { readonly instance: string; readonly brand: string; readonly command: string },
  action: ProvisioningAction,
  run: () => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const base = { instance: call.instance, brand: call.brand, command: call.command, action, skipped: false };
  try {
    return await run();
  } catch (error) {
    if (isCancellation(error)) return { ...base, success: false, superseded: true };
    if (isTurnLost(error)) return { ...base, success: false, turnLost: true };
    return { ...base, success: false, retryable: isRetryable(error), note: reasonOf(error) };
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

function reasonOf(error: unknown): string {
  const cause = causeOf(error);
  return cause instanceof Error ? cause.message : 'no answer';
}
