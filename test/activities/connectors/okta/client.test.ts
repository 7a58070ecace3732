import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { oktaClient } from '../../../../activities/connectors/okta/client.js';
import { oktaSettingsSchema } from '../../../../activities/connectors/okta/settings.js';
import { failureOf } from '../../../connectors/support/http-peer.js';
import { addUser, command, organisation, PAT } from './support.js';
import type { OktaClient } from '../../../../activities/connectors/okta/client.js';
import type { OktaLogEvent } from '../../../../activities/connectors/okta/answers.js';
import type { Organisation } from './support.js';

const EPOCH = '2020-01-01T00:00:00.000Z';

interface Scene extends Organisation {
  readonly client: OktaClient;
}

async function scene(t: TestContext, pageSize = 2): Promise<Scene> {
  const opened = await organisation(t);
  const settings = oktaSettingsSchema.parse({ url: opened.app.url, apiToken: opened.app.token, pageSize });
  const client = oktaClient(settings, { instanceName: 'Okta', timeoutMs: 5_000 });
  t.after(() => client.close());
  return { ...opened, client };
}

/** An application that the administrator makes. */
async function anApp({ administrator }: Organisation, label: string): Promise<string> {
  const { body } = await administrator('POST', '/apps', { label });
  return (body as { id: string }).id;
}

const assign = ({ administrator }: Organisation, app: string, user: string, profile = {}): Promise<unknown> =>
  administrator('POST', `/apps/${app}/users`, { id: user, profile });

/** All that was logged, by the pages of one poll. */
async function everything(client: OktaClient, filter?: string, limit = 2): Promise<readonly OktaLogEvent[]> {
  const events: OktaLogEvent[] = [];
  let page = await client.readLogs({ since: EPOCH, limit, ...(filter === undefined ? {} : { filter }) });
  while (page.events.length > 0) {
    events.push(...page.events);
    assert.ok(page.next !== null);
    page = await client.readLogs({ next: page.next });
  }
  return events;
}

const typesOf = (events: readonly OktaLogEvent[]): readonly string[] => events.map(({ eventType }) => eventType);

test('an assignment tells its profile and whether a user or a group has it; none is null, an error is an error', async (t) => {
  const all = await scene(t);
  const { app, client, connector, administrator } = all;
  const user = addUser(app, 'ACTIVE').id;
  const [direct, grouped, none] = [await anApp(all, 'Wiki'), await anApp(all, 'Chat'), await anApp(all, 'Files')];
  const group = await connector.createGroup('Staff');
  await connector.changeMembers(group.id, [user], []);
  await assign(all, direct, user, { seat: 'full' });
  await administrator('PUT', `/apps/${grouped}/groups/${group.id}`);

  assert.deepEqual(await client.appAssignment(direct, user), {
    scope: 'USER',
    status: 'PROVISIONED',
    profile: { seat: 'full' },
  });
  assert.equal((await client.appAssignment(grouped, user))?.scope, 'GROUP');
  assert.equal(await client.appAssignment(none, user), null);
  assert.equal(await client.appAssignment('0oanowhere', user), null);
  app.addFault({ kind: 'error', status: 500 });
  assert.equal((await failureOf(client.appAssignment(direct, user))).retryable, true);
});

test('lists every page of applications, and those of one user with inactive ones', async (t) => {
  const all = await scene(t);
  const { app, client, administrator } = all;
  const user = addUser(app, 'ACTIVE').id;
  const ids = [];
  for (const label of ['Wiki', 'Chat', 'Files', 'Web shop', 'Mail']) ids.push(await anApp(all, label));
  for (const id of ids.slice(0, 3)) await assign(all, id, user);
  await administrator('POST', `/apps/${ids[0]}/lifecycle/deactivate`);

  const listed = await client.listApps();
  const searched = await client.listApps('w');
  const mine = await client.appsOfUser(user);
  const one = await client.getApp(ids[1] ?? '');

  assert.deepEqual(listed.map(({ id }) => id).sort(), [...ids].sort());
  assert.deepEqual(searched.map(({ label }) => label).sort(), ['Web shop', 'Wiki']);
  assert.deepEqual(mine.map(({ label, status }) => `${label} ${status}`).sort(), [
    'Chat ACTIVE',
    'Files ACTIVE',
    'Wiki INACTIVE',
  ]);
  assert.equal(one?.label, 'Chat');
  assert.match(one?.logo ?? '', /^http/);
  assert.equal(await client.getApp('0oanowhere'), null);
});

test('reads one user by id, and nobody by a name that only looks like one', async (t) => {
  const { app, client } = await scene(t);
  const { id } = addUser(app, 'SUSPENDED');

  assert.equal((await client.getUser(id))?.status, 'SUSPENDED');
  assert.equal(await client.getUser(PAT.username ?? ''), null);
  assert.equal(await client.getUser('00unobody'), null);
});

test('reads the members of a group to the last page, with their logins', async (t) => {
  const { app, client, connector } = await scene(t);
  const group = await connector.createGroup('Staff');
  const logins = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`);
  await connector.changeMembers(
    group.id,
    logins.map((login) => addUser(app, 'ACTIVE', { login }).id),
    [],
  );

  const members = await client.groupMembers(group.id);

  assert.deepEqual(members.map(({ profile }) => profile.login).sort(), logins);
  assert.equal((await failureOf(client.groupMembers('00gnowhere'))).kind, 'not-found');
});

test('polls the log page by page, in order, each event once, and goes on where it stopped', async (t) => {
  const { client, connector } = await scene(t);
  await command(connector, 'create-user');
  await command(connector, 'update-user', { profile: { ...PAT, title: 'Lead' } });
  await command(connector, 'disable-user');

  const events = await everything(client);
  const caughtUp = await client.readLogs({ since: EPOCH });
  const idle = await client.readLogs({ next: caughtUp.next ?? '' });
  await command(connector, 'update-user', { allowEnable: true });
  const later = await client.readLogs({ next: idle.next ?? '' });

  const types = [
    'user.lifecycle.create',
    'user.lifecycle.activate',
    'user.account.update_profile',
    'user.lifecycle.deactivate',
  ];
  assert.deepEqual(typesOf(events), types);
  assert.equal(new Set(events.map(({ uuid }) => uuid)).size, 4);
  assert.deepEqual(idle.events, []);
  assert.deepEqual(typesOf(later.events)[0], 'user.lifecycle.activate');
});

test('a filter goes on with the link, and a malformed one is an error that says so', async (t) => {
  const all = await scene(t);
  const { app, client } = all;
  const user = addUser(app, 'ACTIVE').id;
  const [wiki, chat] = [await anApp(all, 'Wiki'), await anApp(all, 'Chat')];
  for (const id of [wiki, chat, wiki]) await assign(all, id, user);
  const filter = `eventType eq "application.user_membership.add" and target.id eq "${chat}" and outcome.result eq "SUCCESS"`;

  const [event, ...others] = await everything(client, filter);
  const failure = await failureOf(client.readLogs({ since: EPOCH, filter: 'eventType is "x"' }));

  assert.deepEqual(others, []);
  assert.deepEqual(
    event?.target?.map(({ type, alternateId }) => `${type} ${alternateId}`),
    [`AppUser ${PAT.email}`, 'AppInstance Chat', `User ${PAT.email}`],
  );
  assert.equal(event?.actor?.alternateId, 'administrator@example.com');
  assert.deepEqual([failure.kind, failure.code], ['validation', 'E0000053']);
});

test('a poll gives an event that comes late, which a window that was read before it missed', async (t) => {
  const { administrator, client, connector } = await scene(t);
  await command(connector, 'create-user');
  const caughtUp = await client.readLogs({ since: EPOCH });
  const published = '2024-05-01T10:00:00.000Z';
  await administrator('POST', '/logs', {
    eventType: 'user.lifecycle.deactivate',
    published,
    outcome: { result: 'FAILURE' },
  });

  const { events } = await client.readLogs({ next: caughtUp.next ?? '' });

  assert.deepEqual(
    events.map((event) => [event.eventType, event.published, event.outcome?.result, event.target]),
    [['user.lifecycle.deactivate', published, 'FAILURE', []]],
  );
});

test('a window is read to its end, which has no link', async (t) => {
  const { client, connector } = await scene(t);
  await command(connector, 'create-user');
  const until = new Date(Date.now() + 60_000).toISOString();

  const first = await client.readLogs({ since: EPOCH, until, limit: 1 });
  const second = await client.readLogs({ next: first.next ?? '' });

  assert.deepEqual(typesOf([...first.events, ...second.events]), ['user.lifecycle.create', 'user.lifecycle.activate']);
  assert.equal(second.next, null);
});

test('a link to another host is refused before anything is sent', async (t) => {
  const { app, client } = await scene(t);
  app.forgetRequests();

  const failure = await failureOf(client.readLogs({ next: 'https://elsewhere.example.com/api/v1/logs?after=1' }));

  assert.equal(failure.kind, 'configuration');
  assert.deepEqual(app.requests(), []);
});
