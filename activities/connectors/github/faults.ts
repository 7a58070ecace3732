import { z } from 'zod';

import { ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';

const faultSchema = z.looseObject({
  message: z.string().nullish(),
  detail: z.string().nullish(),
  documentation_url: z.string().nullish(),
  scimType: z.string().nullish(),
});

// GitHub asks to wait at least this long after a secondary limit that names no delay.
const SECONDARY_LIMIT_DELAY_MS = 60_000;

/**
 * Reads GitHub's error bodies: `{schemas, detail, status, scimType}` of SCIM and `{message, documentation_url}` of the
 * REST API. Limits on bursts come as 403 and say so in words only, sometimes without any header.
 */
export function githubFault(status: number, body: unknown): VendorFault {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return {};
  const { message, detail, documentation_url: page, scimType } = parsed.data;
  const text = [message, detail].find((one) => typeof one === 'string' && one !== '') ?? undefined;
  return {
    ...(text === undefined || text === null ? {} : { text }),
    ...(scimType === 'uniqueness' ? { kind: ConnectorErrorKind.Conflict } : {}),
    ...(isLimit(status, `${text ?? ''} ${page ?? ''}`)
      ? { kind: ConnectorErrorKind.RateLimited, retryAfterMs: SECONDARY_LIMIT_DELAY_MS }
      : {}),
  };
}

const isLimit = (status: number, words: string): boolean =>
  (status === 403 || status === 429) && /secondary[ -]rate[ -]limit|abuse detection/i.test(words);
