import { randomInt } from 'node:crypto';
import { DateTime } from 'luxon';
import { chooseOwner } from '../../domain/assignment.js';
import type { Assignment } from '../../domain/assignment.js';
import type { Reviewer } from '../../domain/config.js';
import type { ActivityDependencies } from '../dependencies.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const RANDOM_RANGE = 2 ** 32;

/** Chooses who owns a failure, by the configured method, roles and shifts (step 21 of Sync User). */
export function assignOwner(deps: Pick<ActivityDependencies, 'configuration' | 'clock'>): Assignment {
  const { playbooks, people, timeZone } = deps.configuration.current().ilm;
  const now = deps.clock.now();
  return chooseOwner(playbooks.userAssignmentMethod, people, {
    roles: playbooks.userRoleToAssignForFailures,
    onCall: playbooks.assignOnlyOnCall,
    isOnShift: (person) => isOnShift(person, now, timeZone),
    random: randomInt(RANDOM_RANGE) / RANDOM_RANGE,
  });
}

/**
 * Whether one of the person's weekly shifts covers the instant, in their own zone. A shift that ends at or before its
 * start goes on into the next day.
 */
function isOnShift(person: Reviewer, at: Date, defaultZone: string): boolean {
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
