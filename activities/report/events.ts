import { gatedActionOf } from '../../domain/config.js';
import type { GatedAction } from '../../domain/config.js';
import type { DetectedEvent } from '../../domain/incident.js';
import { priorityOf } from '../../domain/names.js';
import type { PlanItemDocument } from '../store/cycle-plan.js';
import { PlanState } from '../store/cycle-plan.js';
import type { NewIncident } from '../store/incident-document.js';
import { openKeyOf } from '../store/new-incident.js';
import type { ReportSettings } from './settings.js';

/** A detected event and whom it is about. */
export interface PersonalEvent {
  readonly event: DetectedEvent;
  readonly personId: string;
  /** Version of the profile that was read; 0 without one. */
  readonly profileVersion: number;
  /** Position of the entry; null for an orphan. */
  readonly entry: number | null;
}

/** Deterministic id of a plan item: snapshot, entry (or the orphan's person), type. */
export const planItemId = (snapshotId: string, { entry, personId, event }: PersonalEvent): string =>
  `${snapshotId}/${entry ?? `orphan-${personId}`}/${event.type}`;

/** Key that makes the incident of a plan item unique, whatever is repeated. */
export const eventKeyOf = (itemId: string): string => `workday/${itemId}`;

/** The gated action of an event. An Update that changes the e-mail counts apart. */
export const actionOf = (event: DetectedEvent): GatedAction =>
  gatedActionOf(event.type, Object.hasOwn(event.changedFields, 'email'));

/** The incident that an event becomes. */
export function incidentOf(
  { event, personId }: PersonalEvent,
  itemId: string,
  snapshotId: string,
  { instance, detection }: ReportSettings,
): NewIncident {
  const { correlationId } = event.userProfile.fields;
  return {
    eventKey: eventKeyOf(itemId),
    type: event.type,
    personId,
    source: { instance: instance.name, sourceOfTruth: detection.sourceOfTruth, snapshotId },
    email: event.email,
    employeeId: event.employeeId,
    ...(typeof correlationId === 'string' && correlationId !== '' ? { correlationId } : {}),
    details: event.details,
    changedFields: event.changedFields,
    mergedWith: event.mergedWith,
    conversionHire: event.conversionHire,
    forced: event.forced,
    ...(event.addressReuse === true ? { addressReuse: true } : {}),
    ...(event.terminationTrigger === undefined ? {} : { terminationTrigger: event.terminationTrigger }),
    userProfile: event.userProfile,
  };
}

/**
 * The plan item of an event. Leavers come first when items are opened, then returners, then the rest; the report's
 * order decides within each group, orphans after the entries.
 */
export function planItemOf(
  personal: PersonalEvent,
  snapshot: { readonly _id: string; readonly entries: number },
  settings: ReportSettings,
  createdAt: string,
): PlanItemDocument {
  const { event, entry, personId, profileVersion } = personal;
  const _id = planItemId(snapshot._id, personal);
  return {
    _id,
    instance: settings.instance.name,
    snapshotId: snapshot._id,
    entry,
    type: event.type,
    action: actionOf(event),
    rank: priorityOf(event.type, false),
    position: entry ?? snapshot.entries,
    personId,
    profileVersion,
    email: event.email,
    employeeId: event.employeeId,
    changedFields: event.changedFields,
    details: event.details,
    key: openKeyOf(incidentOf(personal, _id, snapshot._id, settings)),
    state: PlanState.Planned,
    createdAt,
  };
}
