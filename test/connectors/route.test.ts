import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { bearerAuth, noAuth } from '../../activities/connectors/http-auth.js';
import { createHttpClient } from '../../activities/connectors/http.js';
import { oauthAuth } from '../../activities/connectors/oauth.js';
import { startProxy, setProxies } from './support/forward-proxy.js';
import { failureOf, json } from './support/http-peer.js';
import { createClientCertificate, startTlsPeer } from './support/tls-peer.js';
import type { HttpClient, HttpClientOptions } from '../../activities/connectors/http.js';
import type { Peer } from './support/http-peer.js';

const GET = { method: 'GET', path: 'things', label: 'things' } as const;
const OK = json({ ok: true });

const hostOf = ({ url }: Peer): string => new URL(url).host;

/** A client that is closed with the test. */
function clientOf(t: TestContext, peer: Peer, options: Partial<HttpClientOptions>): HttpClient {
  const http = createHttpClient({
    baseUrl: peer.url,
    instanceName: 'App',
    auth: noAuth(),
    timeoutMs: 5_000,
    ...options,
  });
  t.after(() => http.close());
  return http;
}

test('shows its certificate to a server that demands one', async (t) => {
  const peer = await startTlsPeer(t, [OK]);

  const { body } = await clientOf(t, peer, peer).request(GET);

  assert.deepEqual(body, { ok: true });
});

test('names the settings of a certificate that a server demands', async (t) => {
  const peer = await startTlsPeer(t, [OK]);

  const error = await failureOf(clientOf(t, peer, { ca: peer.ca }).request(GET));

  assert.equal(error.kind, 'configuration');
  assert.match(
    error.message,
    /^App: GET things failed: the server refused .*set clientCertificateFile and clientKeyFile/,
  );
  assert.equal(peer.seen.length, 0);
});

test('is answered nothing with a certificate that the server does not know', async (t) => {
  const peer = await startTlsPeer(t, [OK]);
  const clientCertificate = await createClientCertificate();

  await failureOf(clientOf(t, peer, { ca: peer.ca, clientCertificate }).request(GET));

  assert.equal(peer.seen.length, 0);
});

test('goes through the proxy of the environment, signed in, and tells the application nothing of it', async (t) => {
  const proxy = await startProxy(t);
  const peer = await startTlsPeer(t, [OK]);
  setProxies(t, { HTTPS_PROXY: proxy.url });
  const http = clientOf(t, peer, { ...peer, proxy: true, auth: bearerAuth('token') });

  await http.request(GET);
  await http.request(GET);

  assert.deepEqual([...new Set(proxy.tunnels)], [hostOf(peer)]);
  assert.deepEqual(
    peer.seen.map(({ headers }) => [headers.authorization, headers['proxy-authorization']]),
    [
      ['Bearer token', undefined],
      ['Bearer token', undefined],
    ],
  );
});

test('fetches tokens through the same proxy and with the same certificates as it calls the application', async (t) => {
  const proxy = await startProxy(t);
  const peer = await startTlsPeer(t, [json({ access_token: 't1' }), OK]);
  setProxies(t, { HTTPS_PROXY: proxy.url });
  const { ca, clientCertificate } = peer;
  const transport = { instanceName: 'App', timeoutMs: 5_000, proxy: true, ca, clientCertificate };
  const grant = { type: 'client-credentials', clientId: 'id', clientSecret: 'secret', sendAs: 'basic' } as const;
  const auth = oauthAuth({ tokenUrl: `${peer.url}/token`, settingsPath: 'settings.oauth', grant }, transport);

  await clientOf(t, peer, { ...transport, auth }).request(GET);

  assert.deepEqual(proxy.tunnels, [hostOf(peer), hostOf(peer)]);
  assert.deepEqual(
    peer.seen.map(({ method, url }) => `${method} ${url}`),
    ['POST /token', 'GET /things'],
  );
});

test('checks the certificate of the application behind a proxy, too', async (t) => {
  const proxy = await startProxy(t);
  const peer = await startTlsPeer(t, [OK]);
  setProxies(t, { HTTPS_PROXY: proxy.url });

  const untrusted = await failureOf(clientOf(t, peer, { proxy: true }).request(GET));
  const refused = await failureOf(clientOf(t, peer, { proxy: true, ca: peer.ca }).request(GET));

  assert.deepEqual([untrusted.kind, refused.kind], ['configuration', 'configuration']);
  assert.match(untrusted.message, /set caFile/);
  assert.match(refused.message, /set clientCertificateFile/);
});

test('leaves the proxy out for what NO_PROXY names, and where the instance does not ask for it', async (t) => {
  const proxy = await startProxy(t);
  const peer = await startTlsPeer(t, [OK]);
  setProxies(t, { HTTPS_PROXY: proxy.url });
  await clientOf(t, peer, { ...peer }).request(GET);
  setProxies(t, { HTTPS_PROXY: proxy.url, NO_PROXY: `other.example.com,${hostOf(peer)}` });
  await clientOf(t, peer, { ...peer, proxy: true }).request(GET);

  assert.deepEqual(proxy.tunnels, []);
  assert.equal(peer.seen.length, 2);
});

test('names HTTPS_PROXY when the proxy refuses the password, and no secret', async (t) => {
  const proxy = await startProxy(t);
  const peer = await startTlsPeer(t, [OK]);
  setProxies(t, { HTTPS_PROXY: `http://svc:wrong-secret@${proxy.host}` });

  const error = await failureOf(clientOf(t, peer, { ...peer, proxy: true }).request(GET));

  assert.equal(error.kind, 'configuration');
  assert.match(error.message, /the proxy answered 407; put user name and password into HTTPS_PROXY/);
  assert.doesNotMatch(error.message, /wrong-secret|svc:/);
  assert.deepEqual([proxy.tunnels.length, peer.seen.length], [0, 0]);
});

for (const [status, kind, message] of [
  [403, 'configuration', /the proxy answered 403; let the proxy connect .* NO_PROXY/],
  [503, 'transient', /the proxy answered 503\.$/],
] as const) {
  test(`takes a ${status} of the proxy for ${kind}`, async (t) => {
    const proxy = await startProxy(t, { refusal: status });
    const peer = await startTlsPeer(t, [OK]);
    setProxies(t, { HTTPS_PROXY: proxy.url });

    const error = await failureOf(clientOf(t, peer, { ...peer, proxy: true }).request(GET));

    assert.equal(error.kind, kind);
    assert.match(error.message, message);
  });
}

test('refuses a proxy whose address is none, without showing it', async (t) => {
  const peer = await startTlsPeer(t, [OK]);
  setProxies(t, { HTTPS_PROXY: 'http://svc:proxy-secret@[' });

  assert.throws(() => clientOf(t, peer, { proxy: true }), {
    kind: 'configuration',
    message: 'App: HTTPS_PROXY or HTTP_PROXY is no address of a proxy; write http://host:port.',
  });
});
