import type { CommandOutcome, ProvisioningPlan } from '../domain/playbook.js';
import type { OutgoingMail } from './mail-delivery.js';

/**
 * Mails about the successes of the present entry: instances whose settings row names somebody, where the command was
 * not skipped and the action is the planned one. An account that existed already is no creation, so nobody is told.
 */
export function successMails(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[]): OutgoingMail[] {
  const steps = [...plan.directories, ...plan.applications];
  const told = new Set(steps.filter(({ notify }) => notify).map(({ instance }) => instance));
  return outcomes
    .filter(
      ({ instance, success, skipped, action }) => told.has(instance) && success && !skipped && action === 'create',
    )
    .map(({ instance, action }) => {
      const { incidentId, type, personId, personVersion, isRepeat } = plan;
      return {
        kind: 'provisioning',
        key: `${incidentId}/provisioning/${instance}/${action}`,
        request: { incidentId, incidentType: type, personId, personVersion, instance, action, isRepeat },
      };
    });
}

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
