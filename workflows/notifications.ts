import type { ProvisioningAction } from '../domain/incident.js';
import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import type { OutgoingMail } from './mail-delivery.js';
import type { Playbook } from './playbook.js';

/** What of an account's changes people are told about; the first password has mails of its own. */
const TOLD: ReadonlySet<ProvisioningAction> = new Set(['create', 'update', 'enable', 'disable']);

/**
 * Mails about the successes of the present entry: of commands that were not skipped, in instances whose settings row
 * names somebody for what was done.
 */
function successMails(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[] {
  const steps = new Map([...plan.directories, ...plan.applications].map((step) => [step.instance, step]));
  const isTold = ({ instance, action }: CommandOutcome): boolean =>
    (action === 'create' ? steps.get(instance)?.notify : steps.get(instance)?.notifyChange) === true;
  return outcomes
    .filter((outcome) => outcome.success && !outcome.skipped && TOLD.has(outcome.action) && isTold(outcome))
    .map(({ instance, action }) => {
      const { incidentId, type, personId, personVersion, isRepeat } = plan;
      return {
        kind: 'provisioning',
        key: `${incidentId}/provisioning/${instance}/${action}`,
        request: { incidentId, incidentType: type, personId, personVersion, instance, action, isRepeat },
      };
    });
}

/** Mails about what an entry came to: its successes, and whatever the playbook has to tell beside them. */
export const mailsAbout = (
  playbook: Playbook,
  plan: ProvisioningPlan,
  outcomes: readonly CommandOutcome[],
): OutgoingMail[] => [...successMails(plan, outcomes), ...(playbook.mails?.(plan, outcomes) ?? [])];

/** The mails to IT about the instances that failed, one each. */
export const failureMails = (taskId: string, instances: readonly string[]): OutgoingMail[] =>
  instances.map((instance) => ({
    kind: 'failed',
    key: `${taskId}/failed/${instance}`,
    request: { taskId, instance },
  }));

/** The mail to whoever may answer a question. */
export const taskMail = (taskId: string): OutgoingMail => ({
  kind: 'task',
  key: `${taskId}/asked`,
  request: { taskId },
});
