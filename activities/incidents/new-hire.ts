import type { Opened } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import { beginPlaybook, hasReachedDirectory } from './begin.js';
import type { Entry } from './entry.js';
import { haltOrDrop } from './halts.js';
import { earlierOutcomes, provision } from './plan.js';

/**
 * Step 1 of New Hire, and what the entry is to do (spec playbooks-provisioning 2.4). AD Account Status is emptied until
 * the directory is reached, so that the connector neither activates nor deactivates meanwhile.
 */
export async function prepareNewHire(entry: Entry): Promise<Opened> {
  const { permanentProfile } = entry;
  if (permanentProfile?.active === false || permanentProfile?.adAccountStatus === AdAccountStatus.Disabled) {
    return await haltOrDrop(
      entry,
      'The person was terminated, and only a Rehire may create or enable accounts of theirs. Close the incident, or ' +
        'correct the profile and retry.',
    );
  }
  const earlier = await earlierOutcomes(entry);
  const status = hasReachedDirectory(earlier) ? {} : { adAccountStatus: AdAccountStatus.Undetermined };
  await beginPlaybook(entry, 'New Hire', { set: { ...status, active: true } });
  return await provision(entry, { flow: 'newHire', command: 'create-user', directoryCommand: 'create-user', earlier });
}
