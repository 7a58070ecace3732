import express from 'express';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';

import { parseFilter } from './filter.js';
import { textOf } from './organisation.js';
import type { Organisation } from './organisation.js';
import { limitOf, link } from './pages.js';
import { OktaRefusal } from './refusal.js';
import { callerOf, route } from './routes.js';
import type { StoredEvent } from './system-log.js';

const LIMITS = { usual: 100, most: 1_000 };
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** `/logs`: reads the System Log, bounded by `until` or, without it, for good; writes to it for tests. */
export function logRoutes(organisation: Organisation): Router {
  const router = express.Router();
  router.get(
    '/',
    route((request, response) => {
      const { until, sortOrder } = request.query;
      const descends = sortOrder === 'DESCENDING';
      if (until === undefined && !descends) poll(organisation, request, response);
      else readWindow(organisation, request, response, descends);
    }),
  );
  // No part of Okta: what the simulation never logs by itself, e.g. failures, events without a user, or late ones. A list
  // becomes visible in its order, whatever times its events bear.
  router.post(
    '/',
    route((request, response) => {
      const usual = {
        eventType: 'sandbox.event',
        displayMessage: '',
        actor: callerOf(organisation, request),
        target: [],
      };
      const write = (event: z.infer<typeof loggedEventSchema>): unknown => organisation.log.write(usual, event);
      const body: unknown = request.body;
      response.json(
        Array.isArray(body) ? z.array(loggedEventSchema).parse(body).map(write) : write(loggedEventSchema.parse(body)),
      );
      organisation.state.onChange();
    }),
  );
  return router;
}

/** Members of an event that a test logs; any may be left out. */
const loggedEventSchema = z.looseObject({
  published: z.iso.datetime().optional(),
  eventType: z.string().min(1).optional(),
  target: z.array(z.looseObject({})).optional(),
});

/**
 * Events in the order in which they became visible, whatever time they bear, and always the link with which the next
 * poll goes on, even behind an empty page.
 */
function poll({ log }: Organisation, request: Request, response: Response): void {
  const limit = limitOf(request, LIMITS);
  const satisfies = filterOf(request);
  const position = cursorOf(request);
  const since = instantOf(request, 'since') ?? Date.now() - WEEK_MS;
  const isNew = ({ sequence, visibleAt }: StoredEvent): boolean =>
    position === null ? visibleAt >= since : sequence > position;
  const events = log.events.filter((stored) => isNew(stored) && satisfies(stored.event));
  const page = events.slice(0, limit);
  const last = events.length > limit ? page.at(-1) : log.events.at(-1);
  const reached = Math.max(last?.sequence ?? 0, position ?? 0);
  answer(request, response, page, String(reached));
}

/** Events by the time that they bear; the last page has no next link. */
function readWindow({ log }: Organisation, request: Request, response: Response, descends: boolean): void {
  const limit = limitOf(request, LIMITS);
  const satisfies = filterOf(request);
  const until = instantOf(request, 'until') ?? Date.now();
  const since = instantOf(request, 'since') ?? until - WEEK_MS;
  const offset = cursorOf(request) ?? 0;
  const events = log.events
    .filter(({ event }) => isWithin(Date.parse(event.published), since, until) && satisfies(event))
    .sort((one, other) => one.event.published.localeCompare(other.event.published));
  const ordered = descends ? events.reverse() : events;
  const page = ordered.slice(offset, offset + limit);
  answer(request, response, page, ordered.length > offset + limit ? String(offset + limit) : null);
}

const isWithin = (instant: number, since: number, until: number): boolean => instant >= since && instant < until;

function answer(request: Request, response: Response, page: readonly StoredEvent[], after: string | null): void {
  link(request, response, 'self', {});
  // A window is kept by its cursor together with its bounds; a poll goes on from its cursor alone.
  const since = request.query['until'] === undefined ? { since: null } : {};
  if (after !== null) link(request, response, 'next', { ...since, after: `c${after}` });
  response.json(page.map(({ event }) => event));
}

function filterOf(request: Request): (event: unknown) => boolean {
  const { filter } = request.query;
  if (filter === undefined) return () => true;
  const predicate = typeof filter === 'string' && !/\bpublished\b/.test(filter) ? parseFilter(filter) : null;
  if (predicate === null) throw new OktaRefusal('E0000053', [], `Invalid filter '${textOf(filter)}'`);
  return predicate;
}

function cursorOf(request: Request): number | null {
  const { after, since, until } = request.query;
  if (after === undefined) return null;
  const position = typeof after === 'string' && /^c\d+$/.test(after) ? Number(after.slice(1)) : null;
  if (position === null || (since !== undefined && until === undefined)) {
    throw new OktaRefusal(
      'E0000001',
      ['after: The cursor is invalid, or was sent together with since'],
      'Bad request.',
    );
  }
  return position;
}

function instantOf(request: Request, name: 'since' | 'until'): number | null {
  const given = request.query[name];
  if (given === undefined) return null;
  const instant = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(instant)) throw new OktaRefusal('E0000001', [`${name}: The date format is invalid`], 'Bad request.');
  return instant;
}
