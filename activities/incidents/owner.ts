import { DateTime } from 'luxon';
import { randomInt } from 'node:crypto';
import { chooseOwner } from '../../domain/assignment.js';
import type { Assignment } from '../../domain/assignment.js';
import type { Reviewer } from '../../domain/config.js';
import type { ActivityDependencies } from '../dependencies.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const RANDOM_RANGE = 2 ** 32;

/** Chooses who owns a failure, by the configured method, roles and shifts (step 21 of Sync User). */
export function assignOwner(deps: ActivityDependencies): Assignment {
  const { playbooks, people, timeZone } = deps.configuration.current().ilm;
  const now = deps.clock.now();
  return chooseOwner(playbooks.userAssignmentMethod, people, {
    roles: playbooks.userRoleToAssignForFailures,
    onCall: playbooks.assignOnlyOnCall,
    isOnShift: (person) => isOnShift(person, now, timeZone),
    random: randomInt(RANDOM_RANGE) / RANDOM_RANGE,
  });
}

/** Whether one of the person's weekly shifts covers the instant, in their own zone. */
export function isOnShift(person: Reviewer, at: Date, defaultZone: string): boolean {
  const local = DateTime.fromJSDate(at, { zone: person.timeZone ?? defaultZone });
  const day = DAYS[local.weekday - 1];
  const time = local.toFormat('HH:mm');
  return person.shifts.some(
    ({ days, from, to }) => day !== undefined && days.includes(day) && time >= from && time < to,
  );
}
