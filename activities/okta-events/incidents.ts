import { IncidentType } from '../../domain/incident.js';
import { tufeEvent } from '../../domain/okta/classification.js';
import type { OktaIncident } from '../../domain/okta/classification.js';
import { TerminationTrigger } from '../../domain/profile.js';
import { appIncidentOf } from '../app-flows/new-incident.js';
import type { NewIncident } from '../store/incident-document.js';
import type { PersonDocument } from '../store/person-document.js';

/** Key that makes the incident of an event unique, whoever reads it how often. */
export const eventKeyOf = (uuid: string): string => `okta/${uuid}`;

/** The incident of an event, about somebody we know or, when nobody is found in time, about nobody. */
export function incidentOf(incident: OktaIncident, person: PersonDocument | null): NewIncident {
  const { type } = incident;
  if (type === IncidentType.AppAdd || type === IncidentType.AppRemove) {
    return appIncidentOf({ ...incident, type }, eventKeyOf(incident.uuid), person);
  }
  return person === null ? unknownTerminationOf(incident) : terminationOf(incident, person);
}

/** The incident of an employment that was ended in Okta: its data is the profile's, never the event's. */
function terminationOf(incident: OktaIncident, { personId, profile = {} }: PersonDocument): NewIncident {
  const { email, employeeId, details, userProfile } = tufeEvent(incident, profile);
  const { correlationId, sourceOfTruth } = profile;
  return {
    ...common(incident),
    personId,
    source: { instance: incident.sourceInstance, sourceOfTruth: sourceOfTruth ?? '' },
    email,
    employeeId,
    ...(typeof correlationId === 'string' && correlationId !== '' ? { correlationId } : {}),
    details,
    userProfile,
  };
}

/** The incident of somebody who has no profile: it asks a person what to do, and terminates nobody. */
function unknownTerminationOf(incident: OktaIncident): NewIncident {
  const email = (incident.username ?? '').toLowerCase();
  return {
    ...common(incident),
    personId: null,
    source: { instance: incident.sourceInstance, sourceOfTruth: '' },
    email,
    employeeId: '',
    details: incident.details,
    userProfile: { fields: { email, username: incident.username ?? '', displayName: incident.displayName ?? '' } },
  };
}

const common = ({ uuid }: OktaIncident) => ({
  eventKey: eventKeyOf(uuid),
  type: IncidentType.TerminateUser,
  changedFields: {},
  mergedWith: null,
  conversionHire: false,
  forced: false,
  terminationTrigger: TerminationTrigger.Tufe,
});
