import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attentionAt } from '../../domain/reminders.js';

const HOUR = 3_600_000;
const rules = { reminders: 2, remindEvery: '360m', deadline: '24h' };
const after = (hours: number, latest?: number) => attentionAt(hours * HOUR, 0, rules, latest);

test('two reminders fall due six hours apart, and the newest of those that are due is the one to send', () => {
  assert.deepEqual(after(5.99), { reminder: null, isOverdue: false, nextAt: 6 * HOUR });
  assert.deepEqual(after(6), { reminder: 1, isOverdue: false, nextAt: 12 * HOUR });
  assert.deepEqual(after(12), { reminder: 2, isOverdue: false, nextAt: 24 * HOUR });
});

test('from the deadline on the second address is to be told, and nothing falls due after it', () => {
  assert.deepEqual(after(24), { reminder: 2, isOverdue: true, nextAt: null });
});

test('an earlier limit brings the escalation forward, and a later one changes nothing', () => {
  assert.deepEqual(after(3, 2 * HOUR), { reminder: null, isOverdue: true, nextAt: 6 * HOUR });
  assert.deepEqual(after(1, 2 * HOUR), { reminder: null, isOverdue: false, nextAt: 2 * HOUR });
  assert.equal(after(12, 48 * HOUR).nextAt, 24 * HOUR);
});

test('a limit that has passed when the question is opened makes it overdue at once', () => {
  assert.equal(after(0, -HOUR).isOverdue, true);
});

test('no reminders at all are possible, and the deadline remains', () => {
  assert.deepEqual(attentionAt(0, 0, { ...rules, reminders: 0 }), {
    reminder: null,
    isOverdue: false,
    nextAt: 24 * HOUR,
  });
});
