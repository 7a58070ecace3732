import { GATED_ACTIONS } from './config.js';
import type { GatedAction, GateLimits } from './config.js';

/** A number per gated action; an absent one is 0. */
export type ActionCounts = Readonly<Partial<Record<GatedAction, number>>>;

/** What the gate judges: a cycle's plan against the ledger of what was opened before. */
export interface GateInput {
  readonly limits: GateLimits;
  /** Profiles that the instance owns: the base of the percentages. */
  readonly ownedProfiles: number;
  /** Items of the plan that have not been opened yet. */
  readonly planned: ActionCounts;
  /** Items of this cycle that the ledger already holds (after a crash or between two portions). */
  readonly openedThisCycle?: ActionCounts;
  /** Unique items in the ledger within the last 24 hours, of whatever cycle, this one included. */
  readonly openedLast24h: ActionCounts;
}

/** What the gate says about one action that trips a limit. */
export interface GateTrip {
  readonly action: GatedAction;
  /** Items waiting to be opened; all of them are held. */
  readonly planned: number;
  readonly limit: number;
  /** Which window the plan would exceed. */
  readonly window: 'cycle' | '24h';
  readonly message: string;
}

/** Most items of an action per cycle and per 24 hours: the larger of a number and a share of the owned profiles. */
export function gateLimitOf(action: GatedAction, limits: GateLimits, ownedProfiles: number): number {
  const { count, percent } = limits[action];
  return Math.max(count, Math.floor((ownedProfiles * percent) / 100));
}

/**
 * Holds every item of an action whose plan would go beyond its limit in this cycle or in any 24 hours (design 7). The
 * actions that are not named may be opened. Evaluating again after a part was opened gives the same answer or a
 * stricter one, because what was opened counts in the ledger.
 */
export function evaluateGate(input: GateInput): readonly GateTrip[] {
  return GATED_ACTIONS.flatMap((action): GateTrip[] => {
    const planned = input.planned[action] ?? 0;
    if (planned === 0) return [];
    const limit = gateLimitOf(action, input.limits, input.ownedProfiles);
    const inCycle = planned + (input.openedThisCycle?.[action] ?? 0);
    const inDay = planned + (input.openedLast24h[action] ?? 0);
    if (inCycle <= limit && inDay <= limit) return [];
    const window = inCycle > limit ? 'cycle' : '24h';
    const total = window === 'cycle' ? inCycle : inDay;
    const message = `${total} items of '${action}' within ${window === 'cycle' ? 'one cycle' : '24 hours'} exceed the limit of ${limit}: all ${planned} are held until an approver releases them.`;
    return [{ action, planned, limit, window, message }];
  });
}

/**
 * Whether one more item may be opened right now. Asked for each item right before it is opened, with fresh counts from
 * the ledger, so that cycles side by side and repeats after a crash stay within the limit together.
 *
 * @param isReleased an approver has released this item, which then counts but is not limited
 */
export function mayOpen(
  action: GatedAction,
  input: Pick<GateInput, 'limits' | 'ownedProfiles' | 'openedThisCycle' | 'openedLast24h'>,
  isReleased = false,
): boolean {
  if (isReleased) return true;
  const limit = gateLimitOf(action, input.limits, input.ownedProfiles);
  const opened = Math.max(input.openedThisCycle?.[action] ?? 0, input.openedLast24h[action] ?? 0);
  return opened < limit;
}
