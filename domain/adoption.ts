import { AdAccountStatus } from './profile.js';
import type { UserProfile } from './profile.js';

/**
 * What looking for a person's account in one application came to. `ambiguous`: several accounts could be theirs, or
 * theirs could be somebody else's. `refused`: the application or the check of ownership said no. `busy`: an incident
 * works on the person. `decided`: somebody named the account by hand.
 */
export const ADOPTION_OUTCOMES = ['matched', 'unmatched', 'ambiguous', 'refused', 'busy', 'decided'] as const;
export type AdoptionOutcome = (typeof ADOPTION_OUTCOMES)[number];

/** How many people came to which outcome. */
export type AdoptionCounts = Readonly<Record<AdoptionOutcome, number>>;

/** Nobody yet. */
export const NO_COUNTS: AdoptionCounts = {
  matched: 0,
  unmatched: 0,
  ambiguous: 0,
  refused: 0,
  busy: 0,
  decided: 0,
};

/** Two counts together. */
export const addCounts = (a: AdoptionCounts, b: AdoptionCounts): AdoptionCounts => ({
  matched: a.matched + b.matched,
  unmatched: a.unmatched + b.unmatched,
  ambiguous: a.ambiguous + b.ambiguous,
  refused: a.refused + b.refused,
  busy: a.busy + b.busy,
  decided: a.decided + b.decided,
});

/**
 * The AD Account Status that a profile takes over from an account that was there before the engine; undefined when it
 * keeps the one it has. `Enabled` and `Disabled` were set by a flow, which knows better than a look.
 *
 * A disabled account becomes `Disabled`, not `Pending`: `Pending` would make the next cycle enable it, and nobody knows
 * why it was disabled. Only who waits for their hire date stays `Pending`.
 *
 * @param isEnabled whether the account is enabled
 */
export function adoptedAdStatus(profile: UserProfile, isEnabled: boolean): AdAccountStatus | undefined {
  const status = profile.adAccountStatus ?? AdAccountStatus.Undetermined;
  if (status === AdAccountStatus.Enabled || status === AdAccountStatus.Disabled) return undefined;
  if (isEnabled) return AdAccountStatus.Enabled;
  return status === AdAccountStatus.Pending ? undefined : AdAccountStatus.Disabled;
}

/**
 * Whether the directory says something else than the profile will: an account that is enabled although a flow had
 * disabled it, or the other way round; or a disabled one of somebody whom HR calls present.
 */
export function contradictsAdStatus(profile: UserProfile, isEnabled: boolean): boolean {
  const status = adoptedAdStatus(profile, isEnabled) ?? profile.adAccountStatus;
  if (status === AdAccountStatus.Disabled) return isEnabled || profile.active !== false;
  return status === AdAccountStatus.Enabled && !isEnabled;
}
