import { proxyActivities } from '@temporalio/workflow';

import type { HookInput } from '../../workflows/hooks.js';
import type { HookActivities } from './activities.js';

/** The company's own rules for its own systems: short attempts, a few of them, then the hook fails and people are asked. */
const { suitIncident, orderBadge } = proxyActivities<HookActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumAttempts: 5 },
});

/** Custom Pre-provisioning: suits the incident to the company before a playbook is chosen. */
export async function suitToCompany({ incidentId, hook }: HookInput): Promise<void> {
  await suitIncident({ incidentId, hook });
}

/** Custom Post-provisioning: orders a badge for whoever got an account. Its result is a flag, no personal data. */
export async function orderBadgeForNewcomer({ incidentId, personId, results }: HookInput): Promise<boolean> {
  const isNew = results.some(({ action, success, skipped }) => action === 'create' && success && !skipped);
  if (!isNew) return false;
  await orderBadge({ incidentId, personId });
  return true;
}
