import type { OktaUser } from './answers.js';
import type { AppUser } from '../types.js';

/** States of a user in which Okta's life cycle treats it differently. All others count as active. */
export const OktaStatus = {
  Staged: 'STAGED',
  Suspended: 'SUSPENDED',
  Deprovisioned: 'DEPROVISIONED',
} as const;

/** The status that counts: where an asynchronous change is under way, the one it leads to. */
export const statusOf = ({ status, transitioningToStatus }: OktaUser): string => transitioningToStatus ?? status;

/** The account of a user. Everything but a deactivated user is active; staged and suspended ones nobody can use. */
export function userOf(user: OktaUser): AppUser {
  const status = statusOf(user);
  const isDormant = status === OktaStatus.Staged || status === OktaStatus.Suspended;
  return {
    id: user.id,
    username: user.profile.login ?? null,
    email: user.profile.email ?? null,
    active: status !== OktaStatus.Deprovisioned,
    ...(isDormant ? { isDormant } : {}),
    raw: user,
  };
}
