import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';
import type { AppUser } from '../types.js';

/** One row of a table: every value a text, references as the `sys_id` of their record. */
export type Row = Readonly<Record<string, string>>;

const REMEDY = 'check that baseUrl is a ServiceNow instance';

// A reference is an object unless links are excluded, which not every version does everywhere.
const cellSchema = z
  .union([
    z.string(),
    z.boolean(),
    z.number(),
    z.null(),
    z.looseObject({ value: z.union([z.string(), z.null()]) }).transform(({ value }) => value),
  ])
  .transform((value) => (value === null ? '' : String(value)));

const rowSchema = z.record(z.string(), cellSchema);
const rowsAnswerSchema = z.looseObject({ result: z.array(rowSchema) });
const rowAnswerSchema = z.looseObject({ result: rowSchema });

const errorSchema = z.looseObject({
  error: z.looseObject({ message: z.string().nullish(), detail: z.string().nullish() }),
});

/** Checks the answer to a search. An unexpected shape is a `Validation` error naming the place. */
export function parseRows(body: unknown, what: string): readonly Row[] {
  assertComplete(body, what);
  return parseAnswer(rowsAnswerSchema, body, what, REMEDY).result;
}

/** Checks the answer to a write of one row. */
export function parseRow(body: unknown, what: string): Row {
  assertComplete(body, what);
  return parseAnswer(rowAnswerSchema, body, what, REMEDY).result;
}

/** Whether a 404 is ServiceNow's own "no such record", and not some gateway's "no such page". */
export const isNoRecord = (body: unknown): boolean => errorSchema.safeParse(body).success;

/** A statement that was cancelled for taking too long is told within a success, beside the rows found so far. */
function assertComplete(body: unknown, what: string): void {
  if (!errorSchema.safeParse(body).success) return;
  throw new ConnectorError(
    ConnectorErrorKind.Transient,
    `${what} was answered in part only; if that goes on, ask for an index of the column or a longer time for queries.`,
    { code: 'partial-answer' },
  );
}

/**
 * The account of a row of `sys_user`. Columns that the credentials may not read are missing from an answer without a
 * word, which is an `Unauthorized` error here.
 */
export function accountOf(row: Row, what: string): AppUser {
  const { sys_id: id = '', user_name: username, email, active } = row;
  if (id === '' || username === undefined || email === undefined || active === undefined) {
    throw new ConnectorError(
      ConnectorErrorKind.Unauthorized,
      `${what} does not show sys_id, user_name, email and active; let the service account read these columns of sys_user.`,
      { code: 'hidden-column' },
    );
  }
  if (active !== 'true' && active !== 'false') {
    throw new ConnectorError(
      ConnectorErrorKind.Validation,
      `${what} answered in an unexpected shape: 'active' is neither true nor false; ${REMEDY}.`,
      { code: 'unexpected-answer' },
    );
  }
  return { id, username: textOrNull(username), email: textOrNull(email), active: active === 'true', raw: row };
}

const textOrNull = (text: string): string | null => (text === '' ? null : text);

const TAKEN = /unique key violation|duplicate entry|duplicate key/i;
const RULES = /business rule|data policy|mandatory/i;

/** Reads the error bodies of ServiceNow. Refusals by its rules come as 403 as well, where rights are of no help. */
export function serviceNowFault(status: number, body: unknown): VendorFault {
  const parsed = errorSchema.safeParse(body);
  // Some other server's "no such page" must not look like an account that is gone.
  if (!parsed.success) return status === 404 ? { kind: ConnectorErrorKind.Configuration, text: REMEDY } : {};
  const { message, detail } = parsed.data.error;
  const text = [message, detail].filter((part) => typeof part === 'string' && part !== '').join(': ');
  return { ...(text === '' ? {} : { text }), ...kindOf(status, text) };
}

function kindOf(status: number, text: string): VendorFault {
  if (status !== 400 && status !== 403) return {};
  if (TAKEN.test(text)) return { kind: ConnectorErrorKind.Conflict };
  return RULES.test(text) ? { kind: ConnectorErrorKind.Validation } : {};
}
