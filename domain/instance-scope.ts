import type { UserProfile } from './profile.js';
import { sourcePriorityOf } from './lookup.js';

/** Which profiles belong to one Workday instance (design decision 13). */
export interface InstanceScope {
  /** The instance's name. */
  readonly instance: string;
  /** Whether it is the only Workday instance; then profiles that name none are its own, too. */
  readonly isSole: boolean;
  /** S: the instance's source priority. */
  readonly sourcePriority: number;
}

/** Whether a profile came from this instance and has its source priority (unset = 1). */
export function isOwnedBy(profile: UserProfile, { instance, isSole, sourcePriority }: InstanceScope): boolean {
  const { sourceInstance } = profile;
  const isFromInstance = sourceInstance === undefined || sourceInstance === '' ? isSole : sourceInstance === instance;
  return isFromInstance && sourcePriorityOf(profile) === sourcePriority;
}
