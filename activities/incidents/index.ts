import { IncidentType } from '../../domain/incident.js';
import type { Finished, Opened } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { continueActivation } from './ad-activation.js';
import { continueDeactivation } from './ad-deactivation.js';
import { recordAnswers } from './answers.js';
import type { AnswerRequest, AnswerResult } from './answers.js';
import { finishIncident, haltAtHook, releaseTurn, setAdAccountStatus } from './finish.js';
import type { FailedHook, FinishRequest, ReleaseRequest, StatusRequest } from './finish.js';
import { sinceUpgrade } from './halts.js';
import { openIncident } from './open.js';
import type { OpenRequest } from './open.js';
import { continueSyncUser } from './sync-user.js';
import { recordInquiry, recordUnreadAccess } from './look-ups.js';
import type { InquiryAnswers, UnreadAccess } from './look-ups.js';
import { recordDisabling } from './terminate-user.js';
import type { DisablingRequest } from './terminate-user.js';
import { settleInbox } from './twins.js';

/** The activities of an incident's run: its opening, its closing and what lies between for the record's sake. */
export interface IncidentActivities {
  /** Enters an incident of the five sync types (Sync User, steps 1 to 15). */
  openSyncUser(request: OpenRequest): Promise<Opened>;
  /** Enters an incident of type AD User Activation. */
  openActivation(request: OpenRequest): Promise<Opened>;
  /** Enters an incident of type AD User Deactivation. */
  openDeactivation(request: OpenRequest): Promise<Opened>;
  /** The same for runs that began when neither was built, and know them by this name. */
  openUnbuilt(request: OpenRequest): Promise<Opened>;
  /** Steps 18 to 22 of Sync User. */
  finishIncident(request: FinishRequest): Promise<Finished>;
  /** Halts an incident at a hook that failed. */
  haltAtHook(request: FailedHook): Promise<Finished>;
  /** Gives the turn back in the middle of an incident. */
  releaseTurn(request: ReleaseRequest): Promise<void>;
  /** Sets AD Account Status under the turn. */
  setAdAccountStatus(request: StatusRequest): Promise<void>;
  /** Books what became of a leaver's directory accounts, under the turn. */
  recordDisabling(request: DisablingRequest): Promise<void>;
  /** Notes what applications said, for the decision that depends on it. */
  recordInquiry(request: InquiryAnswers): Promise<void>;
  /** Notes that access could not be read before it was taken away. */
  recordUnreadAccess(request: UnreadAccess): Promise<void>;
  /** Verifies answers and records the first valid one. */
  recordAnswers(request: { readonly answers: readonly AnswerRequest[] }): Promise<AnswerResult[]>;
  /** Chooses the newest of several incidents and closes the others. */
  settleInbox(request: { readonly incidentIds: readonly string[] }): Promise<string>;
}

/** Makes the activities of incidents. */
export const createIncidentActivities = (deps: ActivityDependencies): IncidentActivities => ({
  openSyncUser: (request) => openIncident(deps, request, sinceUpgrade(continueSyncUser)),
  openActivation: (request) => openIncident(deps, request, continueActivation),
  openDeactivation: (request) => openIncident(deps, request, continueDeactivation),
  openUnbuilt: (request) =>
    openIncident(
      deps,
      request,
      sinceUpgrade((entry, at) =>
        entry.incident.type === IncidentType.AdUserActivation
          ? continueActivation(entry, at)
          : continueDeactivation(entry, at),
      ),
    ),
  finishIncident: (request) => finishIncident(deps, request),
  haltAtHook: (request) => haltAtHook(deps, request),
  releaseTurn: (request) => releaseTurn(deps, request),
  setAdAccountStatus: (request) => setAdAccountStatus(deps, request),
  recordDisabling: (request) => recordDisabling(deps, request),
  recordInquiry: (request) => recordInquiry(deps, request),
  recordUnreadAccess: (request) => recordUnreadAccess(deps, request),
  recordAnswers: (request) => recordAnswers(deps, request),
  settleInbox: (request) => settleInbox(deps, request),
});
