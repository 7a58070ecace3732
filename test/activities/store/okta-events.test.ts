import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OktaEventState } from '../../../activities/store/okta-events.js';
import type { OktaEventTransition, OktaEvents, PageCursor } from '../../../activities/store/okta-events.js';
import type { LogEvent } from '../../../domain/okta/log-event.js';
import { aLogEvent } from '../../domain/okta/log-events.js';
import { testStore } from '../../support/report-store.js';
import type { TestScope } from '../../support/servers.js';

const AT = '2026-03-10T12:00:00.000Z';
const LATER = '2026-03-10T13:00:00.000Z';
const OKTA = 'Okta';
const PLACE = { filter: 'filter', url: 'https://example.okta.com' };

const event = (uuid: string, minute = 0): LogEvent =>
  aLogEvent('user.lifecycle.deactivate', {
    uuid,
    published: `2026-03-10T11:${String(minute).padStart(2, '0')}:00.000Z`,
  });

const page = (over: Partial<PageCursor> = {}): PageCursor => ({
  ...PLACE,
  next: 'https://example.okta.com/next',
  isEnd: false,
  ...over,
});

const uuids = (documents: readonly { readonly event: LogEvent }[]): string[] =>
  documents.map((document) => document.event.uuid);

const moved = (uuid: string, set: OktaEventTransition['set']): OktaEventTransition => ({
  id: `${OKTA}/${uuid}`,
  from: [OktaEventState.Queued, OktaEventState.Held],
  set,
});

/** Queues of logs that somebody has begun to read. */
async function begun(t: TestScope): Promise<OktaEvents> {
  const { oktaEvents } = await testStore(t);
  for (const okta of [OKTA, 'Okta abroad']) await oktaEvents.begin(okta, { ...PLACE, since: AT });
  return oktaEvents;
}

test('where the first call begins is fixed once', async (t) => {
  const oktaEvents = await begun(t);

  const again = await oktaEvents.begin(OKTA, { ...PLACE, since: LATER });

  assert.deepEqual(again, { _id: OKTA, ...PLACE, since: AT, next: null, newestPublished: null });
  assert.equal(await oktaEvents.cursor('Okta elsewhere'), null);
});

test('a page is queued and the cursor moved behind it', async (t) => {
  const oktaEvents = await begun(t);

  const added = await oktaEvents.addPage(OKTA, [event('a', 1), event('b', 3), event('c', 2)], page(), AT);

  assert.equal(added, 3);
  assert.deepEqual(uuids(await oktaEvents.queued(OKTA, 10)), ['a', 'b', 'c']);
  const { next, newestPublished } = (await oktaEvents.cursor(OKTA)) ?? {};
  assert.deepEqual([next, newestPublished], ['https://example.okta.com/next', '2026-03-10T11:03:00.000Z']);
});

test('an event counts once, in one page, in two and after it was handed over', async (t) => {
  const oktaEvents = await begun(t);

  const first = await oktaEvents.addPage(OKTA, [event('a'), event('a'), event('b')], page(), AT);
  await oktaEvents.transition([moved('a', { state: OktaEventState.Handed })]);
  const second = await oktaEvents.addPage(OKTA, [event('a'), event('b'), event('c')], page(), LATER);
  const elsewhere = await oktaEvents.addPage('Okta abroad', [event('a')], page(), AT);

  assert.deepEqual([first, second, elsewhere], [2, 1, 1]);
  assert.deepEqual(uuids(await oktaEvents.queued(OKTA, 10)), ['b', 'c']);
});

test('a late event does not move the newest back, and a clock that runs ahead does not move it into the future', async (t) => {
  const oktaEvents = await begun(t);

  await oktaEvents.addPage(OKTA, [event('new', 30)], page(), AT);
  await oktaEvents.addPage(OKTA, [event('old', 1), { ...event('odd'), published: LATER }], page(), AT);

  assert.equal((await oktaEvents.cursor(OKTA))?.newestPublished, '2026-03-10T11:30:00.000Z');
});

test('an empty page moves only the link', async (t) => {
  const oktaEvents = await begun(t);
  await oktaEvents.addPage(OKTA, [event('a', 30)], page(), AT);

  await oktaEvents.addPage(OKTA, [], page({ next: 'third', isEnd: true }), LATER);

  const { next, newestPublished, readAt } = (await oktaEvents.cursor(OKTA)) ?? {};
  assert.deepEqual([next, newestPublished, readAt], ['third', '2026-03-10T11:30:00.000Z', LATER]);
});

test('a settled event stays settled, and is counted by its state and reason', async (t) => {
  const oktaEvents = await begun(t);
  await oktaEvents.addPage(
    OKTA,
    ['a', 'b', 'c', 'd'].map((uuid) => event(uuid)),
    page(),
    AT,
  );
  await oktaEvents.transition([
    moved('a', { state: OktaEventState.Handed, incidentId: 'INC-1' }),
    moved('b', { state: OktaEventState.Dropped, reason: 'actor' }),
    moved('c', { state: OktaEventState.Held, nextLookAt: LATER }),
  ]);

  await oktaEvents.transition([moved('a', { state: OktaEventState.Held, nextLookAt: AT })]);

  assert.deepEqual(await oktaEvents.counts(OKTA), { queued: 1, held: 1, handed: 1, dropped: { actor: 1 } });
  assert.deepEqual(uuids(await oktaEvents.heldToLookAt(OKTA, AT, 10)), []);
  assert.deepEqual(uuids(await oktaEvents.heldToLookAt(OKTA, LATER, 10)), ['c']);
});

test('only what is settled, old and behind the overlap is forgotten', async (t) => {
  const oktaEvents = await begun(t);
  await oktaEvents.addPage(OKTA, [event('a', 1), event('b', 2), event('c', 3)], page(), AT);
  await oktaEvents.transition(
    ['a', 'c'].map((uuid) => moved(uuid, { state: OktaEventState.Dropped, reason: 'actor' })),
  );

  await oktaEvents.deleteBefore(OKTA, LATER, '2026-03-10T11:02:30.000Z');

  const left = await oktaEvents.collection.find().sort({ _id: 1 }).toArray();
  assert.deepEqual(uuids(left), ['b', 'c']);
});

test('of an event only what flows read is kept', async (t) => {
  const oktaEvents = await begun(t);
  const told = { ...event('a'), client: { ipAddress: '192.0.2.1' } } as LogEvent;

  await oktaEvents.addPage(OKTA, [told], page(), AT);

  assert.doesNotMatch(JSON.stringify(await oktaEvents.queued(OKTA, 1)), /192\.0\.2\.1/);
});
