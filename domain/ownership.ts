import type { EventProfile } from './incident.js';
import { BOOKKEEPING_FIELDS, EVENT_FIELDS, REPORT_FIELDS } from './profile.js';
import type { FieldValue, UserProfile } from './profile.js';

/** A partial write of a profile: fields to set, and fields to remove. */
export interface StoredFields {
  readonly set: Readonly<Record<string, FieldValue>>;
  readonly unset: readonly string[];
}

const TRANSPORT_KEYS: ReadonlySet<string> = new Set(['oldUserData', 'mergedUserProfile']);

// The record's key: a rename is a step of its own, after its approval.
const KEY_FIELD = 'email';

const isWritable = (field: string): boolean =>
  field !== KEY_FIELD && !BOOKKEEPING_FIELDS.has(field) && !EVENT_FIELDS.has(field) && !TRANSPORT_KEYS.has(field);

const isScalar = (value: UserProfile[string]): value is FieldValue => value === null || typeof value !== 'object';

/**
 * What storing an event's profile writes (spec user-profile 3): the report's fields and the source that owns them.
 * `conversionHire` and `forceSync` are written only when this event sets them, never from the copy of the stored profile
 * that travels along. The e-mail, every other bookkeeping field and the transport keys are never written from an event.
 *
 * A field that the report empties is stored as the empty text, so that a later retry, which sends the stored profile,
 * still clears it in the applications. Only a field that the event carries as null is removed.
 *
 * @param reportFields the fields that the HR mapper fills; the shipped ones by default
 */
export function storedFields(
  { fields, clearedFields = [], oldUserData }: EventProfile,
  reportFields: Iterable<string> = REPORT_FIELDS,
): StoredFields {
  const set: Record<string, FieldValue> = {};
  const unset: string[] = [];
  for (const field of reportFields) {
    const value = fields[field];
    if (!isWritable(field) || value === undefined || !isScalar(value)) continue;
    if (value === null) unset.push(field);
    else set[field] = value;
  }
  for (const field of clearedFields) if (isWritable(field)) set[field] = '';
  if (typeof fields.sourcePriority === 'number') set.sourcePriority = fields.sourcePriority;
  if (typeof fields.sourceOfTruth === 'string') set.sourceOfTruth = fields.sourceOfTruth;
  if (oldUserData !== undefined && fields.conversionHire === true && oldUserData.conversionHire !== true) {
    set.conversionHire = true;
  }
  if (oldUserData?.forceSync === true && fields.forceSync === false) set.forceSync = false;
  return { set, unset };
}
