import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assignOwner } from '../../../activities/incidents/owner.js';
import { plainConfiguration } from '../../support/configuration.js';

/** Who is chosen at an instant when only one reviewer exists, who works a given shift. */
function ownerAt(
  instant: string,
  shift: { days: string[]; from: string; to: string },
  timeZone = 'UTC',
): string | null {
  const people = [{ id: 'worker', email: 'worker@example.com', name: 'Worker', shifts: [shift], timeZone }];
  const playbooks = { assignOnlyOnCall: true, userRoleToAssignForFailures: [] };
  const configuration = plainConfiguration([], { people, playbooks });
  const clock = { now: () => new Date(instant) };
  return assignOwner({ configuration: { current: () => configuration }, clock }).ownerId;
}

// 2026-02-02 is a Monday.
const MONDAY = { days: ['mon'], from: '08:00', to: '16:00' };
const NIGHT = { days: ['mon'], from: '22:00', to: '06:00' };

test('a shift covers its first minute and not its last', () => {
  assert.equal(ownerAt('2026-02-02T08:00:00Z', MONDAY), 'worker');
  assert.equal(ownerAt('2026-02-02T15:59:00Z', MONDAY), 'worker');
  assert.equal(ownerAt('2026-02-02T16:00:00Z', MONDAY), null);
  assert.equal(ownerAt('2026-02-03T08:00:00Z', MONDAY), null);
});

test('a shift counts in the zone of whoever works it', () => {
  assert.equal(ownerAt('2026-02-02T07:30:00Z', MONDAY, 'Europe/Berlin'), 'worker');
  assert.equal(ownerAt('2026-02-02T15:30:00Z', MONDAY, 'Europe/Berlin'), null);
});

test('a shift through the night goes on into the next day', () => {
  assert.equal(ownerAt('2026-02-02T23:00:00Z', NIGHT), 'worker');
  assert.equal(ownerAt('2026-02-03T05:59:00Z', NIGHT), 'worker');
  assert.equal(ownerAt('2026-02-03T06:00:00Z', NIGHT), null);
  assert.equal(ownerAt('2026-02-02T05:00:00Z', NIGHT), null);
});
