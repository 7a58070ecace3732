import { randomInt } from 'node:crypto';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { DateTime } from 'luxon';
import { candidatesOf, chooseOwner } from '../../domain/assignment.js';
import type { Assignment, AssignmentFacts } from '../../domain/assignment.js';
import type { Hook, Reviewer } from '../../domain/config.js';
import { milliseconds } from '../../domain/duration.js';
import { isHalt } from '../../domain/incident.js';
import type { IncidentType } from '../../domain/incident.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const RANDOM_RANGE = 2 ** 32;
/** The activity that asks has fifteen seconds, and other things to do. */
const LONGEST_SUGGESTION_MS = 10_000;

/** What a suggestion service gets. Opaque ids only. */
export interface SuggestionRequest {
  readonly incidentId: string;
  readonly incidentType: IncidentType;
  readonly candidates: readonly string[];
}

/**
 * Chooses who owns a failure, by the configured method, roles and shifts (step 21 of Sync User). An owner given by hand
 * stays. Never fails for want of a person or of the suggestion service: the note says what happened.
 */
export async function assignOwner(
  deps: Pick<ActivityDependencies, 'configuration' | 'clock' | 'store' | 'client'>,
  incident: IncidentDocument,
): Promise<Assignment> {
  const { playbooks, people, timeZone, hooks } = deps.configuration.current().ilm;
  if (incident.assignedAt !== undefined && people.some(({ id }) => id === incident.owner)) {
    return { ownerId: incident.owner ?? null, note: incident.ownerNote ?? '' };
  }
  const now = deps.clock.now();
  const method = playbooks.userAssignmentMethod;
  const who = {
    roles: playbooks.userRoleToAssignForFailures,
    onCall: playbooks.assignOnlyOnCall,
    isOnShift: (person: Reviewer) => isOnShift(person, now, timeZone),
  };
  const candidates = candidatesOf(method, people, who).map(({ id }) => id);
  return chooseOwner(method, people, {
    ...who,
    workload:
      method === 'less-busy-user' || method === 'top-user'
        ? await deps.store.incidents.attention.workload(candidates, incident.type)
        : { open: {}, ofType: {} },
    currentId: incident.tasks.findLast(({ kind, answer }) => isHalt(kind) && answer !== undefined)?.answer?.by ?? null,
    suggestion:
      method === 'machine-learning' && candidates.length > 0
        ? await suggested(deps, hooks.ownerSuggestion, incident, candidates)
        : { why: 'not asked' },
    random: randomInt(RANDOM_RANGE) / RANDOM_RANGE,
  });
}

/** Runs the customer's suggestion workflow. Whatever goes wrong there is no reason to wait for. */
async function suggested(
  { client }: Pick<ActivityDependencies, 'client'>,
  hook: Hook | undefined,
  { _id: incidentId, type: incidentType, tasks }: IncidentDocument,
  candidates: readonly string[],
): Promise<AssignmentFacts['suggestion']> {
  if (hook === undefined) return { why: 'machine-learning needs the hook ownerSuggestion, which is not configured' };
  const { workflowType, taskQueue, timeout } = hook;
  const request: SuggestionRequest = { incidentId, incidentType, candidates };
  const limitMs = Math.min(milliseconds(timeout), LONGEST_SUGGESTION_MS);
  try {
    const answer: unknown = await client.connection.withDeadline(Date.now() + limitMs, () =>
      client.workflow.execute<(request: SuggestionRequest) => Promise<unknown>>(workflowType, {
        workflowId: `${incidentId}/ownerSuggestion/${tasks.length}`,
        taskQueue,
        args: [request],
        workflowExecutionTimeout: limitMs,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      }),
    );
    return typeof answer === 'string' ? { id: answer } : { why: 'the suggestion service named nobody' };
  } catch {
    return { why: 'the suggestion service did not answer in time' };
  }
}

/**
 * Whether one of the person's weekly shifts covers the instant, in their own zone. A shift that ends at or before its
 * start goes on into the next day.
 */
export function isOnShift(person: Reviewer, at: Date, defaultZone: string): boolean {
  const local = DateTime.fromJSDate(at, { zone: person.timeZone ?? defaultZone });
  const time = local.toFormat('HH:mm');
  const today = DAYS[local.weekday - 1];
  const yesterday = DAYS[(local.weekday + 5) % 7];
  return person.shifts.some(({ days, from, to }) => {
    const begins = (day: typeof today): boolean => day !== undefined && days.includes(day);
    if (from < to) return begins(today) && time >= from && time < to;
    return (begins(today) && time >= from) || (begins(yesterday) && time < to);
  });
}
