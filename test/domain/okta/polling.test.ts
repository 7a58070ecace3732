import assert from 'node:assert/strict';
import { test } from 'node:test';

import { usedMembers } from '../../../domain/okta/log-event.js';
import { pollQuestion } from '../../../domain/okta/polling.js';
import type { LogCursor } from '../../../domain/okta/polling.js';
import { aLogEvent } from './log-events.js';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const settings = { filter: 'now', firstFetchMs: 10 * MINUTE_MS, overlapMs: 2 * MINUTE_MS };
const cursor = (over: Partial<LogCursor> = {}): LogCursor => ({
  filter: 'now',
  next: 'https://example.okta.com/api/v1/logs?after=1',
  since: '2026-03-10T09:00:00.000Z',
  newestPublished: '2026-03-10T11:00:00.000Z',
  ...over,
});

test('the first question reaches back as far as is set, and has no end', () => {
  assert.deepEqual(pollQuestion(null, settings, NOW), { since: '2026-03-10T11:50:00.000Z', filter: 'now' });
  assert.deepEqual(pollQuestion(null, { ...settings, firstFetchMs: 0 }, NOW), {
    since: '2026-03-10T12:00:00.000Z',
    filter: 'now',
  });
});

test('from then on the stored link is followed as it is', () => {
  assert.deepEqual(pollQuestion(cursor(), settings, NOW), { next: 'https://example.okta.com/api/v1/logs?after=1' });
});

test('another filter, or a link that is missing, asks anew from the newest event minus the overlap', () => {
  const expected = { since: '2026-03-10T10:58:00.000Z', filter: 'now' };

  assert.deepEqual(pollQuestion(cursor({ filter: 'before' }), settings, NOW), expected);
  assert.deepEqual(pollQuestion(cursor({ next: null }), settings, NOW), expected);
});

test('without any event yet it asks anew from where it began', () => {
  const question = pollQuestion(cursor({ filter: 'before', newestPublished: null }), settings, NOW);

  assert.deepEqual(question, { since: '2026-03-10T09:00:00.000Z', filter: 'now' });
});

test('only what flows read of an event is kept', () => {
  const event = {
    ...aLogEvent('application.user_membership.add'),
    client: { ipAddress: '192.0.2.1' },
    debugContext: { debugData: { changedAttributes: 'title', requestUri: '/somewhere' } },
    actor: { id: '00u-admin', alternateId: 'admin@example.com', detailEntry: { secret: true } },
  };

  const kept = usedMembers(event);

  assert.deepEqual(JSON.parse(JSON.stringify(kept)), {
    ...JSON.parse(JSON.stringify(aLogEvent('application.user_membership.add'))),
    debugContext: { debugData: { changedAttributes: 'title' } },
    actor: { id: '00u-admin', alternateId: 'admin@example.com' },
  });
  assert.deepEqual(usedMembers({ ...event, actor: null, target: null, debugContext: null }).target, []);
});
