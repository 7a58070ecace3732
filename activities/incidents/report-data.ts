import { storedFields } from '../../domain/ownership.js';
import type { StoredFields } from '../../domain/ownership.js';
import { REPORT_FIELDS } from '../../domain/profile.js';
import type { Entry } from './entry.js';

/**
 * What storing the event's profile writes: the report's fields, custom ones included, and the source that owns them;
 * nothing of the bookkeeping that only explicit steps may change. The e-mail is not among them.
 */
export function reportData(entry: Entry): StoredFields {
  const { customFields } = entry.deps.configuration.current().ilm;
  return storedFields(entry.incident.userProfile, [...REPORT_FIELDS, ...customFields.map(({ name }) => name)]);
}
