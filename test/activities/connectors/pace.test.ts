import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import fc from 'fast-check';

import { noAuth } from '../../../activities/connectors/http-auth.js';
import { createHttpClient } from '../../../activities/connectors/http.js';
import { createPace } from '../../../activities/connectors/pace.js';
import { failureOf, json, peerOf } from '../../connectors/support/http-peer.js';
import { virtualTime } from '../../support/virtual-time.js';
import type { HttpClient, HttpClientOptions } from '../../../activities/connectors/http.js';
import type { Pace } from '../../../activities/connectors/pace.js';
import type { Answer, Peer } from '../../connectors/support/http-peer.js';
import type { VirtualTime } from '../../support/virtual-time.js';

const MINUTE = 60_000;
const NEVER = new AbortController().signal;
const GET = { method: 'GET', path: 'things', label: 'things' } as const;

/** What an application sees of senders that always have a next request, over five minutes. */
async function arrivalsOf(
  perMinute: number,
  senders: number,
  latency: () => { readonly there: number; readonly back: number },
): Promise<readonly number[]> {
  const time = virtualTime();
  const pace = createPace(perMinute, time);
  const arrivals: number[] = [];
  const send = async (): Promise<void> => {
    const { there, back } = latency();
    await time.wait(there);
    arrivals.push(time.now());
    await time.wait(back);
  };
  const sendOn = async (): Promise<void> => {
    while (time.now() < 5 * MINUTE) await pace.run('a request', NEVER, send).catch(() => time.wait(1_000));
  };
  for (let sender = 0; sender < senders; sender++) void sendOn();
  await time.pass(5 * MINUTE);
  return arrivals.sort((one, other) => one - other);
}

/** Most requests that arrived within one minute, however the minutes are cut. */
const mostPerMinute = (arrivals: readonly number[]): number => {
  let first = 0;
  return arrivals.reduce((most, arrival, index) => {
    while (arrival - (arrivals[first] ?? 0) >= MINUTE) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
};

test('never exceeds a quota, however late requests arrive and however the application cuts its minutes', async () => {
  const milliseconds = (max: number) => fc.integer({ min: 0, max });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 120 }),
      fc.array(fc.record({ there: milliseconds(8_000), back: milliseconds(2_000) }), { minLength: 1, maxLength: 200 }),
      async (perMinute, latencies) => {
        let sent = 0;
        const latency = () => latencies[sent++ % latencies.length] ?? { there: 0, back: 0 };
        const arrivals = await arrivalsOf(perMinute, 12, latency);
        assert.ok(mostPerMinute(arrivals) <= perMinute, `${mostPerMinute(arrivals)} of ${perMinute}`);
      },
    ),
    { numRuns: 20 },
  );
});

for (const perMinute of [12, 60, 600]) {
  test(`uses at least 95 % of ${perMinute} requests a minute, and never more`, async () => {
    let sent = 0;
    const latency = () => ({ there: 20 + ((sent += 37) % 400), back: 30 });

    const arrivals = await arrivalsOf(perMinute, 20, latency);

    assert.ok(arrivals.length >= 0.95 * 5 * perMinute, `${arrivals.length} in five minutes`);
    assert.ok(mostPerMinute(arrivals) <= perMinute);
  });
}

test('sends a twentieth of a minute at once and spreads the rest', async () => {
  const time = virtualTime();
  const pace = createPace(600, time);
  let sent = 0;
  for (let request = 0; request < 100; request++) {
    void pace.run('a request', NEVER, async () => void (sent += 1));
  }

  await time.pass(0);
  assert.equal(sent, 30);
  await time.pass(1_000);
  assert.equal(sent, 40);
});

test('sends away what would wait longer than a command has time, with the delay', async () => {
  const time = virtualTime();
  const pace = createPace(6, time);
  const run = (): Promise<void> => pace.run('App: GET things', NEVER, () => Promise.resolve());
  await run();
  const waiting = run();

  const error = await failureOf(run());

  assert.deepEqual([error.kind, error.options.retryAfterMs], ['rate-limited', 20_000]);
  assert.equal(error.message, 'App: GET things was not sent: requestsPerMinute is used up; again in 20 s.');
  await time.pass(10_000);
  await waiting;
});

test('counts what was sent before the quota was changed', async () => {
  const time = virtualTime();
  const pace = createPace(600, time);
  const arrivals: number[] = [];
  const run = (): Promise<void> => pace.run('a request', NEVER, async () => void arrivals.push(time.now()));
  for (let request = 0; request < 30; request++) await run();

  pace.limitTo(30);
  const next = run();
  await time.pass(50_000);
  assert.equal(arrivals.length, 30);
  await time.pass(11_000);
  await next;

  assert.ok((arrivals.at(-1) ?? 0) >= MINUTE);
});

test('asks nothing while the application has asked to wait, and goes on afterwards', async () => {
  const time = virtualTime();
  const pace = createPace(undefined, time);
  const run = (): Promise<string> => pace.run('App: GET things', NEVER, () => Promise.resolve('sent'));
  pace.pause(7_000, '429');
  pace.pause(1_000, '503');

  await time.pass(2_500);
  const error = await failureOf(run());
  assert.deepEqual([error.kind, error.code, error.options.retryAfterMs], ['rate-limited', '429', 4_500]);
  assert.equal(error.message, 'App: GET things was not sent: the application has asked to wait; again in 5 s.');
  await time.pass(4_500);

  assert.equal(await run(), 'sent');
});

/** A server and a client of it, ended with the test. */
async function pair(
  t: TestContext,
  answers: readonly Answer[],
  options: Partial<HttpClientOptions>,
): Promise<{ readonly peer: Peer; readonly http: HttpClient }> {
  const peer = await peerOf(...answers);
  const http = createHttpClient({
    baseUrl: peer.url,
    instanceName: 'App',
    auth: noAuth(),
    timeoutMs: 5_000,
    ...options,
  });
  t.after(async () => {
    await http.close();
    await peer.close();
  });
  return { peer, http };
}

/** A pace whose next request waits for ten seconds of a time that stands still. */
async function usedUp(): Promise<{ readonly time: VirtualTime; readonly pace: Pace }> {
  const time = virtualTime();
  const pace = createPace(6, time);
  await pace.run('a request', NEVER, () => Promise.resolve());
  return { time, pace };
}

test('after one refusal, no other client of the instance asks before the application has told it to', async (t) => {
  const pace = createPace();
  const limit = json({}, 429, { 'retry-after': '60' });
  const { peer, http } = await pair(t, [limit], { pace });
  const second = await pair(t, [json({})], { pace });

  const refused = await failureOf(http.request(GET));
  const held = [await failureOf(http.request(GET)), await failureOf(second.http.request(GET))];

  assert.equal(refused.options.retryAfterMs, 60_000);
  for (const { kind, code, options } of held) {
    assert.deepEqual([kind, code], ['rate-limited', '429']);
    assert.ok((options.retryAfterMs ?? 0) > 0 && (options.retryAfterMs ?? 0) <= 60_000);
  }
  assert.deepEqual([peer.seen.length, second.peer.seen.length], [1, 0]);
});

test('asks on after a refusal that names no delay', async (t) => {
  const { http } = await pair(t, [json({}, 429), json({ ok: true })], {});

  await failureOf(http.request(GET));

  assert.deepEqual((await http.request(GET)).body, { ok: true });
});

test('sends those away who wait when the application asks for a pause', async (t) => {
  const { time, pace } = await usedUp();
  const { peer, http } = await pair(t, [json({})], { pace });
  const waiting = failureOf(http.request(GET));
  await time.pass(0);

  pace.pause(30_000, '429');

  assert.deepEqual([(await waiting).kind, (await waiting).options.retryAfterMs], ['rate-limited', 30_000]);
  assert.equal(peer.seen.length, 0);
});

test('time spent waiting for a turn is not time that the request may take', async (t) => {
  const { time, pace } = await usedUp();
  const timeoutMs = 60;
  const silent = await pair(t, [() => undefined], { timeoutMs });
  const { http } = await pair(t, [json({ ok: true })], { pace, timeoutMs });
  const waiting = http.request(GET);

  // Begun later with the same time-out, and over: the one that waits would be, too.
  assert.match((await failureOf(silent.http.request(GET))).message, /in time/);
  await time.pass(10_000);

  assert.deepEqual((await waiting).body, { ok: true });
});

test('closing ends the waiting, and others keep their turns', async (t) => {
  const { time, pace } = await usedUp();
  const first = await pair(t, [json({})], { pace });
  const second = await pair(t, [json({ ok: true })], { pace });
  const waiting = failureOf(first.http.request(GET));
  await time.pass(0);

  await first.http.close();
  const next = second.http.request(GET);
  await time.pass(10_000);

  assert.deepEqual([(await waiting).kind, (await next).body], ['transient', { ok: true }]);
  assert.equal((await failureOf(first.http.request(GET))).kind, 'transient');
});
