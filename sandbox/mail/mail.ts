import { simpleParser } from 'mailparser';
import { z } from 'zod';

/** One caught mail. Lines of the mailbox file have this shape. */
export const caughtMailSchema = z.object({
  id: z.string(),
  /** ISO instant at which the catcher accepted it. */
  at: z.string(),
  /** Receivers of the envelope, blind copies included. */
  to: z.array(z.string()),
  from: z.string(),
  subject: z.string(),
  messageId: z.string(),
  text: z.string(),
  /** Empty when the mail has no HTML part. */
  html: z.string(),
  attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), size: z.number() })),
});
export type CaughtMail = z.infer<typeof caughtMailSchema>;

/** What the envelope and the catcher add to a message. */
export interface Delivery {
  readonly id: string;
  readonly at: Date;
  readonly from: string;
  readonly to: readonly string[];
}

/** Reads a message as it came over the wire. */
export async function readMail(raw: Buffer, { id, at, from, to }: Delivery): Promise<CaughtMail> {
  const parsed = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true });
  return {
    id,
    at: at.toISOString(),
    from,
    to: [...to],
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    text: parsed.text ?? '',
    html: typeof parsed.html === 'string' ? parsed.html : '',
    attachments: parsed.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? '',
      contentType,
      size,
    })),
  };
}
