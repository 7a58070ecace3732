import assert from 'node:assert/strict';
import { test } from 'node:test';

import { appIncidentOf } from '../../../activities/app-flows/new-incident.js';
import type { AppEvent } from '../../../activities/app-flows/new-incident.js';
import { openKeyOf } from '../../../activities/store/new-incident.js';
import type { PersonDocument } from '../../../activities/store/person-document.js';
import { IncidentType } from '../../../domain/incident.js';
import { incidentWorkflowId, incidentWorkflowType } from '../../../domain/names.js';

const event = (over: Partial<AppEvent> = {}): AppEvent => ({
  uuid: 'event-1',
  published: '2026-01-01T00:00:00.000Z',
  type: IncidentType.AppAdd,
  flow: 'appSync',
  eventType: 'application.user_membership.add',
  displayName: 'Pat Example',
  userId: '00u1',
  username: 'Pat@example.com',
  applicationId: '0oa1',
  applicationName: 'Wiki',
  groupId: null,
  actor: 'admin@example.com',
  details: 'Add user to application membership',
  sourceInstance: 'Okta',
  ...over,
});

const PERSON: PersonDocument = {
  _id: 'person-1',
  personId: 'person-1',
  profile: { email: 'pat@example.com', employeeId: '1001', displayName: 'Pat', sourceOfTruth: 'Workday' },
  version: 1,
  queue: [],
  fence: 0,
  gone: [],
};

test('an incident about an application carries the person, as far as they are known, and the event', () => {
  const known = appIncidentOf(event(), 'okta/event-1', PERSON);
  const unknown = appIncidentOf(event(), 'okta/event-1', null);

  assert.deepEqual([known.personId, known.email, known.employeeId], ['person-1', 'pat@example.com', '1001']);
  assert.deepEqual([unknown.personId, unknown.email, unknown.employeeId], [null, 'pat@example.com', '']);
  assert.deepEqual([known.okta?.applicationId, known.okta?.userId, known.source.instance], ['0oa1', '00u1', 'Okta']);
});

test('each event is an incident of its own, however alike they are', () => {
  const keys = ['event-1', 'event-2'].map((uuid) => openKeyOf(appIncidentOf(event({ uuid }), `okta/${uuid}`, PERSON)));

  assert.notEqual(keys[0], keys[1]);
});

test('the run of an event is named by the event, and nobody is named by it', () => {
  const runs = [IncidentType.AppAdd, IncidentType.AppRemove, IncidentType.AppUpdate].map((type) => [
    incidentWorkflowType(type),
    incidentWorkflowId(type, 'person-1', 'INC-1', 'event-1'),
  ]);

  assert.deepEqual(runs, [
    ['appSync', 'appSync/event-1'],
    ['appSync', 'appSync/event-1'],
    ['appUpdate', 'appUpdate/event-1'],
  ]);
});
