import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { OktaPage } from '../../../activities/store/okta-events.js';
import type { LogEvent } from '../../../domain/okta/log-event.js';
import { pollQuestion } from '../../../domain/okta/polling.js';
import { aLogEvent, TARGETS } from '../../domain/okta/log-events.js';
import { testStore } from '../../support/report-store.js';

const AT = '2026-03-10T12:00:00.000Z';
const LATER = '2026-03-10T13:00:00.000Z';
const OKTA = 'Okta';

const event = (uuid: string, minute = 0, login = 'pat@example.com'): LogEvent =>
  aLogEvent('application.user_membership.add', {
    uuid,
    published: `2026-03-10T11:${String(minute).padStart(2, '0')}:00.000Z`,
    target: [{ ...TARGETS.USER, alternateId: login }],
  });

const page = (events: readonly LogEvent[], over: Partial<OktaPage> = {}): OktaPage => ({
  events,
  filter: 'filter',
  next: 'https://example.okta.com/next',
  at: AT,
  ...over,
});

const uuids = (documents: readonly { readonly event: LogEvent }[]): string[] =>
  documents.map((document) => document.event.uuid);

test('a page is queued and the cursor moved behind it', async (t) => {
  const { oktaEvents } = await testStore(t);
  assert.equal(await oktaEvents.cursor(OKTA), null);

  const added = await oktaEvents.addPage(OKTA, page([event('a', 1), event('b', 3), event('c', 2)], { since: AT }));

  assert.equal(added, 3);
  assert.deepEqual(uuids(await oktaEvents.queued(OKTA, 10)), ['a', 'c', 'b']);
  assert.deepEqual(await oktaEvents.cursor(OKTA), {
    _id: OKTA,
    filter: 'filter',
    next: 'https://example.okta.com/next',
    since: AT,
    newestPublished: '2026-03-10T11:03:00.000Z',
  });
});

test('an event counts once, in one page, in two and after it was opened', async (t) => {
  const { oktaEvents } = await testStore(t);

  const first = await oktaEvents.addPage(OKTA, page([event('a'), event('a'), event('b')]));
  await oktaEvents.settle('Okta/a', 'opened', AT);
  const second = await oktaEvents.addPage(OKTA, page([event('a'), event('b'), event('c')]));
  const elsewhere = await oktaEvents.addPage('Okta abroad', page([event('a')]));

  assert.deepEqual([first, second, elsewhere], [2, 1, 1]);
  assert.deepEqual(uuids(await oktaEvents.queued(OKTA, 10)), ['b', 'c']);
});

test('reading goes on while the queue drains, and every event is handed out', async (t) => {
  const { oktaEvents } = await testStore(t);
  const handedOut: string[] = [];
  const drain = async (): Promise<void> => {
    for (const { _id, event: read } of await oktaEvents.queued(OKTA, 2)) {
      handedOut.push(read.uuid);
      await oktaEvents.settle(_id, 'opened', AT);
    }
  };

  await oktaEvents.addPage(OKTA, page(['a', 'b', 'c', 'd', 'e'].map((uuid, index) => event(uuid, index))));
  await drain();
  await oktaEvents.addPage(OKTA, page([event('f', 9)], { next: 'second' }));
  for (let poll = 0; poll < 3; poll += 1) await drain();

  assert.deepEqual(handedOut, ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.equal((await oktaEvents.cursor(OKTA))?.next, 'second');
});

test('an event that becomes visible late is delivered and does not move the newest back', async (t) => {
  const { oktaEvents } = await testStore(t);

  await oktaEvents.addPage(OKTA, page([event('new', 30)]));
  await oktaEvents.addPage(OKTA, page([event('old', 1)]));

  assert.deepEqual(uuids(await oktaEvents.queued(OKTA, 10)), ['old', 'new']);
  assert.equal((await oktaEvents.cursor(OKTA))?.newestPublished, '2026-03-10T11:30:00.000Z');
});

test('an empty page moves only the link, and another filter asks anew behind the newest event', async (t) => {
  const { oktaEvents } = await testStore(t);
  await oktaEvents.addPage(OKTA, page([event('a', 30)], { since: AT }));
  await oktaEvents.addPage(OKTA, page([], { next: 'third' }));

  const cursor = await oktaEvents.cursor(OKTA);
  const settings = { firstFetchMs: 0, overlapMs: 120_000 };

  assert.deepEqual(pollQuestion(cursor, { ...settings, filter: 'filter' }, 0), { next: 'third' });
  assert.deepEqual(pollQuestion(cursor, { ...settings, filter: 'other' }, 0), {
    since: '2026-03-10T11:28:00.000Z',
    filter: 'other',
  });
});

test('an event of somebody unknown is held until there is a profile, whatever the case of the login', async (t) => {
  const { oktaEvents } = await testStore(t);
  await oktaEvents.addPage(OKTA, page([event('a', 1, 'Robin@Example.com'), event('b', 2, 'kim@example.com')]));
  for (const id of ['Okta/a', 'Okta/b']) await oktaEvents.hold(id, AT);

  const released = await oktaEvents.release(OKTA, ['robin@example.COM', ''], LATER);

  assert.equal(released, 1);
  assert.deepEqual(uuids(await oktaEvents.queued(OKTA, 10)), ['a']);
  assert.deepEqual(uuids(await oktaEvents.heldSince(OKTA, LATER, 10)), ['b']);
  assert.deepEqual(await oktaEvents.counts(OKTA), { queued: 1, held: 1, opened: 0, dropped: 0 });
});

test('an event that is held again keeps the time of the first, and a settled one is not held', async (t) => {
  const { oktaEvents } = await testStore(t);
  await oktaEvents.addPage(OKTA, page([event('a'), event('b')]));
  await oktaEvents.hold('Okta/a', AT);
  await oktaEvents.release(OKTA, ['pat@example.com'], LATER);
  await oktaEvents.hold('Okta/a', LATER);
  await oktaEvents.settle('Okta/b', 'dropped', AT, 'eventType');
  await oktaEvents.hold('Okta/b', LATER);
  await oktaEvents.settle('Okta/b', 'opened', LATER);

  const [held] = await oktaEvents.heldSince(OKTA, LATER, 10);
  const dropped = await oktaEvents.collection.findOne({ _id: 'Okta/b' });

  assert.deepEqual([held?.event.uuid, held?.heldAt], ['a', AT]);
  assert.deepEqual([dropped?.state, dropped?.reason, dropped?.at], ['dropped', 'eventType', AT]);
});

test('only events that are settled and old are forgotten', async (t) => {
  const { oktaEvents } = await testStore(t);
  await oktaEvents.addPage(OKTA, page(['a', 'b', 'c', 'd'].map((uuid) => event(uuid))));
  await oktaEvents.settle('Okta/a', 'opened', AT);
  await oktaEvents.settle('Okta/b', 'dropped', LATER);
  await oktaEvents.hold('Okta/c', AT);

  const forgotten = await oktaEvents.forget(OKTA, LATER);

  assert.equal(forgotten, 1);
  assert.deepEqual(await oktaEvents.counts(OKTA), { queued: 1, held: 1, opened: 0, dropped: 1 });
});
