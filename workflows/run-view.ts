import type { IncidentMessages } from './incident-messages.js';
import type { IncidentView } from './messages.js';
import type { RunPosition } from './run-position.js';
import type { RunStatus } from './run-status.js';

/** What a run answers to the query `incident`. */
export function viewOf(
  { type, state, step }: RunStatus,
  { incidentId, outcomes }: Pick<RunPosition, 'incidentId' | 'outcomes'>,
  { answers, inbox }: IncidentMessages,
): IncidentView {
  return {
    incidentId,
    type,
    state,
    step,
    openTask: answers.task,
    waitingIncidents: inbox.length,
    results: outcomes.map(({ instance, brand, action, success, skipped }) => ({
      instanceName: instance,
      brand,
      action,
      success,
      skipped,
    })),
  };
}
