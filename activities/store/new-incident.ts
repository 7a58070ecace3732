import { createHash, randomBytes } from 'node:crypto';
import { IncidentState } from '../../domain/incident.js';
import { BOOKKEEPING_FIELDS } from '../../domain/profile.js';
import { standsAlone } from '../../domain/ordering.js';
import type { IncidentDocument, NewIncident } from './incident-document.js';

/** The record of a new event: `Queued`, with an id of its own. */
export function newIncidentDocument(event: NewIncident, seq: number, now: string): IncidentDocument {
  return {
    ...event,
    _id: newIncidentId(now),
    openKey: openKeyOf(event),
    state: IncidentState.Queued,
    seq,
    createdAt: now,
    entries: 0,
    tasks: [],
    successfulProvisioning: [],
    failedProvisioning: [],
    steps: [{ at: now, step: 'recorded', note: event.type }],
  };
}

/**
 * Key under which an open incident is unique: person, type and hash of what the event wants. Two events with one key
 * ask for the same thing. Events without any person share one place, so that equal faulty rows are recorded once.
 */
export function openKeyOf(event: NewIncident): string {
  return `${event.personId ?? 'faulty'}|${event.type}|${hashOf(event)}`;
}

/** `INC-<yyyymmdd>-<ten random characters>`: readable, sortable by day, names nobody. */
function newIncidentId(now: string): string {
  return `INC-${now.slice(0, 10).replaceAll('-', '')}-${randomBytes(5).toString('hex')}`;
}

/** Hash of what an event wants to be true, so that the same wish is recognised whenever it was found; bookkeeping does not count. */
function hashOf(event: NewIncident): string {
  const { fields, clearedFields } = event.userProfile;
  const told = Object.fromEntries(Object.entries(fields).filter(([field]) => !BOOKKEEPING_FIELDS.has(field)));
  const wish = {
    fields: told,
    clearedFields,
    trigger: event.terminationTrigger,
    forced: event.forced,
    // Adding, removing and adding once more are three events, each of which is looked at.
    event: standsAlone(event.type) ? event.okta?.uuid : undefined,
  };
  const ordered = JSON.stringify(wish, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(ordered).digest('base64url').slice(0, 22);
}
