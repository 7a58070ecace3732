import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createOktaConnector, OKTA_BRAND } from '../../../../activities/connectors/okta.js';
import { oktaClient } from '../../../../activities/connectors/okta/client.js';
import { oktaSettingsSchema } from '../../../../activities/connectors/okta/settings.js';
import { COMMAND_CASES } from '../../../connectors/contract-commands.js';
import { HAZARD_CASES } from '../../../connectors/contract-hazards.js';
import { openApiDescription } from '../../../connectors/support/api-description.js';
import { optionsOf } from '../../../connectors/support/app-target.js';
import { json, peerOf } from '../../../connectors/support/http-peer.js';
import { recordingProxy } from '../../../connectors/support/recording-proxy.js';
import { OKTA_TARGET } from '../../../connectors/targets/okta.js';
import { addUser, callOkta, organisation } from './support.js';
import type { OktaConnector } from '../../../../activities/connectors/okta.js';
import type { OktaSettings } from '../../../../activities/connectors/okta/settings.js';
import type { ContractCase } from '../../../connectors/contract-application.js';
import type { RecordingProxy } from '../../../connectors/support/recording-proxy.js';

const description = await openApiDescription('okta');

/**
 * Where Okta itself differs from its description: an attribute is cleared by null, what an application is told of a
 * person and what an event tells of a request are texts, and an application has a list of logos.
 */
const KNOWN_GAPS: readonly RegExp[] = [
  /^POST \/api\/v1\/users\/\{userId\}: body\/profile\/\w+ must be string\.$/,
  /^GET \/api\/v1\/apps\/\{appId\}\/users\/\{userId\}: body\/profile\/\w+ must be object\.$/,
  /^GET \/api\/v1\/logs: body\/\d+\/debugContext\/debugData\/\w+ must be object\.$/,
  /^GET \/api\/v1\/apps(\/\{appId\})?: body(\/\d+)?\/_links\/logo must be object\.$/,
];

/** Okta's token is not fetched, and its disabled users stay. */
const shown = ({ needs }: ContractCase): boolean => needs !== 'expireToken' && needs !== 'disabledIsGone';

const isNew = (fault: string): boolean => !KNOWN_GAPS.some((gap) => gap.test(fault));

function assertDescribed(proxy: RecordingProxy): void {
  assert.ok(proxy.requests().length > 0);
  assert.deepEqual(proxy.requests().flatMap(description.requestFaults).filter(isNew), []);
  assert.deepEqual(proxy.answers().flatMap(description.answerFaults).filter(isNew), []);
}

/** A proxy before the API at this address, and settings that lead to it. */
async function proxied(
  t: TestContext,
  baseUrl: string,
  apiToken: string,
): Promise<{ readonly proxy: RecordingProxy; readonly settings: OktaSettings }> {
  const proxy = await recordingProxy(baseUrl, '/api/v1');
  t.after(() => proxy.close());
  return { proxy, settings: oktaSettingsSchema.parse({ url: new URL(proxy.url).origin, apiToken, pageSize: 2 }) };
}

for (const contractCase of [...COMMAND_CASES, ...HAZARD_CASES].filter(shown)) {
  test(`Okta describes what is sent and answered: ${contractCase.title}`, async (t) => {
    const application = await OKTA_TARGET.open();
    assert.ok('connector' in application && application.app !== undefined);
    t.after(application.close);
    const { proxy, settings } = await proxied(t, application.app.baseUrl, application.app.token);
    const connector = createOktaConnector(settings, optionsOf(OKTA_BRAND));

    await contractCase.run({ ...application, connector });

    if (application.app.requests().length > 0) assertDescribed(proxy);
  });
}

test('Okta describes what reads of groups, applications, schema and log are sent and answered', async (t) => {
  const { app } = await organisation(t);
  const { proxy, settings } = await proxied(t, app.baseUrl, app.token);
  const connector = createOktaConnector(settings, optionsOf(OKTA_BRAND));
  const client = oktaClient(settings, { instanceName: 'Okta', timeoutMs: 5_000 });
  const users = ['a', 'b', 'c'].map((name) => addUser(app, 'ACTIVE', { login: `${name}@example.com` }).id);
  const [user = ''] = users;
  const { body } = await callOkta(app, 'POST', '/apps', { label: 'Wiki' });
  const wiki = (body as { id: string }).id;
  await callOkta(app, 'POST', `/apps/${wiki}/users`, { id: user, profile: { seat: 'full' } });
  const { body: group } = await callOkta(app, 'POST', '/groups', { profile: { name: 'Staff' } });
  const { id } = group as { id: string };

  await connector.changeMembers(id, users, []);
  await connector.changeMembers(id, [user], [users[1] ?? '']);
  await connector.getGroup({ displayName: 'Staff' }, true);
  await connector.readAccess?.(user);
  await connector.describe();
  await client.listApps();
  await client.listApps('w');
  await client.getApp(wiki);
  await client.appAssignment(wiki, user);
  const filter = 'eventType eq "group.user_membership.add" or target.id eq "00u1"';
  const { next } = await client.readLogs({ since: '2020-01-01T00:00:00Z', filter, limit: 1 });
  await client.readLogs({ next: next ?? '' });
  await client.readLogs({ since: '2020-01-01T00:00:00Z', until: new Date().toISOString() });

  assertDescribed(proxy);
});

/** A connector to a server that gives one described answer for good. */
async function toldOnly(t: TestContext, answer: unknown): Promise<OktaConnector> {
  const peer = await peerOf(json(answer));
  t.after(() => peer.close());
  return createOktaConnector(oktaSettingsSchema.parse({ url: peer.url, apiToken: 'a-token' }), optionsOf(OKTA_BRAND));
}

test('a list of users as Okta describes it is understood', async (t) => {
  const users = description.sampleAnswer('GET', '/api/v1/users', 200) as readonly { readonly id: string }[];
  const connector = await toldOnly(t, users);

  const found = await connector.find({ attribute: 'id', value: users[0]?.id ?? '' }, {});

  assert.ok(found);
  assert.deepEqual([found.id, found.active], [users[0]?.id, true]);
  assert.equal((await connector.toProfile(found)).username, found.username);
});

for (const [method, path, status] of [
  ['POST', '/api/v1/users', 200],
  ['GET', '/api/v1/users/00u1', 200],
  ['POST', '/api/v1/users/00u1', 200],
] as const) {
  test(`a user as Okta describes the answer to ${method} ${path} is understood`, async (t) => {
    const user = description.sampleAnswer(method, path, status) as { readonly id: string };
    const connector = await toldOnly(t, user);
    const before = {
      id: user.id,
      username: null,
      email: null,
      active: true,
      raw: { ...user, status: 'STAGED', profile: {} },
    };

    const made =
      method === 'GET'
        ? await connector.enable(user.id, before)
        : await connector.update(user.id, { title: 'Lead' }, before);

    assert.deepEqual([made.id, made.active], [user.id, true]);
  });
}

test('groups, applications and the schema as Okta describes them are understood', async (t) => {
  const sample = (path: string): unknown => description.sampleAnswer('GET', path, 200);
  const group = sample('/api/v1/groups/00g1') as { readonly id: string; readonly profile: { readonly name: string } };

  const read = await (await toldOnly(t, group)).getGroup({ id: group.id }, false);
  const named = await (
    await toldOnly(t, sample('/api/v1/groups'))
  ).getGroup({ displayName: group.profile.name }, false);
  const attributes = await (await toldOnly(t, sample('/api/v1/meta/schemas/user/default'))).describe();
  const peer = await peerOf(
    json(sample('/api/v1/apps/0oa1')),
    json(sample('/api/v1/apps/0oa1/users/00u1')),
    json(sample('/api/v1/apps')),
  );
  t.after(() => peer.close());
  const settings = oktaSettingsSchema.parse({ url: peer.url, apiToken: 'a-token' });
  const client = oktaClient(settings, { instanceName: 'Okta', timeoutMs: 5_000 });
  const app = await client.getApp('0oa1');
  const assignment = await client.appAssignment('0oa1', '00u1');
  const apps = await client.listApps();

  assert.deepEqual([read?.displayName, named?.displayName], [group.profile.name, group.profile.name]);
  assert.ok('login' in attributes);
  assert.deepEqual([app?.status, apps.length, assignment?.scope], ['ACTIVE', 1, 'string']);
});
