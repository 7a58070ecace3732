import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';
import type { AppUser } from '../types.js';

// Ids are numbers, which the client hands on as texts where they are large.
const id = z.union([z.string().min(1), z.number()]).transform(String);

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const userSchema = z.looseObject({
  id,
  login: z.string().nullish(),
  email: z.string().nullish(),
  is_active: flag,
});

/** A user as ExceedLMS answers it; keys beyond the checked ones are its own. */
export type ExceedLmsUser = z.infer<typeof userSchema>;

const answerSchema = z.union([
  z.array(userSchema),
  userSchema.transform((user) => [user]),
  z.null().transform(() => []),
]);

/**
 * The users of an answer, which is one user, a list of them, or nothing.
 *
 * @param what names the call, e.g. `LMS: GET users`
 */
export const usersOf = (body: unknown, what: string): readonly ExceedLmsUser[] =>
  parseAnswer(answerSchema, body ?? null, what, 'check that settings.url is the address of an ExceedLMS site');

/** The id in the answer to a creation, `undefined` where it holds none. */
export const createdIdOf = (body: unknown): string | undefined => z.looseObject({ id }).safeParse(body).data?.id;

/** The account of a user. */
export const accountOf = (user: ExceedLmsUser): AppUser => ({
  id: user.id,
  username: user.login ?? null,
  email: user.email ?? null,
  active: user.is_active,
  raw: user,
});

/** The account as it is after these attributes were sent, for answers that do not tell. */
export const mergedAccount = (attributes: Readonly<Record<string, unknown>>): AppUser =>
  accountOf(parseAnswer(userSchema, attributes, 'The user that was sent', 'check the outgoing mapper'));

const faultSchema = z.looseObject({ error: z.string().nullish() });

/**
 * Reads error bodies: `error`, else the messages per attribute. Single values are left out, because they may be the
 * person's.
 */
export function exceedLmsFault(_status: number, body: unknown): VendorFault {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return {};
  const text = parsed.data.error ?? messagesOf(parsed.data);
  if (text === '') return {};
  return { text, ...(TAKEN.test(text) ? { kind: ConnectorErrorKind.Conflict } : {}) };
}

const TAKEN = /\balready (?:been taken|exists|in use)\b/i;

const messagesOf = (body: Readonly<Record<string, unknown>>): string =>
  Object.entries(body)
    .flatMap(([attribute, messages]) => {
      if (attribute === 'errors' && isRecord(messages)) return [messagesOf(messages)];
      const texts = z.array(z.string()).safeParse(messages).data ?? [];
      return texts.map((text) => (attribute === 'errors' ? text : `${attribute} ${text}`));
    })
    .join(', ');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
