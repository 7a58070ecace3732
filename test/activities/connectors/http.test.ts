import assert from 'node:assert/strict';
import { createServer as createTlsServer } from 'node:https';
import { test } from 'node:test';

import { basicAuth, bearerAuth, noAuth, queryAuth, tokenAuth } from '../../../activities/connectors/http-auth.js';
import { retryDelayMs } from '../../../activities/connectors/http-errors.js';
import { createHttpClient, pathPart } from '../../../activities/connectors/http.js';
import { createCertificates } from '../../../sandbox/peer/certificate.js';
import { failureOf, json, listen, listener, peerOf } from '../../connectors/support/http-peer.js';
import type { HttpClientOptions, HttpRequest } from '../../../activities/connectors/http.js';
import type { Answer, Peer, SeenRequest } from '../../connectors/support/http-peer.js';

const GET: HttpRequest = { method: 'GET', path: 'things', label: 'things' };

const clientOf = (peer: Peer, options: Partial<HttpClientOptions> = {}): ReturnType<typeof createHttpClient> =>
  createHttpClient({ baseUrl: peer.url, instanceName: 'App', auth: noAuth(), timeoutMs: 5_000, ...options });

test('sends credentials, a user agent and encoded query values', async () => {
  const peer = await peerOf(json({}));
  const client = clientOf(peer, { baseUrl: `${peer.url}/api/`, auth: basicAuth('käthe', 'a:b') });

  await client.request({ ...GET, query: { q: 'a+b&c="ü"' } });

  const [request] = peer.seen;
  assert.equal(request?.url, '/api/things?q=a%2Bb%26c%3D%22%C3%BC%22');
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from('käthe:a:b').toString('base64')}`);
  assert.match(request?.headers['user-agent'] ?? '', /identity-lifecycle-engine/);
  await peer.close();
});

const STATUSES: readonly (readonly [number, Record<string, string>, string])[] = [
  [400, {}, 'validation'],
  [401, {}, 'unauthorized'],
  [403, {}, 'unauthorized'],
  [403, { 'retry-after': '1' }, 'rate-limited'],
  [403, { 'x-ratelimit-remaining': '0' }, 'rate-limited'],
  [404, {}, 'not-found'],
  [408, {}, 'transient'],
  [409, {}, 'conflict'],
  [422, {}, 'validation'],
  [425, {}, 'transient'],
  [429, {}, 'rate-limited'],
  [500, {}, 'transient'],
  [501, {}, 'configuration'],
  [502, {}, 'transient'],
  [503, {}, 'transient'],
  [504, {}, 'transient'],
];

for (const [status, headers, kind] of STATUSES) {
  test(`takes ${status} ${JSON.stringify(headers)} for ${kind}`, async () => {
    const peer = await peerOf(json({}, status, headers));

    const error = await failureOf(clientOf(peer).request(GET));

    assert.deepEqual([error.kind, error.code], [kind, String(status)]);
    assert.equal(peer.seen.length, 1);
    await peer.close();
  });
}

const NOW = Date.parse('2030-01-01T00:00:00Z');
const DELAYS: readonly (readonly [string, Record<string, string>, number | undefined])[] = [
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['a date', { 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT' }, 30_000],
  ['a date in the past', { 'retry-after': 'Mon, 31 Dec 2029 23:00:00 GMT' }, 0],
  ['a reset in epoch seconds', { 'x-ratelimit-reset': String(NOW / 1_000 + 12) }, 12_000],
  ['seconds before a reset', { 'retry-after': '1', 'x-ratelimit-reset': String(NOW / 1_000 + 12) }, 1_000],
  ['an hour, capped', { 'retry-after': '3600' }, 900_000],
  ['a reset in epoch milliseconds', { 'x-rate-limit-reset': String(NOW + 12_000) }, 12_000],
  ['a reset in seconds from now', { 'x-ratelimit-reset': '12' }, 12_000],
  ['a reset that is past', { 'x-ratelimit-reset': String(NOW / 1_000 - 5) }, 0],
  ['a reset that is no number', { 'x-ratelimit-reset': 'soon' }, undefined],
  ['nonsense', { 'retry-after': 'soon' }, undefined],
  ['nothing', {}, undefined],
];

for (const [title, headers, expected] of DELAYS) {
  test(`reads the delay of an answer: ${title}`, () => {
    assert.equal(retryDelayMs(new Headers(headers), NOW), expected);
  });
}

test('waits half a minute where a limit names no delay', async () => {
  const peer = await peerOf(json({}, 429));

  const error = await failureOf(clientOf(peer).request(GET));

  assert.equal(error.options.retryAfterMs, 30_000);
  await peer.close();
});

test('waits as long as the error itself says where no header does', async () => {
  const peer = await peerOf(json({}, 403));
  const client = clientOf(peer, { faultOf: () => ({ kind: 'rate-limited', retryAfterMs: 900_000 }) });

  assert.equal((await failureOf(client.request(GET))).options.retryAfterMs, 900_000);
  await peer.close();
});

test('asks at the address that came with the token', async () => {
  const peer = await peerOf(json({}));
  let address = 'http://nowhere.invalid';
  const auth = tokenAuth(() => {
    address = `${peer.url}/tenant`;
    return Promise.resolve({ token: 't' });
  });

  await clientOf(peer, { auth, baseUrl: () => address }).request(GET);

  assert.equal(peer.seen[0]?.url, '/tenant/things');
  await peer.close();
});

test('fetches a refused token anew once and no more', async () => {
  const peer = await peerOf(json({}, 401));
  let fetched = 0;
  const auth = tokenAuth(() => Promise.resolve({ token: `t${++fetched}` }));

  const error = await failureOf(clientOf(peer, { auth }).request(GET));

  assert.equal(error.kind, 'unauthorized');
  assert.deepEqual(
    peer.seen.map(({ headers }) => headers.authorization),
    ['Bearer t1', 'Bearer t2'],
  );
  await peer.close();
});

test('shares one token among requests, and fetches the next shortly before it expires', async () => {
  let now = 0;
  let fetched = 0;
  const auth = tokenAuth(
    () => Promise.resolve({ token: `t${++fetched}`, expiresInMs: 120_000 }),
    () => now,
  );

  const [one, two] = await Promise.all([auth.headers(), auth.headers()]);
  now = 61_000;
  const later = await auth.headers();

  assert.deepEqual(
    [one, two, later].map((headers) => headers['authorization']),
    ['Bearer t1', 'Bearer t1', 'Bearer t2'],
  );
});

test('fetches the next token once for all requests that find it expired', async () => {
  let now = 0;
  let fetched = 0;
  const auth = tokenAuth(
    () => Promise.resolve({ token: `t${++fetched}`, expiresInMs: 120_000 }),
    () => now,
  );
  await auth.headers();
  now = 120_000;

  await Promise.all([auth.headers(), auth.headers(), auth.headers()]);

  assert.equal(fetched, 2);
});

test('keeps a token that another request fetched after the same refusal', async () => {
  let fetched = 0;
  const auth = tokenAuth(() => Promise.resolve({ token: `t${++fetched}` }));
  const refused = await auth.headers();

  auth.renew?.(refused);
  await auth.headers();
  auth.renew?.(refused);

  assert.deepEqual(await auth.headers(), { authorization: 'Bearer t2' });
});

test('tries again after a token could not be fetched', async () => {
  let fetched = 0;
  const auth = tokenAuth(() => (++fetched === 1 ? Promise.reject(new Error('down')) : Promise.resolve({ token: 't' })));

  await assert.rejects(auth.headers(), /down/);
  assert.deepEqual(await auth.headers(), { authorization: 'Bearer t' });
});

test('sends a key as a query parameter and shows it in no message', async () => {
  const peer = await peerOf(json({ detail: 'the key a/secret&key is not known' }, 401));
  const auth = queryAuth('api_key', 'a/secret&key');
  const client = clientOf(peer, { auth, faultOf: (_status, body) => ({ text: (body as { detail: string }).detail }) });

  const error = await failureOf(client.request({ ...GET, query: { page: '1' } }));

  assert.equal(peer.seen[0]?.url, '/things?page=1&api_key=a%2Fsecret%26key');
  assert.match(error.message, /the key \*\*\* is not known/);
  await peer.close();
  const lost = await failureOf(client.request(GET));
  assert.doesNotMatch(lost.message, /secret/);
});

test('never follows a redirect to another host with credentials', async () => {
  const other = await peerOf(json({}));
  const peer = await peerOf((_request, response) => {
    response.writeHead(302, { location: `${other.url}/things` }).end();
  });

  const error = await failureOf(clientOf(peer, { auth: bearerAuth('secret-token') }).request(GET));

  assert.equal(error.kind, 'configuration');
  assert.equal(other.seen.length, 0);
  await Promise.all([peer.close(), other.close()]);
});

test('follows a redirect of a read on the same host, and never one of a write', async () => {
  const redirect: Answer = (_request, response) => {
    response.writeHead(307, { location: '/moved' }).end();
  };
  const peer = await peerOf(redirect, json({ ok: true }), redirect);
  const client = clientOf(peer);

  assert.deepEqual((await client.request(GET)).body, { ok: true });
  assert.equal((await failureOf(client.request({ ...GET, method: 'POST', body: {} }))).kind, 'configuration');
  await peer.close();
});

test('gives up when no answer comes in time', async () => {
  const peer = await peerOf(() => undefined);

  const error = await failureOf(clientOf(peer, { timeoutMs: 50 }).request(GET));

  assert.equal(error.kind, 'transient');
  assert.match(error.message, /in time/);
  await peer.close();
});

test('takes a connection that is reset, or refused, for a passing fault', async () => {
  const peer = await peerOf((_request, response) => response.destroy());
  const client = clientOf(peer);

  const reset = await failureOf(client.request(GET));
  await peer.close();
  const refused = await failureOf(client.request(GET));

  assert.deepEqual([reset.kind, refused.kind], ['transient', 'transient']);
  assert.match(refused.message, /ECONNREFUSED/);
});

test('stops reading an answer that is far too large', async () => {
  const peer = await peerOf(json({ text: 'x'.repeat(5_000) }));

  const error = await failureOf(clientOf(peer, { largestAnswer: 1_000 }).request(GET));

  assert.deepEqual([error.kind, /more than 1000 bytes/.test(error.message)], ['validation', true]);
  await peer.close();
});

test('names a success that is not JSON as a wrong address', async () => {
  const peer = await peerOf((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
  });

  const error = await failureOf(clientOf(peer).request(GET));

  assert.equal(error.kind, 'configuration');
  assert.match(error.message, /text\/html/);
  await peer.close();
});

/** An answer of any content type. */
const text =
  (body: string, type: string, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };

test('takes JSON under any content type, with a byte order mark or without', async () => {
  const peer = await peerOf(text('{"ok":true}', 'text/html'), text('\uFEFF{"ok":true}', 'text/plain'));
  const client = clientOf(peer);

  const bodies = [(await client.request(GET)).body, (await client.request(GET)).body];

  assert.deepEqual(bodies, [{ ok: true }, { ok: true }]);
  await peer.close();
});

const PAGE = '<html>Sorry</html>';
const PAGES: readonly (readonly [string, Answer, string])[] = [
  ['a page with status 502', text(PAGE, 'text/html', 502), 'transient'],
  ['a page with status 429', text(PAGE, 'text/html', 429), 'rate-limited'],
  ['a page with status 404', text(PAGE, 'text/html', 404), 'not-found'],
  ['a huge page with status 503', text('x'.repeat(5_000), 'text/html', 503), 'transient'],
  ['JSON that is cut off', text('{"Resources":[{"id":"4', 'application/scim+json'), 'transient'],
];

for (const [title, answer, kind] of PAGES) {
  test(`takes ${title} for ${kind}`, async () => {
    const peer = await peerOf(answer);

    const error = await failureOf(clientOf(peer, { largestAnswer: 1_000 }).request(GET));

    assert.equal(error.kind, kind);
    await peer.close();
  });
}

test('keeps 64-bit ids where asked to, and never changes digits inside texts', async () => {
  const peer = await peerOf((_request, response) => {
    response.end(
      '{"id":9007199254740993,"small":42,"rate":1.2345678901234567,"text":"9007199254740993 \\"9007199254740995"}',
    );
  });

  const { body } = await clientOf(peer, { largeIntegersAsText: true }).request(GET);

  assert.deepEqual(body, {
    id: '9007199254740993',
    small: 42,
    rate: 1.2345678901234567,
    text: '9007199254740993 "9007199254740995',
  });
  await peer.close();
});

test('masks addresses, filter literals and values of the request in what the server says', async () => {
  const detail = 'Pat Example <pat@example.com> with Badge-77 or B-12 exists, p77 too';
  const peer = await peerOf(json({ detail }, 409));
  const client = clientOf(peer, { faultOf: (_status, body) => ({ text: (body as { detail: string }).detail }) });

  const error = await failureOf(
    client.request({
      method: 'POST',
      path: 'things',
      label: 'things',
      query: { filter: 'name eq "Badge-77"', q: "SELECT Id FROM User WHERE Badge='B-12'", login: 'p77' },
      sensitive: ['p77'],
      body: { schemas: ['urn:x'], name: { full: 'Pat Example' } },
    }),
  );

  assert.equal(
    error.message,
    'App: POST things answered 409: *** <***> with *** or *** exists, *** too; a key of this person is taken by another account',
  );
  await peer.close();
});

test('refuses an unknown certificate by name, and trusts it through caFile or insecure', async () => {
  const { ca, cert, key } = await createCertificates();
  const seen: SeenRequest[] = [];
  const server = createTlsServer({ cert, key }, listener(seen, [json({})]));
  const peer = await listen(server, 'https', seen);

  const error = await failureOf(clientOf(peer).request(GET));
  const trusted = clientOf(peer, { ca });
  const insecure = clientOf(peer, { insecure: true });
  const answers = [await trusted.request(GET), await insecure.request(GET)];

  assert.equal(error.kind, 'configuration');
  assert.match(error.message, /set caFile/);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  await Promise.all([trusted.close(), insecure.close(), peer.close()]);
});

test('makes ids safe as a part of a path', () => {
  assert.equal(pathPart('a/b?c#d ü'), 'a%2Fb%3Fc%23d%20%C3%BC');
  for (const id of ['', '.', '..']) assert.throws(() => pathPart(id), /dots only/);
});
