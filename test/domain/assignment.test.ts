import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chooseOwner } from '../../domain/assignment.js';
import type { AssignmentFacts } from '../../domain/assignment.js';
import type { AssignmentMethod, Reviewer } from '../../domain/config.js';

const person = (id: string, ...roles: string[]): Reviewer => ({
  id,
  email: `${id}@example.com`,
  name: id,
  roles,
  shifts: [],
});
const people = [person('a', 'iam'), person('b', 'iam', 'hr'), person('c')];
const plain: AssignmentFacts = {
  roles: [],
  onCall: false,
  isOnShift: () => false,
  workload: { open: {}, ofType: {} },
  currentId: null,
  suggestion: { why: 'not asked' },
  random: 0,
};

const chosen = (method: AssignmentMethod, facts: Partial<AssignmentFacts> = {}, among = people) =>
  chooseOwner(method, among, { ...plain, ...facts });

test('the random number decides among everybody, the last one included', () => {
  assert.deepEqual(
    [0, 0.34, 0.99].map((random) => chosen('random', { random }).ownerId),
    ['a', 'b', 'c'],
  );
});

test('only people with one of the roles are chosen', () => {
  assert.equal(chosen('random', { roles: ['hr', 'law'], random: 0.99 }).ownerId, 'b');
  assert.equal(chosen('less-busy-user', { roles: ['hr'], workload: { open: { b: 9 }, ofType: {} } }).ownerId, 'b');
});

test('on call only people on shift are chosen, whatever the method', () => {
  const onCall = { onCall: true, isOnShift: ({ id }: Reviewer) => id === 'c' };

  for (const method of ['random', 'less-busy-user', 'top-user', 'machine-learning'] as const) {
    assert.equal(chosen(method, { ...onCall, suggestion: { id: 'a' } }).ownerId, 'c', method);
  }
});

test('somebody who is away is never chosen', () => {
  const among = [{ ...person('a'), away: true }, person('b')];

  assert.equal(chosen('random', {}, among).ownerId, 'b');
  assert.equal(chosen('machine-learning', { suggestion: { id: 'a' } }, among).ownerId, 'b');
});

test('online means on shift, also where being on call is not asked for', () => {
  const isOnShift = ({ id }: Reviewer): boolean => id !== 'a';

  assert.equal(chosen('online', { isOnShift }).ownerId, 'b');
  assert.deepEqual(chosen('online'), {
    ownerId: null,
    note: 'nobody is available and on shift; assign somebody by hand',
  });
});

test('the less busy one has the fewest open incidents, and none counts as few', () => {
  const workload = { open: { a: 2, b: 1 }, ofType: {} };

  assert.equal(chosen('less-busy-user', { workload }).ownerId, 'c');
  assert.equal(chosen('less-busy-user', { workload, roles: ['iam'] }).ownerId, 'b');
});

test('of people who are equally busy one is chosen at random', () => {
  assert.equal(chosen('less-busy-user', { random: 0.99 }).ownerId, 'c');
});

test('the top user has owned the most of the type; before anybody has, one is chosen at random, which is told', () => {
  const workload = { open: {}, ofType: { a: 1, b: 3 } };

  assert.deepEqual(chosen('top-user', { workload }), {
    ownerId: 'b',
    note: 'has owned the most incidents of this type',
  });
  assert.deepEqual(chosen('top-user', { random: 0.99 }), {
    ownerId: 'c',
    note: 'nobody has owned one of this type yet; chosen at random',
  });
});

test('the current user is whoever asked for the attempt, with or without a role; an automatic attempt has none', () => {
  assert.equal(chosen('current', { currentId: 'c', roles: ['iam'] }).ownerId, 'c');
  assert.match(chosen('current', { currentId: 'c', onCall: true }).note, /not on shift/);
  assert.equal(chosen('current').ownerId, null);
  assert.match(chosen('current', { currentId: 'gone' }).note, /no current user; assign somebody by hand/);
});

test('a suggestion counts when it names somebody who is available, else the choice is random and says why', () => {
  const roles = ['iam'];

  assert.equal(chosen('machine-learning', { roles, suggestion: { id: 'b' } }).ownerId, 'b');
  assert.deepEqual(chosen('machine-learning', { roles, suggestion: { id: 'c' } }), {
    ownerId: 'a',
    note: 'the suggestion service named nobody who is available; chosen at random',
  });
  assert.deepEqual(chosen('machine-learning', { suggestion: { why: 'it was silent' } }), {
    ownerId: 'a',
    note: 'it was silent; chosen at random',
  });
});

test('when nobody is available the note says why, and what to do', () => {
  const none = chosen('random', { roles: ['law'], onCall: true });

  assert.equal(none.ownerId, null);
  assert.equal(none.note, 'nobody with a role of law is available and on shift; assign somebody by hand');
  assert.match(chosen('random', {}, []).note, /nobody is configured under people/);
});
