import { defineSearchAttributeKey } from '@temporalio/common';

import { IncidentState } from '../domain/incident.js';
import { MAIN_TASK_QUEUE, incidentWorkflowId, incidentWorkflowType, priorityOf } from '../domain/names.js';
import { newerEventSignal } from '../workflows/messages.js';
import type { ActivityDependencies } from './dependencies.js';
import type { IncidentDocument } from './store/incident-document.js';

const KEYS = {
  type: defineSearchAttributeKey('IlmIncidentType', 'KEYWORD'),
  state: defineSearchAttributeKey('IlmState', 'KEYWORD'),
  employeeId: defineSearchAttributeKey('IlmEmployeeId', 'KEYWORD'),
};

/** Starts at once, so that the server is not flooded and a long list still moves. */
const AT_ONCE = 20;

/**
 * Brings incidents to their runs: one signal-with-start for each that is still `Queued`. The run is started when there
 * is none and gets the incident into its inbox when there is. Repeats are harmless: a run ignores an incident that it
 * has seen, and its opening activity refuses one that is not `Queued`.
 *
 * @param onProgress called after each portion, e.g. with a heartbeat
 * @returns how many were signalled
 * @throws the first error of the server, after every incident was tried
 */
export async function startIncidentRuns(
  deps: Pick<ActivityDependencies, 'store' | 'client'>,
  incidentIds: readonly string[],
  onProgress: (started: number) => void = () => undefined,
): Promise<number> {
  const failures: unknown[] = [];
  let started = 0;
  for (let index = 0; index < incidentIds.length; index += AT_ONCE) {
    const portion = incidentIds.slice(index, index + AT_ONCE);
    const queued = await deps.store.incidents.list({ _id: { $in: portion }, state: IncidentState.Queued }, AT_ONCE);
    const attempts = await Promise.allSettled(queued.map((incident) => startOne(deps, incident)));
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') failures.push(attempt.reason);
      else started += 1;
    }
    onProgress(started);
  }
  if (failures.length > 0) throw failures[0];
  return started;
}

async function startOne({ client }: Pick<ActivityDependencies, 'client'>, incident: IncidentDocument): Promise<void> {
  await client.workflow.signalWithStart(incidentWorkflowType(incident.type), {
    workflowId: incidentWorkflowId(incident.type, incident.personId, incident._id, incident.okta?.uuid),
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, incidentId: incident._id }],
    signal: newerEventSignal,
    signalArgs: [incident._id],
    staticSummary: `${incident.type} ${incident._id}`,
    priority: { priorityKey: priorityOf(incident.type, false) },
    typedSearchAttributes: [
      { key: KEYS.type, value: incident.type },
      { key: KEYS.state, value: IncidentState.Queued },
      { key: KEYS.employeeId, value: incident.employeeId },
    ],
  });
}
