import { CloseReason } from '../../domain/incident.js';
import type { EntryPoint, Opened } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import { closeKeeping } from './closing.js';
import { directoriesOf, directoryPlan, haltOrKeep, isHireNear, takeProfile } from './directory-incident.js';
import type { Entry } from './entry.js';

/**
 * The part of Deactivate User In Active Directory between drawing the turn and the first command (spec active-directory
 * 4): a hire date that was postponed. A leaver's account stays as their termination left it.
 */
export async function continueDeactivation(entry: Entry, at: EntryPoint): Promise<Opened> {
  if (at === 'bookkeeping') return { kind: 'bookkeeping', plan: directoryPlan(entry, []) };
  const { permanentProfile: profile } = entry;
  if (profile === undefined) {
    return await haltOrKeep(entry, 'The person has no profile any more. Look at the incident, then retry or close it.');
  }
  const isLeaver = profile.active === false || profile.adAccountStatus === AdAccountStatus.Disabled;
  if (isLeaver || isHireNear(entry) === true) return await closeKeeping(entry, CloseReason.Overtaken);
  const directories = directoriesOf(entry);
  if (directories.length === 0) {
    return await haltOrKeep(entry, 'No Active Directory instance is enabled. Enable one in ilm.yaml, then retry.');
  }
  await takeProfile(entry);
  const steps = directories.map((directory) => ({ ...directory, reached: 'nothing', notify: false }) as const);
  return { kind: 'provision', plan: directoryPlan(entry, steps) };
}
