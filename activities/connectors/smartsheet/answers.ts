import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';
import type { AppUser } from '../types.js';

const REMEDY = 'check that baseUrl is the API of Smartsheet';

// 64 bits: beyond 2^53 they arrive as texts.
const idSchema = z.union([z.string().regex(/^\d+$/), z.number().int().nonnegative()]).transform((id) => String(id));

const userSchema = z.looseObject({
  id: idSchema,
  email: z.string().min(1),
  status: z.enum(['ACTIVE', 'PENDING', 'DECLINED', 'DEACTIVATED']).nullish(),
});

/** A user that was checked; keys beyond the checked ones are Smartsheet's own. */
export type SmartsheetUser = z.infer<typeof userSchema>;

const listSchema = z.looseObject({ data: z.array(userSchema) });

// What a write answers stands alone or in a list, with fewer attributes than a search shows.
const writtenSchema = z
  .looseObject({ result: userSchema.nullish(), data: z.array(userSchema).nullish() })
  .transform(({ result, data }) => result ?? data?.[0]);

/** Checks the answer to a search. An unexpected shape is a `Validation` error naming the place. */
export const parseUsers = (body: unknown, what: string): readonly SmartsheetUser[] =>
  parseAnswer(listSchema, body, what, REMEDY).data;

/** Checks the answer to a read of one user. */
export const parseUser = (body: unknown, what: string): SmartsheetUser => parseAnswer(userSchema, body, what, REMEDY);

/** Checks the answer to a write; `undefined` when it shows no user. */
export const parseWritten = (body: unknown, what: string): SmartsheetUser | undefined =>
  parseAnswer(writtenSchema, body, what, REMEDY);

/** The account of a user. Without a status, which only a System Admin sees in searches, it counts as active. */
export function accountOf(user: SmartsheetUser): AppUser {
  const active = user.status !== 'DECLINED' && user.status !== 'DEACTIVATED';
  return { id: user.id, username: user.email, email: user.email, active, raw: user };
}

const faultSchema = z.looseObject({
  errorCode: z.number(),
  message: z.string().nullish(),
  refId: z.string().nullish(),
});

/** What passes by itself: maintenance, a time-out, and a fault that Smartsheet asks to try again. */
const PASSING_CODES: ReadonlySet<number> = new Set([4001, 4002, 4004]);
const LIMIT_CODE = 4003;
/** Limits are counted by the minute, and answers do not always say how much of it is left. */
const LIMIT_DELAY_MS = 60_000;

/** Whether a body is an error of Smartsheet's own, and not some gateway's. */
export const isOwnError = (body: unknown): boolean => faultSchema.safeParse(body).success;

/** Reads the error bodies of Smartsheet. */
export function smartsheetFault(status: number, body: unknown): VendorFault {
  const parsed = faultSchema.safeParse(body);
  // Some other server's "no such page" must not look like an account that is gone.
  if (!parsed.success) return status === 404 ? { kind: ConnectorErrorKind.Configuration, text: REMEDY } : {};
  const { errorCode, message, refId } = parsed.data;
  const reference = typeof refId === 'string' && refId !== '' ? ` (refId ${refId})` : '';
  return {
    code: String(errorCode),
    text: `${message ?? 'no message'}${reference}`,
    ...kindOf(errorCode, message ?? ''),
  };
}

function kindOf(code: number, message: string): VendorFault {
  if (code === LIMIT_CODE) return { kind: ConnectorErrorKind.RateLimited, retryAfterMs: LIMIT_DELAY_MS };
  if (PASSING_CODES.has(code)) return { kind: ConnectorErrorKind.Transient };
  // No number is documented for an address that is taken; the words are.
  return /\balready\b/i.test(message) ? { kind: ConnectorErrorKind.Conflict } : {};
}
