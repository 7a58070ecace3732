import { z } from 'zod';

import { SLACK_GUEST_SCHEMA } from '../scim/dialect.js';
import type { AccessSnapshot } from '../types.js';

const guestSchema = z.looseObject({ type: z.string().nullish(), expiration: z.string().nullish() });

/** Whether an account is a guest and until when, for the snapshot of a leaver; nothing for full members. */
export function guestOf(resource: Readonly<Record<string, unknown>>): AccessSnapshot {
  const parsed = guestSchema.safeParse(resource[SLACK_GUEST_SCHEMA]);
  if (!parsed.success || typeof parsed.data.type !== 'string') return {};
  const { type, expiration } = parsed.data;
  return { guestType: type, ...(typeof expiration === 'string' ? { guestExpiration: expiration } : {}) };
}
