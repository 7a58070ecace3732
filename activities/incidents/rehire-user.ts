import type { Opened } from '../../domain/playbook.js';
import { AdAccountStatus, TerminationTrigger } from '../../domain/profile.js';
import { beginPlaybook, hasReachedDirectory } from './begin.js';
import type { Entry } from './entry.js';
import { keepFormerProfile, withoutPasswords } from './former-profile.js';
import { earlierOutcomes, provision } from './plan.js';

/**
 * Step 1 of Rehire User, and what the entry is to do (spec playbooks-provisioning 4.3). Until the directory is reached,
 * AD Account Status is empty, so that the connector neither activates nor deactivates meanwhile. The termination's
 * trigger goes, because a person terminated from Okta gets no other event than a rehire.
 */
export async function prepareRehire(entry: Entry): Promise<Opened> {
  await keepFormerProfile(entry);
  const earlier = await earlierOutcomes(entry);
  const start = hasReachedDirectory(earlier)
    ? {}
    : { status: { adAccountStatus: AdAccountStatus.Undetermined }, accounts: withoutPasswords(entry) };
  await beginPlaybook(entry, 'Rehire User', {
    set: { ...start.status, active: true, terminationTrigger: TerminationTrigger.None },
    accounts: start.accounts ?? {},
  });
  return await provision(entry, {
    flow: 'rehire',
    command: 'update-user',
    directoryCommand: 'create-user',
    allowEnable: 'always',
    mayCreate: 'always',
    earlier,
  });
}
