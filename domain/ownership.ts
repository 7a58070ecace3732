import type { DetectedEvent } from './incident.js';
import { BOOKKEEPING_FIELDS, EVENT_FIELDS, REPORT_FIELDS } from './profile.js';
import type { FieldValue, UserProfile } from './profile.js';

const TRANSPORT_KEYS: ReadonlySet<string> = new Set(['oldUserData', 'mergedUserProfile']);

const isScalar = (value: UserProfile[string]): value is FieldValue => value === null || typeof value !== 'object';

/**
 * What storing an event's profile writes (spec user-profile 3): the report's fields, an emptied one as the empty text,
 * and the source that owns them. `conversionHire` and `forceSync` are written only when detection set them in this
 * event, never from the copy of the stored profile that travels along.
 *
 * The e-mail is not among them: it is the record's key, and a rename is a step of its own after its approval. Every
 * other bookkeeping field and the transport keys are never written from an event.
 *
 * @param event the event, or the part of it that an overwriting hire stores (`fields` = the merged profile)
 * @param reportFields the fields that the HR mapper fills; the shipped ones by default
 */
export function storedFields(
  event: Pick<DetectedEvent, 'userProfile' | 'conversionHire' | 'forced'>,
  reportFields: Iterable<string> = REPORT_FIELDS,
): Readonly<Record<string, FieldValue>> {
  const { fields, clearedFields = [] } = event.userProfile;
  const stored: Record<string, FieldValue> = {};
  for (const field of reportFields) {
    const isReserved = BOOKKEEPING_FIELDS.has(field) || EVENT_FIELDS.has(field) || TRANSPORT_KEYS.has(field);
    const value = fields[field];
    if (field !== 'email' && !isReserved && value !== undefined && isScalar(value)) stored[field] = value;
  }
  for (const field of clearedFields) stored[field] = '';
  if (typeof fields.sourcePriority === 'number') stored.sourcePriority = fields.sourcePriority;
  if (typeof fields.sourceOfTruth === 'string') stored.sourceOfTruth = fields.sourceOfTruth;
  if (event.conversionHire) stored.conversionHire = true;
  if (event.forced) stored.forceSync = false;
  return stored;
}
