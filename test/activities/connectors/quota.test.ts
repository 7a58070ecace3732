import assert from 'node:assert/strict';
import { test } from 'node:test';

import { noAuth } from '../../../activities/connectors/http-auth.js';
import { createHttpClient } from '../../../activities/connectors/http.js';
import { quotaOf } from '../../../activities/connectors/quota.js';
import { failureOf, json, peerOf } from '../../connectors/support/http-peer.js';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const NOON = { resetsAt: '2030-01-01T12:00:00.000Z' };
const NOON_SECONDS = String(Date.parse(NOON.resetsAt) / 1_000);

const HEADERS: readonly (readonly [string, Record<string, string>, unknown])[] = [
  [
    'limit, rest and reset',
    { 'x-ratelimit-limit': '600', 'x-ratelimit-remaining': '17', 'x-ratelimit-reset': NOON_SECONDS },
    { remaining: 17, limit: 600, ...NOON, what: 'requests' },
  ],
  [
    'the spelling with another hyphen',
    { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': NOON_SECONDS },
    { remaining: 0, limit: 50, ...NOON, what: 'requests' },
  ],
  ['a rest alone', { 'x-ratelimit-remaining': '3' }, { remaining: 3, what: 'requests' }],
  [
    'what was used of a day',
    { 'sforce-limit-info': 'api-usage=18/5000' },
    { remaining: 4_982, limit: 5_000, what: 'API requests a day' },
  ],
  [
    'a day used up by more than there was',
    { 'sforce-limit-info': 'per-app-api-usage=17/250(appName=x); api-usage=5001/5000' },
    { remaining: 0, limit: 5_000, what: 'API requests a day' },
  ],
  ['a rest that is no number', { 'x-ratelimit-remaining': 'many' }, undefined],
  ['a limit without a rest', { 'x-ratelimit-limit': '600' }, undefined],
  ['nothing', {}, undefined],
];

for (const [title, headers, expected] of HEADERS) {
  test(`reads the quota of an answer: ${title}`, () => {
    assert.deepEqual(quotaOf(new Headers(headers), NOW), expected);
  });
}

test('remembers the latest quota that an answer spoke of, a failure included', async () => {
  const peer = await peerOf(
    json({}, 200, { 'x-ratelimit-remaining': '9' }),
    json({}, 404, { 'x-ratelimit-remaining': '8' }),
    json({}),
  );
  const http = createHttpClient({ baseUrl: peer.url, instanceName: 'App', auth: noAuth(), timeoutMs: 5_000 });
  const get = { method: 'GET', path: 'things', label: 'things' } as const;

  const before = http.quota();
  await http.request(get);
  const first = http.quota();
  await failureOf(http.request(get));
  await http.request(get);

  assert.deepEqual([before, first?.remaining, http.quota()?.remaining], [undefined, 9, 8]);
  await peer.close();
});
