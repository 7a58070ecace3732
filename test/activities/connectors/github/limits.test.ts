import assert from 'node:assert/strict';
import { test } from 'node:test';

import { json } from '../../../connectors/support/http-peer.js';
import type { Answer } from '../../../connectors/support/http-peer.js';
import { answering, command } from './support.js';

const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
const LIMITS: readonly (readonly [string, Answer, number])[] = [
  ['a used up quota', (...call) => json({ message: 'API rate limit exceeded' }, 403, quota('0'))(...call), 100_000],
  ['a wait', json({ message: 'Slow down' }, 403, { 'retry-after': '7' }), 7_000],
  ['a burst that names a wait', json(SECONDARY, 403, { ...quota('4000'), 'retry-after': '60' }), 60_000],
  ['a burst that names none', json(SECONDARY, 403), 60_000],
  ['a 429 without any header', json({ message: 'Too many' }, 429), 30_000],
];
for (const [what, answer, delay] of LIMITS) {
  test(`takes ${what} for a limit, not for missing rights`, async (t) => {
    const { connector } = await answering(t, 'organization', answer);

    await assert.rejects(
      command(connector, 'get-user'),
      (error: { kind?: string; options?: { retryAfterMs?: number } }) => {
        assert.equal(error.kind, 'rate-limited');
        const asked = error.options?.retryAfterMs ?? 0;
        assert.ok(asked <= delay + 1_000 && asked >= delay * 0.1, String(asked));
        return true;
      },
    );
  });
}

function quota(remaining: string): Record<string, string> {
  return { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 100) };
}

test('takes a 403 without a word of limits for missing rights', async (t) => {
  const { connector } = await answering(
    t,
    'organization',
    json({ message: 'Must have admin rights' }, 403, quota('4000')),
  );

  const result = await command(connector, 'get-user');

  assert.deepEqual([result.success, result.errorKind], [false, 'unauthorized']);
});
