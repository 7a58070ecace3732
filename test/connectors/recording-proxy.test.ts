import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { SCIM_BRAND } from '../../activities/connectors/scim.js';
import { openApiDescription } from './support/api-description.js';
import { json, peerOf } from './support/http-peer.js';
import { openRecordedApp } from './support/recorded-app.js';
import { recordingProxy } from './support/recording-proxy.js';
import type { Answer, Peer } from './support/http-peer.js';
import type { RecordingProxy } from './support/recording-proxy.js';

const BASE_PATHS = {
  'github-organization': '/scim/v2/organizations/example',
  'github-enterprise': '/scim/v2/enterprises/example',
};

const CUT: Answer = (_request, response) => {
  response.destroy();
};

for (const [dialect, basePath] of Object.entries(BASE_PATHS)) {
  test(`a search by ${dialect} is recorded in the form that the description is asked with`, async (t) => {
    const description = await openApiDescription('github-scim');
    const { app, connector, proxy, close } = await openRecordedApp(
      { brand: SCIM_BRAND, app: { kind: 'scim' }, settings: ({ baseUrl, token }) => ({ baseUrl, token, dialect }) },
      basePath,
    );
    t.after(close);
    const username = 'pat.example';
    const { id } = app.addUser({ userName: username, active: true, emails: [{ value: 'pat@example.com' }] });

    const found = await connector.find({ attribute: 'userName', value: username }, { username });

    assert.equal(found?.id, id);
    assert.deepEqual(
      proxy.requests().map(({ method, path, query }) => [method, path, query]),
      [['GET', `${basePath}/Users`, { filter: `userName eq "${username}"`, count: '10' }]],
    );
    assert.deepEqual(proxy.requests().flatMap(description.requestFaults), []);
    assert.equal(proxy.answers()[0]?.status, 200);
  });
}

test('records both bodies and passes them on as they are', async (t) => {
  const { peer, proxy } = await proxyOf(t, json({ id: 'u1' }, 201, { 'x-rate-limit-remaining': '7' }));

  const response = await fetch(`${proxy.url}/users?a=1&b=2&b=3`, {
    method: 'POST',
    body: '{"name": "Käthe"}',
    headers: { authorization: 'SSWS token' },
  });

  assert.deepEqual(
    [response.status, response.headers.get('x-rate-limit-remaining'), await response.json()],
    [201, '7', { id: 'u1' }],
  );
  assert.deepEqual([peer.seen[0]?.url, peer.seen[0]?.body], ['/app/users?a=1&b=2&b=3', '{"name": "Käthe"}']);
  const { request, answer } = proxy.exchanges()[0]!;
  assert.deepEqual(
    [request.query, request.body, request.headers['authorization']],
    [{ a: '1', b: ['2', '3'] }, { name: 'Käthe' }, 'SSWS token'],
  );
  assert.deepEqual(answer, { method: 'POST', path: '/api/v1/users', status: 201, body: { id: 'u1' } });
});

test('a connection that the application cuts is cut for the connector, too, and has no answer', async (t) => {
  const { proxy } = await proxyOf(t, CUT);

  await assert.rejects(fetch(`${proxy.url}/users`, { method: 'POST' }), /fetch failed/);

  assert.deepEqual(
    proxy.exchanges().map(({ request, answer }) => [request.method, answer]),
    [['POST', null]],
  );
});

test('an answer without a body is recorded without one', async (t) => {
  const { proxy } = await proxyOf(t, (_request, response) => response.writeHead(204).end());

  await fetch(`${proxy.url}/users/u1`, { method: 'DELETE' });

  assert.deepEqual(proxy.answers(), [{ method: 'DELETE', path: '/api/v1/users/u1', status: 204 }]);
});

test('links to further pages lead through the proxy', async (t) => {
  const { proxy } = await proxyOf(t, ({ headers }, response) => {
    response.setHeader('link', `<http://${headers.host}/app/users?after=2>; rel="next"`).end('[]');
  });

  const response = await fetch(`${proxy.url}/users`);

  assert.equal(response.headers.get('link'), `<${proxy.url}/users?after=2>; rel="next"`);
});

test('a request beside the described base path is answered 404 and recorded', async (t) => {
  const { peer, proxy } = await proxyOf(t, json({}));

  const response = await fetch(new URL('/elsewhere', proxy.url));

  assert.equal(response.status, 404);
  assert.deepEqual(peer.seen, []);
  assert.deepEqual(
    proxy.requests().map(({ path }) => path),
    ['/elsewhere'],
  );
});

test('forgets on demand', async (t) => {
  const { proxy } = await proxyOf(t, json({}));
  await fetch(`${proxy.url}/users`);

  proxy.forget();

  assert.deepEqual(proxy.exchanges(), []);
});

/** A proxy at `/api/v1` in front of a peer's `/app`. */
async function proxyOf(
  t: TestContext,
  answer: Answer,
): Promise<{ readonly peer: Peer; readonly proxy: RecordingProxy }> {
  const peer = await peerOf(answer);
  const proxy = await recordingProxy(`${peer.url}/app`, '/api/v1');
  t.after(async () => {
    await proxy.close();
    await peer.close();
  });
  return { peer, proxy };
}
