import type { OktaEventData, OktaIncident } from '../../domain/okta/classification.js';
import type { NewIncident } from '../store/incident-document.js';
import type { PersonDocument } from '../store/person-document.js';

/** An event about applications, whose incident is of one of the types that have a run. */
export type AppEvent = Omit<OktaIncident, 'type'> & Pick<NewIncident, 'type'>;

/** What an incident keeps of an event of Okta. */
const eventDataOf = ({
  uuid,
  published,
  eventType,
  userId,
  username,
  applicationId,
  applicationName,
  actor,
}: AppEvent): OktaEventData => ({
  uuid,
  published,
  eventType,
  userId,
  username,
  applicationId,
  applicationName,
  actor,
});

/**
 * The incident of an event of Okta about applications, to be recorded and started like any other. Its run finds the
 * person by the user name when none is given, and halts when nobody has it.
 *
 * @param eventKey unique per event, whoever reads it how often
 * @param person whom the event is about, as far as we know
 */
export function appIncidentOf(incident: AppEvent, eventKey: string, person: PersonDocument | null): NewIncident {
  const { profile = {}, personId = null } = person ?? {};
  const username = incident.username ?? '';
  return {
    eventKey,
    type: incident.type,
    personId,
    source: { instance: incident.sourceInstance, sourceOfTruth: profile.sourceOfTruth ?? '' },
    email: profile.email ?? username.toLowerCase(),
    employeeId: profile.employeeId ?? '',
    details: incident.details,
    changedFields: {},
    mergedWith: null,
    conversionHire: false,
    forced: false,
    userProfile: { fields: { username, displayName: profile.displayName ?? incident.displayName ?? '' } },
    okta: eventDataOf(incident),
  };
}
