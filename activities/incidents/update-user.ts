import { IncidentType } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import { beginPlaybook } from './begin.js';
import type { Entry } from './entry.js';
import { keepFormerProfile } from './former-profile.js';
import { earlierOutcomes, provision } from './plan.js';

/**
 * Step 1 of Update User, and what the entry is to do (spec playbooks-provisioning 3.3). AD Account Status stays as it
 * is. Nothing is created or enabled for a person who has left (design decision 11).
 */
export async function prepareUpdate(entry: Entry): Promise<Opened> {
  await keepFormerProfile(entry);
  const earlier = await earlierOutcomes(entry);
  await beginPlaybook(entry, 'Update User', { set: {} });
  const isLiving = !(await hasLeft(entry));
  return await provision(entry, {
    flow: 'update',
    command: 'update-user',
    directoryCommand: 'update-user',
    mayCreate: isLiving ? 'asListed' : 'never',
    ...(isLiving ? { allowEnable: 'asConfigured' } : {}),
    earlier,
  });
}

/** Inactive, disabled, or under a termination that waits. */
async function hasLeft({ person, deps }: Entry): Promise<boolean> {
  if (person.profile?.active === false || person.profile?.adAccountStatus === AdAccountStatus.Disabled) return true;
  return (await deps.store.incidents.openOf(person.personId, IncidentType.TerminateUser)).length > 0;
}
