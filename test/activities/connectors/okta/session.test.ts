import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createOktaConnector, OKTA_BRAND } from '../../../../activities/connectors/okta.js';
import { oktaSettingsSchema } from '../../../../activities/connectors/okta/settings.js';
import { optionsOf } from '../../../connectors/support/app-target.js';
import { settingFault } from '../../../connectors/support/faults.js';
import { failureOf, json, peerOf } from '../../../connectors/support/http-peer.js';
import type { OktaConnector } from '../../../../activities/connectors/okta.js';
import type { Answer, Peer } from '../../../connectors/support/http-peer.js';

const GROUP = { id: '00g1', profile: { name: 'Sales' } };
const member = (id: string): unknown => ({ id, status: 'ACTIVE', profile: { login: `${id}@example.com` } });
const next = (url: string): Record<string, string> => ({
  link: `<${url}/api/v1/groups/00g1/users?limit=2>; rel="self", <${url}/api/v1/groups/00g1/users?after=x>; rel="next"`,
});

/** A connector to a server whose answers the test writes; they may depend on the server's own address. */
async function answering(
  t: TestContext,
  answers: (url: () => string) => readonly Answer[],
): Promise<{ readonly peer: Peer; readonly connector: OktaConnector }> {
  let url = '';
  const peer = await peerOf(...answers(() => url));
  url = peer.url;
  t.after(() => peer.close());
  const settings = oktaSettingsSchema.parse({ url, apiToken: 'a-secret-token' });
  return { peer, connector: createOktaConnector(settings, optionsOf(OKTA_BRAND)) };
}

test('follows the link to the next page as it stands', async (t) => {
  const { peer, connector } = await answering(t, (url) => [
    json(GROUP),
    (request, response) => json([member('u1')], 200, next(url()))(request, response),
    json([member('u2')]),
  ]);

  const group = await connector.getGroup({ id: '00g1' }, true);

  assert.deepEqual(group?.members, ['u1', 'u2']);
  assert.deepEqual(
    peer.seen.map(({ url }) => url),
    ['/api/v1/groups/00g1', '/api/v1/groups/00g1/users?limit=200', '/api/v1/groups/00g1/users?after=x'],
  );
  assert.equal(peer.seen[2]?.headers.authorization, 'SSWS a-secret-token');
});

test('never takes the token to another host, whatever a link says', async (t) => {
  const stranger = await peerOf(json([]));
  t.after(() => stranger.close());
  const { connector } = await answering(t, () => [json(GROUP), json([member('u1')], 200, next(stranger.url))]);

  const failure = await failureOf(connector.getGroup({ id: '00g1' }, true));

  assert.equal(failure.kind, 'configuration');
  assert.match(failure.message, /leads to another address; set settings\.url/);
  assert.deepEqual(stranger.seen, []);
});

test('gives up pages that lead in a circle', async (t) => {
  const { connector } = await answering(t, (url) => [
    json(GROUP),
    (request, response) => json([member('u1')], 200, next(url()))(request, response),
  ]);

  const failure = await failureOf(connector.getGroup({ id: '00g1' }, true));

  assert.match(failure.message, /leads back to one that was read/);
});

test('an answer of another shape names its place and nobody', async (t) => {
  const { connector } = await answering(t, () => [json([{ id: '00u1', profile: { login: 'pat@example.com' } }])]);

  const failure = await failureOf(connector.find({ attribute: 'login', value: 'pat@example.com' }, {}));

  assert.equal(failure.code, 'unexpected-answer');
  assert.match(failure.message, /'0\.status'/);
  assert.doesNotMatch(failure.message, /pat@/);
});

test('a user that is still being activated takes its changes at the next attempt', async (t) => {
  const user = { id: '00u1', status: 'DEPROVISIONED', profile: { login: 'pat@example.com', title: 'Engineer' } };
  const refusal = {
    errorCode: 'E0000038',
    errorSummary: "This operation is not allowed in the user's current status.",
  };
  const { connector } = await answering(t, () => [json([user]), json({}), json(user), json(refusal, 403)]);
  const before = await connector.find({ attribute: 'id', value: '00u1' }, {});
  assert.ok(before);

  const enabled = await connector.enable('00u1', before);
  const failure = await failureOf(connector.update('00u1', { username: 'pat@example.com', title: 'Lead' }, enabled));

  assert.equal(enabled.active, true);
  assert.deepEqual([failure.kind, failure.retryable], ['transient', true]);
});

test('an activation that is under way already is what was asked for', async (t) => {
  const user = { id: '00u1', status: 'STAGED', profile: { login: 'pat@example.com' } };
  const { connector } = await answering(t, () => [
    json([user]),
    json({ errorCode: 'E0000016', errorSummary: 'Activation failed because the user is already active' }, 403),
    json({ ...user, status: 'ACTIVE' }),
  ]);
  const before = await connector.find({ attribute: 'id', value: '00u1' }, {});
  assert.ok(before);

  const enabled = await connector.enable('00u1', before);

  assert.deepEqual([enabled.active, enabled.isDormant], [true, undefined]);
});

const SETTINGS: readonly (readonly [string, unknown, RegExp])[] = [
  ['no address', { apiToken: 't' }, /url/],
  ['no token', { url: 'https://example.okta.com' }, /apiToken/],
  ['an empty token', { url: 'https://example.okta.com', apiToken: '' }, /apiToken must not be empty/],
  ['an address of another kind', { url: 'ldap://example.okta.com', apiToken: 't' }, /url must be the organisation's/],
  ['the path of the API', { url: 'https://example.okta.com/api/v1', apiToken: 't' }, /url must not end with \/api\/v1/],
  ["the administrators' site", { url: 'https://example-admin.okta.com', apiToken: 't' }, /without -admin/],
  ['a page that Okta never gives', { url: 'https://example.okta.com', apiToken: 't', pageSize: 500 }, /pageSize/],
  ['a misspelt setting', { url: 'https://example.okta.com', apiToken: 't', pagesize: 5 }, /pagesize/],
];

for (const [title, settings, expected] of SETTINGS) {
  test(`refuses settings with ${title}`, () => {
    assert.throws(() => OKTA_BRAND.create(settings, optionsOf(OKTA_BRAND), settingFault), expected);
  });
}

test('a failing server is tried again soon, although it tells the end of the quota with every answer', async (t) => {
  const headers = { 'x-rate-limit-remaining': '599', 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + 50) };
  const { connector } = await answering(t, () => [json({ errorCode: 'E0000009' }, 500, headers)]);

  const failure = await failureOf(connector.getGroup({ id: '00g1' }, false));

  assert.deepEqual([failure.kind, failure.options.retryAfterMs], ['transient', undefined]);
});
