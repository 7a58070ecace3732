import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isOnShift } from '../../../activities/incidents/owner.js';
import type { Reviewer } from '../../../domain/config.js';

/** Whether somebody who works a given shift does so at an instant. */
function worksAt(instant: string, shift: Reviewer['shifts'][number], timeZone?: string): boolean {
  const worker = { id: 'worker', email: 'worker@example.com', name: 'Worker', roles: [], shifts: [shift] };
  return isOnShift({ ...worker, ...(timeZone === undefined ? {} : { timeZone }) }, new Date(instant), 'UTC');
}

// 2026-02-02 is a Monday.
const MONDAY: Reviewer['shifts'][number] = { days: ['mon'], from: '08:00', to: '16:00' };
const NIGHT: Reviewer['shifts'][number] = { days: ['mon'], from: '22:00', to: '06:00' };

test('a shift covers its first minute and not its last', () => {
  assert.equal(worksAt('2026-02-02T08:00:00Z', MONDAY), true);
  assert.equal(worksAt('2026-02-02T15:59:00Z', MONDAY), true);
  assert.equal(worksAt('2026-02-02T16:00:00Z', MONDAY), false);
  assert.equal(worksAt('2026-02-03T08:00:00Z', MONDAY), false);
});

test('a shift counts in the zone of whoever works it', () => {
  assert.equal(worksAt('2026-02-02T07:30:00Z', MONDAY, 'Europe/Berlin'), true);
  assert.equal(worksAt('2026-02-02T15:30:00Z', MONDAY, 'Europe/Berlin'), false);
});

test('a shift through the night goes on into the next day', () => {
  assert.equal(worksAt('2026-02-02T23:00:00Z', NIGHT), true);
  assert.equal(worksAt('2026-02-03T05:59:00Z', NIGHT), true);
  assert.equal(worksAt('2026-02-03T06:00:00Z', NIGHT), false);
  assert.equal(worksAt('2026-02-02T05:00:00Z', NIGHT), false);
});
