import { CancellationScope, condition, log } from '@temporalio/workflow';

/** One mail on its way: which activity sends it, and its argument. Ids only, so that it can be carried over. */
export interface OutgoingMail {
  readonly kind: 'provisioning' | 'failed' | 'task';
  readonly incidentId: string;
  readonly key: string;
  readonly request: unknown;
}

/**
 * Mails are sent beside the incident: they never hold a person's turn and never fail provisioning. What is still on
 * its way when a run continues as new is carried over and sent by the next.
 */
export class MailDelivery {
  readonly #pending = new Map<string, OutgoingMail>();

  constructor(private readonly send: (mail: OutgoingMail) => Promise<void>) {}

  /** Mails that have not been sent yet. */
  get pending(): OutgoingMail[] {
    return [...this.#pending.values()];
  }

  /** Starts sending; the same mail is not started twice. */
  start(mail: OutgoingMail): void {
    if (this.#pending.has(mail.key)) return;
    this.#pending.set(mail.key, mail);
    void CancellationScope.nonCancellable(() => this.#deliver(mail));
  }

  async #deliver(mail: OutgoingMail): Promise<void> {
    try {
      await this.send(mail);
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
