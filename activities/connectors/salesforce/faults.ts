import { z } from 'zod';

import { ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';

const errorsSchema = z
  .array(
    z.looseObject({
      message: z.string().nullish(),
      errorCode: z.string().nullish(),
      fields: z.array(z.string()).nullish(),
    }),
  )
  .min(1);

/** Code of the answer to a user who would need a licence that is used up. */
export const LICENSE_LIMIT_EXCEEDED = 'LICENSE_LIMIT_EXCEEDED';

/** Codes whose kind is not the one that the status stands for (spec connectors 1.9). */
const KINDS: Readonly<Record<string, ConnectorErrorKind>> = {
  INVALID_SESSION_ID: ConnectorErrorKind.Unauthorized,
  INSUFFICIENT_ACCESS: ConnectorErrorKind.Unauthorized,
  INSUFFICIENT_ACCESS_OR_READONLY: ConnectorErrorKind.Unauthorized,
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: ConnectorErrorKind.Unauthorized,
  REQUEST_LIMIT_EXCEEDED: ConnectorErrorKind.RateLimited,
  DUPLICATE_USERNAME: ConnectorErrorKind.Conflict,
  [LICENSE_LIMIT_EXCEEDED]: ConnectorErrorKind.Capacity,
  UNABLE_TO_LOCK_ROW: ConnectorErrorKind.Transient,
  SERVER_UNAVAILABLE: ConnectorErrorKind.Transient,
};

// The quota is counted over 24 hours, so that an early repeat only uses it up further.
const QUOTA_DELAY_MS = 15 * 60_000;

/** What to do about a code, where Salesforce's own text does not say it. */
const REMEDIES: Readonly<Record<string, string>> = {
  DUPLICATE_USERNAME: 'usernames are unique across all Salesforce organizations: set settings.usernameSuffix',
  INVALID_CROSS_REFERENCE_KEY: 'check the ids in settings.profileId',
};

// The code stands for other refusals as well.
const PICKLIST = /^FIELD_INTEGRITY_EXCEPTION .*\b(?:state|country)/i;
const PICKLIST_REMEDY = 'where state and country are picklists, map them to values that the lists have';

/** Reads Salesforce's error bodies: a list, of which the first entry counts. */
export function salesforceFault(_status: number, body: unknown): VendorFault {
  const [first] = errorsSchema.safeParse(body).data ?? [];
  if (first === undefined) return {};
  const code = first.errorCode ?? '';
  const kind = KINDS[code];
  return {
    text: textOf(code, first.message ?? '', first.fields ?? []),
    ...(kind === undefined ? {} : { kind }),
    // A code of 404 means to callers that the account is gone, so it keeps its number.
    ...(code === '' || code === 'NOT_FOUND' ? {} : { code }),
    ...(kind === ConnectorErrorKind.RateLimited ? { retryAfterMs: QUOTA_DELAY_MS } : {}),
  };
}

function textOf(code: string, message: string, fields: readonly string[]): string {
  // Messages are meant for a page: they hold line breaks as tags.
  const plain = message.replace(/<[^>]*>/g, ' ');
  const named = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
  const remedy = PICKLIST.test(`${code} ${plain}`) ? PICKLIST_REMEDY : REMEDIES[code];
  return `${code}: ${plain}${named}${remedy === undefined ? '' : `; ${remedy}`}`;
}
