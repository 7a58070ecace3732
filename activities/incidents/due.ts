import { DateTime } from 'luxon';
import type { Entry } from './entry.js';

/** Whether the person's hire date is today or earlier in the zone of the service; joiners due today go first. */
export function isDueToday(entry: Entry): boolean {
  const hireDate = entry.incident.userProfile.fields['hireDate'];
  if (typeof hireDate !== 'string') return false;
  const zone = entry.deps.configuration.current().ilm.timeZone;
  const hired = DateTime.fromFormat(hireDate, 'MM/dd/yyyy', { zone });
  return hired.isValid && hired <= DateTime.fromJSDate(entry.deps.clock.now(), { zone });
}
