import { incidentDetails } from '../details.js';
import type { DetectedEvent } from '../incident.js';
import { TerminationTrigger } from '../profile.js';
import type { UserProfile } from '../profile.js';
import { caseOf, OktaIncidentType } from './event-types.js';
import type { OktaFlow } from './event-types.js';
import { LogTargetType, SUCCESS, targetOf } from './log-event.js';
import type { LogEvent } from './log-event.js';
import { judgeActor } from './tufe-actors.js';
import type { TufeActors } from './tufe-actors.js';

/** What an incident adds when an employment was ended in Okta (TUFE). */
export interface OktaTermination {
  readonly employmentStatus: 'Terminated';
  readonly terminationTrigger: typeof TerminationTrigger.Tufe;
  /** Login of who ended it; null when the event does not say. */
  readonly sourceUsername: string | null;
}

/**
 * What an event of Okta starts (spec okta-flows 4.2). A value that the event does not have is null: the flow says what is
 * missing. Personal data: lives in the store only.
 */
export interface OktaIncident {
  /** The event's own id, which makes a repeated start recognisable. */
  readonly uuid: string;
  readonly published: string;
  readonly type: OktaIncidentType;
  readonly flow: OktaFlow;
  readonly eventType: string;
  /** Display name of the user whom the event is about; also the incident's name. */
  readonly displayName: string | null;
  readonly userId: string | null;
  /** Login of the user. No e-mail is taken from an event: people are found by user name. */
  readonly username: string | null;
  readonly applicationId: string | null;
  readonly applicationName: string | null;
  /** Of group events only. */
  readonly groupId: string | null;
  /** Login of who did it. */
  readonly actor: string | null;
  readonly details: string;
  /** The Okta instance that read the event. */
  readonly sourceInstance: string;
  readonly termination?: OktaTermination;
}

/** What an incident keeps of the event that it came from. */
export type OktaEventData = Pick<
  OktaIncident,
  'uuid' | 'published' | 'eventType' | 'userId' | 'username' | 'applicationId' | 'applicationName' | 'actor'
>;

/**
 * Why an event starts nothing. `eventType`: no flow is for it; `outcome`: it was refused or failed; `actor`: whoever
 * deactivated the user does not end employments; `noActorRule`: nobody said who does.
 */
export type DropReason = 'eventType' | 'outcome' | 'actor' | 'noActorRule';

/** What becomes of one event. */
export type Classification =
  | { readonly kind: 'incident'; readonly incident: OktaIncident }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/** What classification knows beside the event. */
export interface ClassificationContext {
  readonly sourceInstance: string;
  readonly tufe: TufeActors;
}

const dropped = (reason: DropReason): Classification => ({ kind: 'dropped', reason });

/** What an event starts, or why nothing. An event without a user or an application still starts its flow. */
export function classify(event: LogEvent, { sourceInstance, tufe }: ClassificationContext): Classification {
  const found = caseOf(event.eventType);
  if (found === null) return dropped('eventType');
  if (event.outcome?.result !== SUCCESS) return dropped('outcome');
  if (found.type === OktaIncidentType.TerminateUser) {
    const verdict = judgeActor(tufe, event.actor);
    if (verdict !== 'tufe') return dropped(verdict === 'noRule' ? 'noActorRule' : 'actor');
  }
  return { kind: 'incident', incident: { ...found, ...fieldsOf(event, found.type), sourceInstance } };
}

function fieldsOf(event: LogEvent, type: OktaIncidentType): Omit<OktaIncident, 'type' | 'flow' | 'sourceInstance'> {
  const user = targetOf(event, LogTargetType.User);
  const application = targetOf(event, LogTargetType.AppInstance);
  const group = type === OktaIncidentType.GroupMembershipUpdate ? targetOf(event, LogTargetType.UserGroup) : undefined;
  const actor = event.actor?.alternateId ?? null;
  return {
    uuid: event.uuid,
    published: event.published,
    eventType: event.eventType,
    displayName: user?.displayName ?? null,
    userId: user?.id ?? null,
    username: user?.alternateId ?? null,
    applicationId: application?.id ?? null,
    applicationName: application?.alternateId ?? null,
    groupId: group?.id ?? null,
    actor,
    details: type === OktaIncidentType.AppUpdate ? updateDetails(event) : (event.displayMessage ?? ''),
    ...(type === OktaIncidentType.TerminateUser ? { termination: terminationBy(actor) } : {}),
  };
}

const terminationBy = (sourceUsername: string | null): OktaTermination => ({
  employmentStatus: 'Terminated',
  terminationTrigger: TerminationTrigger.Tufe,
  sourceUsername,
});

/** Names of attributes only; their values are not in the event. */
function updateDetails({ debugContext }: LogEvent): string {
  const changed = debugContext?.debugData?.['changedAttributes'];
  const names = typeof changed === 'string' ? changed.trim() : '';
  return names === '' ? 'The user was updated in Okta.' : `The user was updated in Okta. Changed attributes: ${names}`;
}

/**
 * The Terminate event of an employment that was ended in Okta: e-mail, employee id and the whole profile are those of the
 * person whom the event is about, never the event's own.
 */
export function tufeEvent({ details }: Pick<OktaIncident, 'details'>, profile: UserProfile): DetectedEvent {
  const subject = {
    type: OktaIncidentType.TerminateUser,
    changedFields: {},
    conversionHire: false,
    forced: false,
    terminationTrigger: TerminationTrigger.Tufe,
  };
  return {
    ...subject,
    email: profile.email ?? '',
    employeeId: profile.employeeId ?? '',
    oldUserData: false,
    mergedWith: null,
    details: details === '' ? incidentDetails(subject) : details,
    userProfile: { fields: { ...profile, employmentStatus: 'Terminated' } },
  };
}
