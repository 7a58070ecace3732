import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { caughtMailSchema } from './mail.js';
import type { CaughtMail } from './mail.js';

/** Which mails are wanted; each part matches without case. */
export interface MailQuery {
  /** A receiver's whole address. */
  readonly to?: string | undefined;
  /** A part of the subject. */
  readonly subject?: string | undefined;
}

/** The caught mails, oldest first. With a path, one line of JSON per mail is kept there, for its owner only. */
export class Mailbox {
  readonly #path: string | undefined;
  #mails: CaughtMail[];

  constructor(path?: string) {
    this.#path = path;
    this.#mails = path === undefined ? [] : load(path);
  }

  get size(): number {
    return this.#mails.length;
  }

  add(mail: CaughtMail): void {
    this.#mails.push(mail);
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    appendFileSync(this.#path, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
  }

  get(id: string): CaughtMail | null {
    return this.#mails.find((mail) => mail.id === id) ?? null;
  }

  find({ to, subject }: MailQuery = {}): CaughtMail[] {
    const address = to?.toLowerCase();
    const part = subject?.toLowerCase();
    return this.#mails.filter(
      (mail) =>
        (address === undefined || mail.to.some((one) => one.toLowerCase() === address)) &&
        (part === undefined || mail.subject.toLowerCase().includes(part)),
    );
  }

  clear(): void {
    this.#mails = [];
    if (this.#path !== undefined) writeFileSync(this.#path, '', { mode: 0o600 });
  }
}

function load(path: string): CaughtMail[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  // A killed catcher leaves at most a last line without its end, a mail that was never acknowledged.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) writeFileSync(path, whole, { mode: 0o600 });
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => caughtMailSchema.parse(JSON.parse(line)));
}
