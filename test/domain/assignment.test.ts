import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chooseOwner } from '../../domain/assignment.js';
import type { Reviewer } from '../../domain/config.js';

const person = (id: string, ...roles: string[]): Reviewer => ({
  id,
  email: `${id}@example.com`,
  name: id,
  roles,
  shifts: [],
});
const people = [person('a', 'iam'), person('b', 'iam', 'hr'), person('c')];
const anybody = { roles: [], onCall: false, isOnShift: () => false, random: 0 };

test('the random number decides among everybody, the last one included', () => {
  const chosen = [0, 0.34, 0.99].map((random) => chooseOwner('random', people, { ...anybody, random }).ownerId);

  assert.deepEqual(chosen, ['a', 'b', 'c']);
});

test('only people with one of the roles are chosen', () => {
  assert.equal(chooseOwner('random', people, { ...anybody, roles: ['hr', 'law'], random: 0.99 }).ownerId, 'b');
});

test('on call only people on shift are chosen', () => {
  const onCall = { ...anybody, onCall: true, isOnShift: ({ id }: Reviewer) => id === 'c' };

  assert.equal(chooseOwner('random', people, onCall).ownerId, 'c');
});

test('when nobody is available the note says why, and what to do', () => {
  const none = chooseOwner('random', people, { ...anybody, roles: ['law'], onCall: true });

  assert.equal(none.ownerId, null);
  assert.equal(none.note, 'nobody has a role of law and is on shift; assign somebody by hand');
  assert.match(chooseOwner('random', [], anybody).note, /nobody is configured under people/);
});

test('a method that is not there yet chooses at random and says so', () => {
  assert.deepEqual(chooseOwner('machine-learning', people, anybody), {
    ownerId: 'a',
    note: 'method machine-learning is not available; chosen at random',
  });
});
