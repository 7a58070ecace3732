import { isCancellation } from '@temporalio/workflow';

import type { AccountStanding, Inquiry, ProvisioningPlan } from '../domain/playbook.js';
import { reasonOf } from './commands.js';
import { accessActivities, incidentActivities, lookUpActivities } from './proxies.js';

/** Asks applications for a person's accounts and notes the answers. No answer is one, too: `unknown`. */
export async function inquire(incidentId: string, { personId, instances, priority }: Inquiry): Promise<void> {
  const answers = await Promise.all(
    instances.map(async (instance) => ({ instance, standing: await standingIn(instance, personId, priority) })),
  );
  await incidentActivities.recordInquiry({ incidentId, answers });
}

async function standingIn(instance: string, personId: string, priority: number): Promise<AccountStanding> {
  try {
    return await lookUpActivities(instance, priority).readAccountStanding({ personId, instance });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return 'unknown';
  }
}

/**
 * Keeps what the person can reach in every instance of a plan, before any of it is taken away. What cannot be read is
 * noted and delays nothing further. Never throws.
 */
export async function keepAccess(plan: ProvisioningPlan): Promise<void> {
  const { incidentId, personId, ticket, priority } = plan;
  const instances = [...plan.directories, ...plan.applications].map(({ instance }) => instance);
  const reads = await Promise.all(
    instances.map(async (instance) => {
      try {
        await accessActivities(instance, priority).keepAccess({ incidentId, personId, instance });
        return [];
      } catch (error) {
        // A yield: nothing has been taken away, so the next entry reads again.
        return isCancellation(error) ? [] : [{ instance, reason: reasonOf(error) }];
      }
    }),
  );
  const unread = reads.flat();
  if (unread.length > 0) await incidentActivities.recordUnreadAccess({ incidentId, personId, ticket, unread });
}
