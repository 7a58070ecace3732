import type { Finished, Opened } from '../../domain/playbook.js';
import type { AdAccountStatus } from '../../domain/profile.js';
import type { ActivityDependencies } from '../dependencies.js';
import { turnLost } from '../failures.js';
import { recordAnswer, settleInbox } from './answers.js';
import type { AnswerRequest, AnswerResult } from './answers.js';
import { finishIncident, releaseTurn } from './finish.js';
import type { FinishRequest, ReleaseRequest } from './finish.js';
import { openIncident } from './open.js';
import type { OpenRequest } from './open.js';
import { continueSyncUser, playbookNotBuilt } from './sync-user.js';

/** A person's turn inside an incident. */
export interface TurnRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
}

/** The activities of an incident's run: its opening, its closing and what lies between for the record's sake. */
export interface IncidentActivities {
  /** Enters an incident of the five sync types (Sync User, steps 1 to 15). */
  openSyncUser(request: OpenRequest): Promise<Opened>;
  /** Enters an incident whose playbook this version does not have. */
  openUnbuilt(request: OpenRequest): Promise<Opened>;
  /** Steps 18 to 22 of Sync User. */
  finishIncident(request: FinishRequest): Promise<Finished>;
  /** Gives the turn back in the middle of an incident. */
  releaseTurn(request: ReleaseRequest): Promise<void>;
  /** Sets AD Account Status under the turn. */
  setAdAccountStatus(request: TurnRequest & { readonly status: AdAccountStatus }): Promise<void>;
  /** Verifies and records an answer. */
  recordAnswer(request: AnswerRequest): Promise<AnswerResult>;
  /** Chooses the newest of several incidents and closes the others. */
  settleInbox(request: { readonly incidentIds: readonly string[] }): Promise<string>;
}

/** Makes the activities of incidents. */
export const createIncidentActivities = (deps: ActivityDependencies): IncidentActivities => ({
  openSyncUser: (request) => openIncident(deps, request, continueSyncUser),
  openUnbuilt: (request) => openIncident(deps, request, playbookNotBuilt),
  finishIncident: (request) => finishIncident(deps, request),
  releaseTurn: (request) => releaseTurn(deps, request),
  async setAdAccountStatus({ personId, ticket, status }) {
    const change = { set: { adAccountStatus: status } };
    if (!(await deps.store.people.writeInTurn(personId, ticket, change))) throw turnLost();
  },
  recordAnswer: (request) => recordAnswer(deps, request),
  settleInbox: (request) => settleInbox(deps, request),
});
