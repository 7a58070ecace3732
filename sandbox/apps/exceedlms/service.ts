import express from 'express';
import type { Request, RequestHandler, Response } from 'express';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { faultOf } from '../gate.js';
import { faultsOf } from './checks.js';

type Body = Readonly<Record<string, unknown>>;

const SEARCHED = ['id', 'login', 'email'] as const;

/** Users of one site: a search by one attribute, creation and change. */
export function exceedLmsHandler(state: AppState): RequestHandler {
  const router = express.Router();
  router.use(express.json({ limit: '10mb' }));
  router.get('/users.json', (request, response) => {
    search(state, request, response);
  });
  router.post('/users.json', (request, response) => {
    write(state, null, bodyOf(request), response);
  });
  router.patch('/users/:id', (request, response) => {
    const user = state.users.get(request.params.id);
    if (user === undefined) response.status(404).json({ error: 'Not found' });
    else write(state, user, bodyOf(request), response);
  });
  router.use((_request, response) => {
    response.status(404).json({ error: 'Not found' });
  });
  return router;
}

const bodyOf = ({ body }: Request): Body => (body ?? {}) as Body;

/** One user found by id is answered as it is, everything else as a list. */
function search(state: AppState, request: Request, response: Response): void {
  for (const attribute of SEARCHED) {
    const value = request.query[`user[${attribute}]`];
    if (typeof value !== 'string') continue;
    const hits = state.users.all().filter((user) => isSame(user[attribute], value));
    const shown = misled(state, request, state.asFound(hits)).map(shownUser);
    response.json(attribute === 'id' && shown.length === 1 ? shown[0] : shown);
    return;
  }
  response.status(400).json({ error: 'Name a user by id, login or email' });
}

const isSame = (value: unknown, asked: string): boolean =>
  typeof value === 'string' && value.toLowerCase() === asked.toLowerCase();

/** The hits of a search, or what a fault makes of them. */
function misled(state: AppState, request: Request, hits: readonly StoredRecord[]): readonly StoredRecord[] {
  switch (faultOf(request)?.kind) {
    case 'duplicate-hits':
      return hits.flatMap((user) => [user, { ...user, id: `${user.id}2` }]);
    case 'wrong-hit':
      return state.users
        .all()
        .filter(({ id }) => !hits.some((hit) => hit.id === id))
        .slice(0, 1);
    default:
      return hits;
  }
}

/** Ids are numbers in answers. */
const shownUser = (user: StoredRecord): Body => ({ ...user, id: Number(user.id) });

function write(state: AppState, before: StoredRecord | null, body: Body, response: Response): void {
  const faults = faultsOf(state, before, body);
  if (Object.keys(faults).length > 0) {
    response.status(422).json(faults);
    return;
  }
  const stored = state.users.put({ is_active: true, ...before, ...body }, before?.id);
  if (before === null) state.created(stored.id);
  state.onChange();
  if (before === null) response.status(201).json(shownUser(stored));
  else response.json({ status: 'ok' });
}
