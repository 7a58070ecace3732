import { ApplicationFailure, proxyActivities, sleep } from '@temporalio/workflow';

import type { SuggestionRequest } from '../../activities/incidents/owner.js';
import type { HookInput } from '../../workflows/hooks.js';

/** The activity of a customer's hook worker in tests. */
export interface HookActivities {
  noteHook(input: HookInput): Promise<void>;
}

const { noteHook } = proxyActivities<HookActivities>({ startToCloseTimeout: '10s' });

/** A hook that does its work. */
export async function goodHook(input: HookInput): Promise<void> {
  await noteHook(input);
}

/** A hook that fails, with words that must not get around. */
export async function failingHook(input: HookInput): Promise<void> {
  await noteHook(input);
  throw ApplicationFailure.nonRetryable('words of the hook about person@example.com');
}

/** A hook that takes its time. */
export async function slowHook(input: HookInput): Promise<void> {
  await noteHook(input);
  await sleep('1s');
}

/** A suggestion service: names the last candidate. */
export async function suggestOwner({ candidates }: SuggestionRequest): Promise<string | null> {
  return await Promise.resolve(candidates.at(-1) ?? null);
}

/** A suggestion service that names somebody nobody knows. */
export async function suggestStranger(): Promise<string> {
  return await Promise.resolve('stranger-1');
}
