import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  contradictions,
  exceedsLimit,
  groupLogFilter,
  loggedChanges,
  memberDifference,
} from '../../../domain/okta/group-changes.js';
import type { LogEvent, LogParty } from '../../../domain/okta/log-event.js';
import { aLogEvent, TARGETS } from './log-events.js';

const STAFF = { id: '00g-1', displayName: 'Staff' };
const { GROUP, USER } = TARGETS;
const ADD = 'group.user_membership.add';
const REMOVE = 'group.user_membership.remove';
const IMPORT = 'app.user_management';

const user = (name: string): LogParty => ({ ...USER, id: `00u-${name}`, alternateId: `${name}@example.com` });
const IMPORTED_USER: LogParty = { id: '0ua-1', type: 'AppUser', alternateId: 'Pat@Example.com', displayName: 'Pat' };
const IMPORTED_GROUP: LogParty = { id: '0oa-2', type: 'AppGroup', alternateId: 'unknown', displayName: 'Staff' };

const membersBy = (...events: readonly LogEvent[]): Readonly<Record<string, boolean>> =>
  Object.fromEntries(loggedChanges(events, STAFF).members);

const at = (minute: number, eventType: string, over: Partial<LogEvent> = {}): LogEvent =>
  aLogEvent(eventType, { published: `2026-03-10T12:${String(minute).padStart(2, '0')}:00.000Z`, ...over });

const MEANINGS: readonly (readonly [type: string, message: string, isMember: boolean])[] = [
  [ADD, 'Add user to group membership', true],
  [REMOVE, 'Remove user from group membership', false],
  [ADD, 'Another wording', true],
  [REMOVE, 'Another wording', false],
  [IMPORT, 'Successfully imported new member to an app group', true],
  [IMPORT, 'Successfully deleted member of an app group', false],
];
for (const [type, displayMessage, isMember] of MEANINGS) {
  test(`'${displayMessage}' of ${type} ${isMember ? 'adds' : 'removes'} the user, whatever the case of the login`, () => {
    const target = type === IMPORT ? [IMPORTED_USER, IMPORTED_GROUP] : [USER, GROUP];

    assert.deepEqual(membersBy(aLogEvent(type, { displayMessage, target })), { 'pat@example.com': isMember });
  });
}

test('the last event about a user counts, in whatever order they are read', () => {
  const events = [at(1, ADD), at(2, REMOVE), at(3, ADD)];

  assert.deepEqual(membersBy(...events), { 'pat@example.com': true });
  assert.deepEqual(membersBy(...events.toReversed()), { 'pat@example.com': true });
  assert.deepEqual(membersBy(at(9, REMOVE), ...events), { 'pat@example.com': false });
});

test('each user has their own last event', () => {
  const target = (name: string): Partial<LogEvent> => ({ target: [GROUP, user(name)] });

  assert.deepEqual(membersBy(at(1, ADD, target('ada')), at(2, REMOVE, target('bo')), at(3, ADD, target('cy'))), {
    'ada@example.com': true,
    'bo@example.com': false,
    'cy@example.com': true,
  });
});

const NOT_COUNTED: readonly (readonly [what: string, event: LogEvent])[] = [
  ['another group', aLogEvent(ADD, { target: [USER, { ...GROUP, id: '00g-2', displayName: 'Guests' }] })],
  ['a user who is called like the group', aLogEvent(ADD, { target: [{ ...USER, displayName: 'Staff' }] })],
  ['another kind of event', aLogEvent('application.user_membership.add')],
  ['what was refused', aLogEvent(ADD, { outcome: { result: 'FAILURE' } })],
  ['an event without targets', aLogEvent(ADD, { target: null })],
];
for (const [what, event] of NOT_COUNTED) {
  test(`${what} counts for nothing`, () => {
    assert.deepEqual(loggedChanges([event], STAFF), { members: new Map(), withoutUser: 0, unclear: 0 });
  });
}

test('an event without a user is passed over and never given to the user of the one before', () => {
  const { members, withoutUser } = loggedChanges([at(1, ADD), at(2, REMOVE, { target: [GROUP] })], STAFF);

  assert.deepEqual([...members], [['pat@example.com', true]]);
  assert.equal(withoutUser, 1);
});

test('an import whose message is unknown asks for a comparison', () => {
  const event = aLogEvent(IMPORT, { displayMessage: 'Something new', target: [IMPORTED_USER, IMPORTED_GROUP] });

  assert.equal(loggedChanges([event], STAFF).unclear, 1);
});

test('the log is asked by id or name, and quotes in a name are no end of it', () => {
  assert.equal(
    groupLogFilter({ id: '00g-1', displayName: 'The "Staff"' }),
    '(eventType eq "app.user_management" or eventType co "group.user_membership") and ' +
      '(target.id eq "00g-1" or target.displayName eq "The \\"Staff\\"")',
  );
});

test('a comparison adds who is missing and removes who is too many, each once', () => {
  assert.deepEqual(memberDifference(['a', 'b', 'b'], ['b', 'c', 'c']), { add: ['a'], remove: ['c'] });
  assert.deepEqual(memberDifference([], []), { add: [], remove: [] });
});

test('an account that is to be added and removed at once is a contradiction', () => {
  assert.deepEqual(contradictions({ add: ['a', 'b'], remove: ['b', 'c', 'b'] }), ['b']);
  assert.deepEqual(contradictions({ add: ['a'], remove: ['c'] }), []);
});

const LIMITS: readonly (readonly [removals: number, members: number, needsPerson: boolean])[] = [
  [10, 20, false],
  [11, 20, true],
  [11, 110, false],
  [12, 110, true],
  [0, 0, false],
];
for (const [removals, members, needsPerson] of LIMITS) {
  test(`${removals} removals of ${members} members ${needsPerson ? 'need' : 'need no'} person`, () => {
    assert.equal(exceedsLimit(removals, members, { count: 10, percent: 10 }), needsPerson);
  });
}
