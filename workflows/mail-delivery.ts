import { CancellationScope, condition, log, sleep } from '@temporalio/workflow';

import type {
  DeactivationNotification,
  FailureNotification,
  ProvisioningNotification,
  TaskNotification,
  WelcomeNotification,
} from '../activities/notifications.js';
import { notificationActivities } from './proxies.js';
import { sendFailedInstancesNotification } from './send-failed-instances-notification.js';
import { sendProvisioningNotificationEmail } from './send-provisioning-notification-email.js';

/** One mail on its way: what it is about, and a key that names it. Ids only, so that it can be carried over. */
export type OutgoingMail =
  | { readonly kind: 'provisioning'; readonly key: string; readonly request: ProvisioningNotification }
  | { readonly kind: 'failed'; readonly key: string; readonly request: FailureNotification }
  | { readonly kind: 'task'; readonly key: string; readonly request: TaskNotification }
  | { readonly kind: 'deactivated'; readonly key: string; readonly request: DeactivationNotification }
  | {
      readonly kind: 'welcome';
      readonly key: string;
      readonly request: WelcomeNotification;
      /** Not before this instant, milliseconds since the epoch. */
      readonly notBefore: number;
    };

/**
 * Mails are sent beside the incident: they never hold a person's turn and never fail provisioning. What is still on
 * its way when a run continues as new is carried over and sent by the next.
 */
export class MailDelivery {
  readonly #pending = new Map<string, OutgoingMail>();

  /** Mails that are not known to be sent, for the next run; an attempt of this one may still get through. */
  get pending(): OutgoingMail[] {
    return [...this.#pending.values()].map((mail) =>
      mail.kind === 'provisioning' ? { ...mail, request: { ...mail.request, isRepeat: true } } : mail,
    );
  }

  /** Starts sending; the same mail is not started twice. */
  start(mail: OutgoingMail): void {
    if (this.#pending.has(mail.key)) return;
    this.#pending.set(mail.key, mail);
    void CancellationScope.nonCancellable(() => this.#deliver(mail));
  }

  async #deliver(mail: OutgoingMail): Promise<void> {
    try {
      await send(mail);
    } catch {
      log.error('a mail was given up', { kind: mail.kind, key: mail.key });
    }
    this.#pending.delete(mail.key);
  }

  /** Waits until every mail is sent or `interrupted` says that something else has come up. */
  async settled(interrupted: () => boolean): Promise<void> {
    await condition(() => this.#pending.size === 0 || interrupted());
  }
}

async function send(mail: OutgoingMail): Promise<void> {
  switch (mail.kind) {
    case 'provisioning':
      return await sendProvisioningNotificationEmail(mail.request);
    case 'failed':
      return await sendFailedInstancesNotification(mail.request);
    case 'task':
      return await notificationActivities.sendTaskNotification(mail.request);
    case 'deactivated':
      return await notificationActivities.sendDeactivationNotification(mail.request);
    case 'welcome':
      if (mail.notBefore > Date.now()) await sleep(mail.notBefore - Date.now());
      return await notificationActivities.sendWelcomeMail(mail.request);
  }
}
