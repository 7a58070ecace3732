import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isHireDateNear, isHireDatePast } from '../../domain/hire-date.js';

const at = (instant: string, timeZone?: string, fallbackZone = 'UTC') => ({
  now: Date.parse(instant),
  timeZone,
  fallbackZone,
});

test('a hire date becomes past when its day ends where the person is', () => {
  // Half past nine in the evening in New York, the next day already in Berlin.
  const instant = '2026-03-03T02:30:00Z';
  assert.equal(isHireDatePast('03/02/2026', 0, at(instant, 'America/New_York')), false);
  assert.equal(isHireDatePast('03/02/2026', 0, at(instant, 'Europe/Berlin')), true);
});

test('days are counted over both changes of daylight saving, at every hour of the day', () => {
  for (const [change, before] of [
    ['2026-03-29', '03/28/2026'],
    ['2026-10-25', '10/24/2026'],
  ] as const) {
    for (let hour = 2; hour < 22; hour++) {
      const moment = at(`${change}T${String(hour).padStart(2, '0')}:30:00Z`, 'Europe/Berlin');
      assert.equal(isHireDatePast(before, 0, moment), true, `${change} ${hour}`);
      assert.equal(isHireDatePast(before, 1, moment), false, `${change} ${hour}`);
    }
  }
});

test('an account is due on the local midnight of its day, on the short and on the long day, too', () => {
  // 29 March 2026 has 23 hours in Berlin, 25 October has 25.
  assert.equal(isHireDateNear('03/31/2026', 2, at('2026-03-28T22:59:00Z', 'Europe/Berlin')), false);
  assert.equal(isHireDateNear('03/31/2026', 2, at('2026-03-28T23:00:00Z', 'Europe/Berlin')), true);
  assert.equal(isHireDateNear('10/27/2026', 1, at('2026-10-25T22:59:00Z', 'Europe/Berlin')), false);
  assert.equal(isHireDateNear('10/27/2026', 1, at('2026-10-25T23:00:00Z', 'Europe/Berlin')), true);
});

test('grace days put the question off, and the last of them still counts', () => {
  assert.equal(isHireDatePast('01/01/2026', 14, at('2026-01-15T12:00:00Z')), false);
  assert.equal(isHireDatePast('01/01/2026', 14, at('2026-01-16T00:00:00Z')), true);
});

test('today is not past', () => {
  assert.equal(isHireDatePast('01/15/2026', 0, at('2026-01-15T23:59:59Z')), false);
});

test('an unknown zone of a person reads as that of the report', () => {
  assert.equal(isHireDatePast('03/02/2026', 0, at('2026-03-03T02:30:00Z', 'Mars/Olympus', 'America/New_York')), false);
});

test('without a threshold, or without a readable date, an account is due and no date is past', () => {
  for (const threshold of [null, undefined]) {
    assert.equal(isHireDateNear('01/01/2100', threshold, at('2026-01-01T00:00:00Z')), true);
  }
  for (const faulty of [undefined, '', 'soon', '02/30/2026']) {
    assert.equal(isHireDateNear(faulty, 0, at('2026-01-01T00:00:00Z')), true);
    assert.equal(isHireDatePast(faulty, 0, at('2026-01-01T00:00:00Z')), false);
  }
});
