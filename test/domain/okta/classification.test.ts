import assert from 'node:assert/strict';
import { test } from 'node:test';

import { classify, tufeEvent } from '../../../domain/okta/classification.js';
import type { ClassificationContext, OktaIncident } from '../../../domain/okta/classification.js';
import type { LogEvent } from '../../../domain/okta/log-event.js';
import { aLogEvent, TARGETS } from './log-events.js';

const context: ClassificationContext = {
  sourceInstance: 'Okta',
  tufe: { dropActors: ['service@example.com'], onlyActors: [] },
};

function incidentOf(event: LogEvent): OktaIncident {
  const found = classify(event, context);
  assert.equal(found.kind, 'incident');
  return found.incident;
}

const CASES: readonly (readonly [eventType: string, type: string, flow: string])[] = [
  ['application.user_membership.add', 'IAM - App Add', 'appSync'],
  ['application.user_membership.remove', 'IAM - App Remove', 'appSync'],
  ['user.account.update_profile', 'IAM - App Update', 'appUpdate'],
  ['group.user_membership.add', 'IAM - Group Membership Update', 'groupMembershipUpdate'],
  ['group.user_membership.remove', 'IAM - Group Membership Update', 'groupMembershipUpdate'],
  ['user.lifecycle.deactivate', 'IAM - Terminate User', 'syncUser'],
];
for (const [eventType, type, flow] of CASES) {
  test(`${eventType} becomes ${type}, run by ${flow}`, () => {
    const incident = incidentOf(aLogEvent(eventType));

    assert.deepEqual([incident.type, incident.flow, incident.eventType], [type, flow, eventType]);
  });
}

test('the fields come from the targets by their types, whatever their order', () => {
  assert.deepEqual(incidentOf(aLogEvent('application.user_membership.add')), {
    uuid: 'event-1',
    published: '2026-03-10T12:00:00.000Z',
    type: 'IAM - App Add',
    flow: 'appSync',
    eventType: 'application.user_membership.add',
    displayName: 'Pat Example',
    userId: '00u-1',
    username: 'Pat@Example.com',
    applicationId: '0oa-1',
    applicationName: 'Atlas Wiki',
    groupId: null,
    actor: 'admin@example.com',
    details: 'Something happened',
    sourceInstance: 'Okta',
  });
});

test('the group is taken from group events only', () => {
  assert.equal(incidentOf(aLogEvent('group.user_membership.add')).groupId, '00g-1');
  assert.equal(incidentOf(aLogEvent('user.account.update_profile')).groupId, null);
});

test('the first target of a type counts', () => {
  const other = { ...TARGETS.USER, id: '00u-2', alternateId: 'robin@example.com' };
  const event = aLogEvent('application.user_membership.add', { target: [TARGETS.USER, other] });

  assert.equal(incidentOf(event).userId, '00u-1');
});

test('an event without user, application, actor or message starts its flow with what is missing left empty', () => {
  for (const nothing of [null, undefined]) {
    const bare = { target: nothing, actor: nothing, displayMessage: nothing, debugContext: nothing };
    const { userId, username, displayName, applicationId, applicationName, actor, details } = incidentOf(
      aLogEvent('application.user_membership.remove', bare),
    );

    assert.deepEqual([userId, username, displayName, applicationId, applicationName, actor], Array(6).fill(null));
    assert.equal(details, '');
  }
});

test('an update names the attributes that changed', () => {
  const update = 'user.account.update_profile';
  const without = { debugContext: { debugData: { changedAttributes: ' ' } } };

  assert.equal(
    incidentOf(aLogEvent(update)).details,
    'The user was updated in Okta. Changed attributes: title,department',
  );
  assert.equal(incidentOf(aLogEvent(update, without)).details, 'The user was updated in Okta.');
  assert.equal(incidentOf(aLogEvent(update, { debugContext: {} })).details, 'The user was updated in Okta.');
});

test('an event of another type is dropped, names of object members included', () => {
  for (const type of ['user.session.start', 'application.user_membership', '', 'toString', '__proto__']) {
    assert.deepEqual(classify(aLogEvent(type), context), { kind: 'dropped', reason: 'eventType' });
  }
});

test('an event that did not succeed is dropped', () => {
  for (const outcome of [{ result: 'FAILURE' }, { result: 'SKIPPED' }, { result: null }, {}, null, undefined]) {
    const event = aLogEvent('application.user_membership.add', { outcome });

    assert.deepEqual(classify(event, context), { kind: 'dropped', reason: 'outcome' });
  }
});

test('a deactivation carries status, trigger and who made it', () => {
  assert.deepEqual(incidentOf(aLogEvent('user.lifecycle.deactivate')).termination, {
    employmentStatus: 'Terminated',
    terminationTrigger: 'TUFE',
    sourceUsername: 'admin@example.com',
  });
  assert.equal(incidentOf(aLogEvent('group.user_membership.add')).termination, undefined);
});

test('a deactivation by the engine itself is dropped, and every one while no actor rule is set', () => {
  const own = aLogEvent('user.lifecycle.deactivate', { actor: { id: '00u-own', alternateId: 'SERVICE@example.com' } });
  const withoutRule = { ...context, tufe: { dropActors: [], onlyActors: [] } };

  assert.deepEqual(classify(own, context), { kind: 'dropped', reason: 'actor' });
  assert.deepEqual(classify(own, withoutRule), { kind: 'dropped', reason: 'noActorRule' });
});

test('the actor rules judge deactivations only', () => {
  const event = aLogEvent('application.user_membership.add', { actor: { alternateId: 'service@example.com' } });

  assert.equal(classify(event, context).kind, 'incident');
});

test('the termination of a person has the stored profile and not what the event says', () => {
  const profile = {
    email: 'pat@example.com',
    username: 'pat@example.com',
    employeeId: '1001',
    displayName: 'Pat Example',
    employmentStatus: 'Active',
    active: true,
  };

  const event = tufeEvent(incidentOf(aLogEvent('user.lifecycle.deactivate')), profile);

  assert.deepEqual(
    [event.type, event.email, event.employeeId, event.terminationTrigger, event.details],
    ['IAM - Terminate User', 'pat@example.com', '1001', 'TUFE', 'Something happened'],
  );
  assert.deepEqual(event.userProfile.fields, { ...profile, employmentStatus: 'Terminated' });
  assert.equal(tufeEvent({ details: '' }, profile).details, 'The person was terminated.');
});
