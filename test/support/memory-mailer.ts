import { ApplicationFailure } from '@temporalio/common';

import type { Mail, Mailer } from '../../activities/dependencies.js';
import { FailureType } from '../../domain/failures.js';

/** Keeps what it is given to send; a test can make it fail. */
export class MemoryMailer implements Mailer {
  readonly sent: Mail[] = [];
  /** `verify` and `send` in the order in which they were called. */
  readonly calls: string[] = [];
  /** Whether a call fails as a mail server that is down does. */
  isDown: (call: 'verify' | 'send', mail?: Mail) => boolean = () => false;

  async verify(): Promise<void> {
    this.#call('verify');
    await Promise.resolve();
  }

  async send(mail: Mail): Promise<void> {
    this.#call('send', mail);
    this.sent.push(mail);
    await Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  /** Mails whose message id holds a text, normally an incident's id. */
  about(part: string): Mail[] {
    return this.sent.filter(({ messageId }) => messageId.includes(part));
  }

  #call(call: 'verify' | 'send', mail?: Mail): void {
    this.calls.push(call);
    if (this.isDown(call, mail)) {
      throw ApplicationFailure.create({ type: FailureType.MailNotSent, message: 'the mail server is down' });
    }
  }
}
