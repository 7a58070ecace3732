import { ApplicationFailure } from '@temporalio/common';
import { createTransport } from 'nodemailer';

import { FailureType } from '../domain/failures.js';
import { htmlToText } from '../domain/templates.js';
import type { Mailer } from './dependencies.js';

/** How the mail server is reached. */
export interface MailerOptions {
  /** `smtp://` or `smtps://` address with credentials; absent = every mail fails with a message that says so. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
}

const TIMEOUT_MS = 20_000;
const MOST_CONNECTIONS = 4;

/**
 * Hands mails to an SMTP server over pooled connections, each with a plain-text part beside the HTML. Whatever goes
 * wrong is a retryable `MailNotSent` failure that names the server's own code and no address.
 */
export function createMailer({ smtpUrl, from }: MailerOptions): Mailer {
  if (smtpUrl === undefined || smtpUrl === '') return withoutServer();
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: MOST_CONNECTIONS,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  } as Parameters<typeof createTransport>[0]);
  const domain = from.replace(/.*@/, '').replace(/>$/, '').trim() || 'localhost';
  return {
    verify: () => attempt(async () => void (await transport.verify())),
    send: ({ to, cc, subject, html, messageId }) =>
      attempt(async () => {
        await transport.sendMail({
          from,
          to: [...to],
          ...(cc === undefined ? {} : { cc: [...cc] }),
          subject,
          html,
          text: htmlToText(html),
          messageId: `<${encodeURIComponent(messageId)}@${domain}>`,
        });
      }),
    close: async () => {
      transport.close();
      await Promise.resolve();
    },
  };
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    throw mailNotSent(`the mail server did not take a mail (${responseCode ?? code ?? 'no code'})`);
  }
}

const mailNotSent = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.MailNotSent, message });

function withoutServer(): Mailer {
  const refuse = async (): Promise<never> =>
    await Promise.reject(
      mailNotSent('no mail server is configured: set mail.smtpUrl in ilm.yaml, normally ${SMTP_URL}'),
    );
  return { verify: refuse, send: refuse, close: async () => await Promise.resolve() };
}
