import type { ActivityDependencies } from '../dependencies.js';
import { withHeartbeat } from '../report/progress.js';
import { handOverOktaEvents } from './hand-over.js';
import type { HandOverReport } from './hand-over.js';
import { readOktaEvents } from './read.js';
import type { ReadReport } from './read.js';

/** Which Okta instance. */
export interface OktaEventsRequest {
  readonly okta: string;
}

/** Activities of event polling on the main task queue. Events stay in the store; answers carry counts. */
export interface OktaEventActivities {
  /** Hands events over as incidents, at the limit of one poll. Safe to repeat. */
  handOverOktaEvents(request: OktaEventsRequest): Promise<HandOverReport>;
}

/** Activities of event polling on the Okta instance's task queue. */
export interface OktaLogActivities {
  /** Reads the System Log on to its end. A pause cancels it; it goes on where it was. */
  readOktaEvents(request: OktaEventsRequest): Promise<ReadReport>;
}

/** Makes the activities of the main task queue. */
export const createOktaEventActivities = (deps: ActivityDependencies): OktaEventActivities => ({
  handOverOktaEvents: (request) => withHeartbeat((progress) => handOverOktaEvents(deps, request, progress)),
});

/** Makes the activities of an application's task queue. */
export const createOktaLogActivities = (deps: ActivityDependencies): OktaLogActivities => ({
  readOktaEvents: (request) => withHeartbeat((progress) => readOktaEvents(deps, request, progress)),
});
