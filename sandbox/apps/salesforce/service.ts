import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import type { AppFault } from '../definition.js';
import { faultOf } from '../gate.js';
import { USER_FIELDS } from './fields.js';
import { objectNamed, userIdOf, userRow } from './objects.js';
import { refuse, SalesforceRefusal } from './refusal.js';
import { answerSoql, parseSoql } from './soql.js';
import { createUser, ownUsers, shownUser, updateUser, userWith } from './users.js';

/** Requests that an organization takes within 24 hours. */
const DAILY_REQUESTS = 15_000;

/** The REST API of one organization: queries with one equality, users, and their sign-in settings. */
export function salesforceHandler(state: AppState): RequestHandler {
  const router = express.Router();
  router.use(express.json({ limit: '10mb' }));
  router.use((_request, response, next) => {
    response.setHeader('Sforce-Limit-Info', `api-usage=${state.requests.length + 1}/${DAILY_REQUESTS}`);
    next();
  });
  router.get('/:version/query', (request, response) => {
    const { q: soql } = request.query;
    const records = search(state, typeof soql === 'string' ? soql : '', faultOf(request));
    response.json({ totalSize: records.length, done: true, records });
  });
  router.get('/:version/sobjects/User/describe', (_request, response) => {
    response.json({ name: 'User', fields: USER_FIELDS });
  });
  router.get('/:version/sobjects/User/:id', (request, response) => {
    const { id } = request.params;
    response.json({ attributes: { type: 'User' }, ...shownUser(userWith(state, id)) });
  });
  router.post('/:version/sobjects/User', (request, response) => {
    const id = createUser(state, bodyOf(request));
    response.status(201).json({ id, success: true, errors: [] });
  });
  router.patch('/:version/sobjects/User/:id', (request, response) => {
    updateUser(state, request.params.id, bodyOf(request));
    response.status(204).send('');
  });
  router.patch('/:version/sobjects/UserLogin/:id', (request, response) => {
    const user = userWith(state, userIdOf(request.params.id));
    state.users.put({ ...user, isFrozen: bodyOf(request)['IsFrozen'] === true }, user.id);
    state.onChange();
    response.status(204).send('');
  });
  router.use((_request, response) => {
    refuse(response, 404, 'The requested resource does not exist', 'NOT_FOUND');
  });
  // Four parameters mark an error handler for Express.
  router.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof SalesforceRefusal) refuse(response, error.status, error.message, error.code, error.fields);
    else refuse(response, 400, 'The request cannot be read.', 'JSON_PARSER_ERROR');
  });
  return router;
}

const bodyOf = ({ body }: Request): Readonly<Record<string, unknown>> => (body ?? {}) as Record<string, unknown>;

function search(state: AppState, soql: string, fault: AppFault | null): readonly object[] {
  const query = parseSoql(soql);
  const object = objectNamed(state, query.object);
  if (object === null) {
    throw new SalesforceRefusal(400, 'INVALID_TYPE', `sObject type '${query.object}' is not supported.`);
  }
  const { fields, rows } = object;
  if (query.object !== 'User') return answerSoql(query, rows, fields);
  const ids = new Set(answerSoql({ ...query, fields: ['Id'] }, rows, fields).map(({ Id: id }) => id));
  const shown = misled(state, state.asFound(ownUsers(state).filter(({ id }) => ids.has(id))), fault);
  return answerSoql({ fields: query.fields, object: query.object }, shown.map(userRow), fields);
}

/** The hits of a search, or what a fault makes of them. */
function misled(state: AppState, hits: readonly StoredRecord[], fault: AppFault | null): readonly StoredRecord[] {
  switch (fault?.kind) {
    case 'duplicate-hits':
      return hits.flatMap((user) => [user, { ...user, id: `${user.id.slice(0, -1)}2` }]);
    case 'wrong-hit':
      return ownUsers(state)
        .filter(({ id }) => !hits.some((hit) => hit.id === id))
        .slice(0, 1);
    default:
      return hits;
  }
}
