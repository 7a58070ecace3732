import assert from 'node:assert/strict';
import { test } from 'node:test';

import { age, facts, table } from '../../client/output.js';

const TASK = 'INC-20260101-0a1b2c3d4e/D1/1';
const lines = (text: string): string[] => text.split('\n');

test('fits 80 columns and breaks words and addresses before the id in the first column', () => {
  const printed = table(
    ['task', 'type', 'person', 'age', 'owner', 'options'],
    [
      [TASK, 'IAM - AD User Deactivation', 'nova.sandbox2@example.com', '3m', 'reviewer-1', 'Deactivate | Do Nothing'],
      [TASK, 'IAM - New Hire', 'a.name.that.is.much.longer.than.most@example.com', '12d', undefined, 'Same Person'],
    ],
    80,
  );

  for (const line of lines(printed)) assert.ok(line.length <= 80, line);
  assert.equal(lines(printed).filter((line) => line.includes(TASK)).length, 2);
});

test('does not wrap what fits', () => {
  assert.equal(
    table(
      ['a', 'b'],
      [
        ['one two', 3],
        [null, true],
      ],
      80,
    ),
    'A        B\none two  3\n         true',
  );
});

test('breaks even an id where nothing else is left, and loses no character of it', () => {
  const printed = table(['id'], [['x'.repeat(100)]], 40);

  assert.equal(lines(printed).slice(1).join(''), 'x'.repeat(100));
  for (const line of lines(printed)) assert.ok(line.length <= 40);
});

test('gives wide characters the room that they take', () => {
  const printed = table(
    ['name', 'note'],
    [
      ['山田太郎', 'one'],
      ['Ann', 'two'],
    ],
    80,
  );

  assert.deepEqual(lines(printed), ['NAME      NOTE', '山田太郎  one', 'Ann       two']);
});

test('leaves empty facts out', () => {
  const printed = facts([
    ['id', 'INC-1'],
    ['owner', null],
    ['note', ''],
    ['accounts', { a: 1 }],
    ['active', false],
  ]);

  assert.equal(printed, 'id        INC-1\naccounts  {"a":1}\nactive    false');
});

test('says how long ago something was in the largest fitting unit', () => {
  const now = Date.UTC(2026, 0, 10);
  const at = (minutes: number): string => age(new Date(now - minutes * 60_000).toISOString(), now);

  assert.deepEqual([at(0), at(59), at(60), at(47 * 60), at(49 * 60)], ['0m', '59m', '1h', '47h', '2d']);
  assert.equal(age(new Date(now + 5_000).toISOString(), now), '0m');
});
