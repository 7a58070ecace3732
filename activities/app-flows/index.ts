import type { CommandOutcome, Finished, Opened } from '../../domain/playbook.js';
import { alive } from '../alive.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { FinishRequest, ReleaseRequest } from '../incidents/finish.js';
import { openIncident } from '../incidents/open.js';
import type { OpenRequest } from '../incidents/open.js';
import { continueAppSync, prepareAppSync } from './app-sync.js';
import { checkAssignment } from './assignment.js';
import type { AssignmentRequest } from './assignment.js';
import { finishAppFlow, releaseAppTurn } from './finish.js';

/** The activities of the runs of incidents about applications, on the main task queue. */
export interface AppFlowActivities {
  /** Enters an incident of type App Add or App Remove (spec okta-flows 6.2, steps 2 to 6). */
  openAppSync(request: OpenRequest): Promise<Opened>;
  /** Books what was done, gives the turn back, and closes or halts. */
  finishAppFlow(request: FinishRequest): Promise<Finished>;
  /** Books what was done and gives the turn back in the middle of an incident. */
  releaseAppTurn(request: ReleaseRequest): Promise<void>;
}

/** What these runs ask of Okta, on its instance's task queue. */
export interface OktaCheckActivities {
  /**
   * Whether the person has the application of the event now.
   *
   * @throws RateLimited or Transient, which are worth another attempt
   */
  checkAssignment(request: AssignmentRequest): Promise<CommandOutcome>;
}

/** Makes the activities of the main task queue. */
export const createAppFlowActivities = (deps: ActivityDependencies): AppFlowActivities => ({
  openAppSync: (request) => openIncident(deps, request, continueAppSync, prepareAppSync),
  finishAppFlow: (request) => finishAppFlow(deps, request),
  releaseAppTurn: (request) => releaseAppTurn(deps, request),
});

/** Makes the activities of an application's task queue. */
export const createOktaCheckActivities = (deps: ActivityDependencies): OktaCheckActivities => ({
  checkAssignment: (request) => alive(() => checkAssignment(deps, request)),
});
