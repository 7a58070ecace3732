import assert from 'node:assert/strict';
import { test } from 'node:test';

import { classify } from '../../../../domain/okta/classification.js';
import type { Classification } from '../../../../domain/okta/classification.js';
import { OktaEventType } from '../../../../domain/okta/event-types.js';
import { DEFAULT_EVENT_TYPES, queryFilter } from '../../../../domain/okta/query-filter.js';
import { addUser, organisation } from './support.js';
import type { Organisation } from './support.js';

const EPOCH = '2020-01-01T00:00:00.000Z';
const TUFE = { dropActors: ['Lifecycle.Service@example.com'], onlyActors: [] };

async function anApp({ administrator }: Organisation, label: string): Promise<string> {
  const { body } = await administrator('POST', '/apps', { label });
  return (body as { id: string }).id;
}

/** What becomes of the events that the automatic filter lets through. */
async function classified(
  { connector }: Organisation,
  applications: readonly string[],
  eventTypes = DEFAULT_EVENT_TYPES,
): Promise<Classification[]> {
  const found = queryFilter({ autoGenerateQueryFilter: true, eventTypes, fetchQueryFilter: '' }, applications);
  assert.equal(found.kind, 'filter');
  const { events } = await connector.organisation.readLogs({ since: EPOCH, filter: found.filter });
  return events.map((event) => classify(event, { sourceInstance: 'Okta', tufe: TUFE }));
}

const shortOf = (one: Classification): unknown =>
  one.kind === 'dropped' ? one.reason : [one.incident.type, one.incident.userId, one.incident.applicationId];

test('the automatic filter gives the events of connected applications alone, and each becomes its incident', async (t) => {
  const all = await organisation(t);
  const user = addUser(all.app, 'ACTIVE').id;
  const [connected, other] = [await anApp(all, 'Wiki'), await anApp(all, 'Chat')];
  for (const app of [connected, other]) await all.administrator('POST', `/apps/${app}/users`, { id: user });
  await all.administrator('DELETE', `/apps/${connected}/users/${user}`);

  const incidents = await classified(all, [connected]);

  assert.deepEqual(incidents.map(shortOf), [
    ['IAM - App Add', user, connected],
    ['IAM - App Remove', user, connected],
  ]);
});

test('a deactivation by the connector itself comes back as none, one by an administrator as a termination', async (t) => {
  const all = await organisation(t);
  const [ours, theirs] = [addUser(all.app, 'ACTIVE'), addUser(all.app, 'ACTIVE', { login: 'robin@example.com' })];
  const found = await all.connector.find({ attribute: 'id', value: ours.id }, {});
  assert.ok(found);
  await all.connector.disable(ours.id, found);
  await all.administrator('POST', `/users/${theirs.id}/lifecycle/deactivate`);

  const incidents = await classified(all, [], [OktaEventType.Deactivation]);

  assert.deepEqual(incidents.map(shortOf), ['actor', ['IAM - Terminate User', theirs.id, null]]);
});
