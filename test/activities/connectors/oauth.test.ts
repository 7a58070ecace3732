import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createHttpClient } from '../../../activities/connectors/http.js';
import { oauthAuth } from '../../../activities/connectors/oauth.js';
import { failureOf, json, peerOf } from '../../connectors/support/http-peer.js';
import type { OAuthGrant, OAuthOptions } from '../../../activities/connectors/oauth.js';
import type { Answer, Peer } from '../../connectors/support/http-peer.js';

const SECRETS = {
  clientId: 'a client',
  clientSecret: 'top:secret',
  username: 'svc@example.com',
  password: 'pass-word',
};
const BASIC: OAuthGrant = { type: 'client-credentials', ...SECRETS, sendAs: 'basic' };
const TOKEN = { access_token: 't1', expires_in: 3_600 };

/** A token service, ended with the test, and what fetches its tokens. */
async function fetching(
  t: TestContext,
  answers: readonly Answer[],
  options: Partial<OAuthOptions> = {},
): Promise<{ readonly peer: Peer; readonly auth: ReturnType<typeof oauthAuth> }> {
  const peer = await peerOf(...answers);
  const auth = oauthAuth(
    { tokenUrl: `${peer.url}/oauth/token?tenant=1`, settingsPath: 'settings.oauth', grant: BASIC, ...options },
    { instanceName: 'App', timeoutMs: 5_000 },
  );
  t.after(async () => {
    await auth.close?.();
    await peer.close();
  });
  return { peer, auth };
}

const formOf = (peer: Peer): unknown => Object.fromEntries(new URLSearchParams(peer.seen[0]?.body));

test('sends client credentials as Basic, encoded before they are joined, with the scope', async (t) => {
  const { peer, auth } = await fetching(t, [json(TOKEN)], { scope: 'users' });

  assert.deepEqual(await auth.headers(), { authorization: 'Bearer t1' });

  const [request] = peer.seen;
  assert.deepEqual([request?.method, request?.url], ['POST', '/oauth/token?tenant=1']);
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from('a%20client:top%3Asecret').toString('base64')}`);
  assert.deepEqual(formOf(peer), { grant_type: 'client_credentials', scope: 'users' });
});

const FORMS: readonly (readonly [string, OAuthGrant, Record<string, string>])[] = [
  [
    'client credentials in the form',
    { type: 'client-credentials', ...SECRETS, sendAs: 'form' },
    { grant_type: 'client_credentials', client_id: 'a client', client_secret: 'top:secret' },
  ],
  [
    'user name and password',
    { type: 'password', ...SECRETS },
    {
      grant_type: 'password',
      client_id: 'a client',
      client_secret: 'top:secret',
      username: 'svc@example.com',
      password: 'pass-word',
    },
  ],
  [
    'a signed assertion',
    { type: 'jwt-bearer', assertion: () => Promise.resolve('header.claims.signature') },
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'header.claims.signature' },
  ],
];

for (const [title, grant, form] of FORMS) {
  test(`sends ${title}, and nothing of it elsewhere`, async (t) => {
    const { peer, auth } = await fetching(t, [json(TOKEN)], { grant });

    await auth.headers();

    assert.deepEqual(formOf(peer), form);
    assert.equal(peer.seen[0]?.headers.authorization, undefined);
    assert.equal(peer.seen[0]?.url, '/oauth/token?tenant=1');
  });

  test(`names no secret when a token is refused that was asked for by ${title}`, async (t) => {
    const description = `${Object.values(SECRETS).join(' ')} header.claims.signature is wrong`;
    const { auth } = await fetching(t, [json({ error: 'invalid_grant', error_description: description }, 400)], {
      grant,
    });

    const error = await failureOf(auth.headers());

    assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
    assert.match(error.message, /^App: POST the token answered 400: invalid_grant .*check the credentials/);
    for (const [name, value] of Object.entries(form)) {
      if (name !== 'grant_type') assert.ok(!error.message.includes(value), error.message);
    }
  });
}

const REFUSALS: readonly (readonly [string, unknown, number, string, RegExp])[] = [
  ['an unknown client', { error: 'invalid_client' }, 401, 'unauthorized', /check the credentials/],
  ['an unknown scope', { error: 'invalid_scope' }, 400, 'configuration', /check settings\.oauth/],
  ['a service that is down', { error: 'server_error' }, 503, 'transient', /503/],
  ['a limit', {}, 429, 'rate-limited', /429/],
  ['an answer without a token', { token: 'x' }, 200, 'configuration', /check settings\.oauth\.tokenUrl/],
];

for (const [title, body, status, kind, message] of REFUSALS) {
  test(`takes ${title} for ${kind}`, async (t) => {
    const { auth } = await fetching(t, [json(body, status)]);

    const error = await failureOf(auth.headers());

    assert.equal(error.kind, kind);
    assert.match(error.message, message);
  });
}

test('names the setting that holds the address, where a brand has it elsewhere', async (t) => {
  const { auth } = await fetching(t, [json({})], { addressSetting: 'settings.url' });

  assert.match((await failureOf(auth.headers())).message, /check settings\.url\.$/);
});

test('fetches no second token while the first is good, and hands the whole answer on', async (t) => {
  const answers: unknown[] = [];
  const { peer, auth } = await fetching(
    t,
    [json({ ...TOKEN, expires_in: '3600', instance_url: 'https://crm.example.com' })],
    { onToken: (answer) => answers.push(answer['instance_url']) },
  );

  await auth.headers();
  await auth.headers();

  assert.deepEqual([peer.seen.length, answers], [1, ['https://crm.example.com']]);
});

test('makes a new assertion for each token, and fetches one after a refusal', async (t) => {
  let made = 0;
  const grant: OAuthGrant = { type: 'jwt-bearer', assertion: () => `assertion-${++made}` };
  const { peer, auth } = await fetching(t, [json(TOKEN), json({ ...TOKEN, access_token: 't2' })], { grant });
  const api = await peerOf(json({}, 401), json({ ok: true }));
  t.after(() => api.close());
  const http = createHttpClient({ baseUrl: api.url, instanceName: 'App', auth, timeoutMs: 5_000 });

  await http.request({ method: 'GET', path: 'things', label: 'things' });

  assert.deepEqual(
    api.seen.map(({ headers }) => headers.authorization),
    ['Bearer t1', 'Bearer t2'],
  );
  assert.match(peer.seen[1]?.body ?? '', /assertion-2/);
});

test('ends what fetches tokens together with the client that uses them', async () => {
  let closed = 0;
  const auth = { ...oauthAuthOf('http://127.0.0.1:9'), close: async () => void (closed += 1) };
  const http = createHttpClient({ baseUrl: 'http://127.0.0.1:9', instanceName: 'App', auth, timeoutMs: 5_000 });

  await http.close();

  assert.equal(closed, 1);
});

const oauthAuthOf = (tokenUrl: string): ReturnType<typeof oauthAuth> =>
  oauthAuth({ tokenUrl, settingsPath: 'settings.oauth', grant: BASIC }, { instanceName: 'App', timeoutMs: 5_000 });
