import { DateTime } from 'luxon';
import type { IlmConfig } from '../../domain/config.js';
import { milliseconds } from '../../domain/duration.js';
import { IncidentType } from '../../domain/incident.js';
import type { IncidentDocument } from '../store/incident-document.js';
import type { Entry } from './entry.js';

/** Whether the person's hire date is today or earlier in the zone of the service; joiners due today go first. */
export function isDueToday(entry: Entry): boolean {
  const hireDate = entry.incident.userProfile.fields['hireDate'];
  if (typeof hireDate !== 'string') return false;
  const zone = entry.deps.configuration.current().ilm.timeZone;
  const hired = DateTime.fromFormat(hireDate, 'MM/dd/yyyy', { zone });
  return hired.isValid && hired <= DateTime.fromJSDate(entry.deps.clock.now(), { zone });
}

/**
 * When the second address is told of a new hire's open question at the latest: some days before the accounts are
 * activated (decision 21). Null for other incidents, and without a hire date that can be read.
 */
export function latestEscalationOf(
  ilm: IlmConfig,
  { type, source, userProfile }: Pick<IncidentDocument, 'type' | 'source' | 'userProfile'>,
): number | null {
  const { hireDate, timeZone } = userProfile.fields;
  if (type !== IncidentType.NewHire || typeof hireDate !== 'string') return null;
  const instance = ilm.workday.find(({ name }) => name === source.instance);
  const zone = typeof timeZone === 'string' && timeZone !== '' ? timeZone : (instance?.timeZone ?? ilm.timeZone);
  const hired = DateTime.fromFormat(hireDate, 'MM/dd/yyyy', { zone });
  if (!hired.isValid) return null;
  const activated = hired.minus({ days: instance?.daysBeforeHireToEnableAd ?? 0 });
  return activated.toMillis() - milliseconds(ilm.tasks.newHireEscalation);
}
