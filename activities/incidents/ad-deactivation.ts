import { CloseReason } from '../../domain/incident.js';
import type { EntryPoint, Opened } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import { closeKeeping } from './closing.js';
import { directoriesOf, directoryPlan, haltOrKeep, isHireNear, takeProfile } from './directory-incident.js';
import type { Entry } from './entry.js';
import { keptUntil, nameOf, protection } from './protection.js';

/**
 * The part of Deactivate User In Active Directory between drawing the turn and the first command (spec active-directory
 * 4): a hire date that was postponed. A leaver's account stays as their termination left it, and a protected person's is
 * asked about (design 7).
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
  const asked = await settleProtection(entry);
  if (asked !== null) return asked;
  await takeProfile(entry);
  const steps = directories.map((directory) => ({ ...directory, reached: 'nothing', notify: false }) as const);
  return { kind: 'provision', plan: directoryPlan(entry, steps) };
}

/** Null = the account may be disabled. Kept, the person stays enabled and is not asked about again for some days. */
async function settleProtection(entry: Entry): Promise<Opened | null> {
  const answer = entry.answer('Protected')?.option;
  if (answer === 'Deactivate') return null;
  const reason = await protection(entry);
  if (reason === null) return null;
  if (answer === undefined) {
    const question = `${entry.incident.details} But ${nameOf(entry)} is protected: ${reason} Deactivate?`;
    return await entry.ask('Protected', question);
  }
  const set = { keptAs: 'adDeactivation', keptUntil: keptUntil(entry) } as const;
  await entry.write({ set }, 'Deactivate User In Active Directory: kept');
  return await closeKeeping(entry, CloseReason.Declined);
}
