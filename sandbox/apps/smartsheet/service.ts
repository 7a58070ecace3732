import express from 'express';
import type { NextFunction, Request, Response } from 'express';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { faultOf } from '../gate.js';
import type { AppService } from '../kind.js';
import { answer, refuse } from './answer.js';
import { changed, detailed, isActive, listed, tokenOwner, WRITABLE } from './users.js';

const PAGE_SIZE = 100;
const DONE = { message: 'SUCCESS', resultCode: 0 };

/** The users of one organization. */
export function smartsheetService(state: AppState): AppService {
  const router = express.Router();
  router.use(express.json({ limit: '10mb' }));
  router.get('/users', (request, response) => list(state, request, response));
  router.get('/users/me', (_request, response) => answer(response, detailed(tokenOwner(state))));
  router.get(
    '/users/:id',
    ofUser(state, (user, _request, response) => answer(response, detailed(user))),
  );
  router.post('/users', (request, response) => add(state, request, response));
  router.put(
    '/users/:id',
    ofUser(state, (user, request, response) => change(state, user, request, response)),
  );
  router.post(
    '/users/:id/:action',
    ofUser(state, (user, request, response) => setStatus(state, user, request.params['action'], response)),
  );
  router.delete(
    '/users/:id',
    ofUser(state, (user, request, response) => remove(state, user, request, response)),
  );
  router.use((_request, response) => refuse(response, 404, 'Not Found'));
  // Four parameters mark an error handler for Express.
  router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    refuse(response, 400, 'Unable to parse request.');
  });
  return { handler: router };
}

type Act = (user: StoredRecord, request: Request, response: Response) => void;

const ofUser =
  (state: AppState, act: Act) =>
  (request: Request, response: Response): void => {
    const user = everybody(state).find(({ id }) => id === request.params['id']);
    if (user === undefined) refuse(response, 404, 'Not Found');
    else act(user, request, response);
  };

const everybody = (state: AppState): readonly StoredRecord[] => [...state.users.all(), tokenOwner(state)];

function list(state: AppState, request: Request, response: Response): void {
  const { email, page, pageSize } = request.query as Readonly<Record<string, string | undefined>>;
  const wanted = email?.toLowerCase().split(',');
  const found = everybody(state).filter((user) => wanted?.includes(addressOf(user)) !== false);
  const hits = misfound(state, request, found);
  const size = Number(pageSize ?? PAGE_SIZE);
  const start = (Number(page ?? 1) - 1) * size;
  answer(response, {
    pageNumber: Number(page ?? 1),
    pageSize: size,
    totalPages: Math.max(1, Math.ceil(hits.length / size)),
    totalCount: hits.length,
    data: hits.slice(start, start + size).map(listed),
  });
}

function misfound(state: AppState, request: Request, found: readonly StoredRecord[]): readonly StoredRecord[] {
  const hits = state.asFound(found.map((user) => ({ ...user, active: isActive(user) }))).map(asSeen);
  switch (faultOf(request)?.kind) {
    case 'duplicate-hits':
      return hits.flatMap((user) => [user, { ...user, id: `1${user.id.slice(1)}` }]);
    case 'wrong-hit':
      return everybody(state).filter((user) => !found.some(({ id }) => id === user.id));
    default:
      return hits;
  }
}

/** A status that lags behind: whoever is shown as active has not been deactivated yet. */
const asSeen = ({ active, ...user }: StoredRecord): StoredRecord =>
  active === true && !isActive(user) ? { ...user, status: 'ACTIVE' } : user;

function add(state: AppState, request: Request, response: Response): void {
  const body = bodyOf(request);
  const fault =
    faultOfBody(body) ?? (typeof body['email'] === 'string' ? null : "Required object attribute is missing: 'email'");
  if (fault !== null) return refuse(response, 400, fault);
  if (isTaken(state, body['email'])) return refuse(response, 400, 'The user is already a member of the organization.');
  const user = state.users.put({
    ...body,
    email: String(body['email']).toLowerCase(),
    status: 'ACTIVE',
    sheetCount: 0,
  });
  state.created(user.id);
  state.onChange();
  answer(response, { ...DONE, result: listed(user) });
}

function change(state: AppState, user: StoredRecord, request: Request, response: Response): void {
  const body = bodyOf(request);
  const fault = faultOfBody(body);
  if (fault !== null) return refuse(response, 400, fault);
  if (isTaken(state, body['email'], user.id)) return refuse(response, 400, 'The address is already in use.');
  const email = typeof body['email'] === 'string' ? { email: body['email'].toLowerCase() } : {};
  const stored = state.users.put({ ...user, ...body, ...email }, user.id);
  state.onChange();
  answer(response, { ...DONE, data: [changed(stored)] });
}

function setStatus(state: AppState, user: StoredRecord, action: unknown, response: Response): void {
  if (action !== 'deactivate' && action !== 'reactivate') return refuse(response, 404, 'Not Found');
  state.users.put({ ...user, status: action === 'deactivate' ? 'DEACTIVATED' : 'ACTIVE' }, user.id);
  if (action === 'deactivate') state.disabled(user.id);
  state.onChange();
  answer(response, DONE);
}

function remove(state: AppState, user: StoredRecord, request: Request, response: Response): void {
  const { transferTo, transferSheets } = request.query;
  const heir = everybody(state).find(({ id }) => id === transferTo);
  if (transferTo !== undefined && (heir === undefined || heir.id === user.id))
    return refuse(response, 404, 'Not Found');
  if (heir !== undefined && transferSheets === 'true') {
    state.users.put({ ...heir, sheetCount: sheetsOf(heir) + sheetsOf(user) }, heir.id);
  }
  state.users.remove(user.id);
  state.onChange();
  answer(response, DONE);
}

const bodyOf = ({ body }: Request): Readonly<Record<string, unknown>> => (body ?? {}) as Record<string, unknown>;

/** Why a body is refused: it may hold the documented attributes only, each of its type. */
function faultOfBody(body: Readonly<Record<string, unknown>>): string | null {
  const wrong = Object.entries(body).find(([name, value]) => typeof value !== WRITABLE[name]);
  return wrong === undefined ? null : `Unable to parse request. The following error occurred: attribute '${wrong[0]}'`;
}

const isTaken = (state: AppState, email: unknown, id?: string): boolean =>
  typeof email === 'string' &&
  everybody(state).some((user) => user.id !== id && addressOf(user) === email.toLowerCase());

const addressOf = ({ email }: StoredRecord): string => (typeof email === 'string' ? email.toLowerCase() : '');

const sheetsOf = ({ sheetCount }: StoredRecord): number => (typeof sheetCount === 'number' ? sheetCount : 0);
