import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import SCIMMYRouters from 'scimmy-routers';

import type { AppState } from '../app-state.js';
import { faultOf } from '../gate.js';
import { acceptsBody } from './body.js';
import { readQuery } from './query.js';
import { refuse } from './refusal.js';
import { declareResources } from './resources.js';
import type { ScimContext } from './resources.js';

/** What a vendor does to a request before plain SCIM sees it: it calls on, or answers itself. */
export type ScimHabit = (state: AppState, request: Request, response: Response, next: NextFunction) => void;

/**
 * The SCIM interface of one application. `origin` is asked per request, because the port is known only after the start.
 *
 * @param habit sees every request with its body read
 */
export function scimHandler(state: AppState, origin: () => string, habit?: ScimHabit): RequestHandler {
  declareResources();
  const contexts = new WeakMap<Request, ScimContext>();
  // Checked at the gate, with the application's own token.
  const authenticated = (): string => 'sandbox';
  const router = express.Router();
  router.use(express.json({ type: ['application/scim+json', 'application/json'], limit: '10mb' }));
  if (habit !== undefined) {
    router.use((request, response, next) => {
      habit(state, request, response, next);
    });
  }
  router.use((request, response, next) => {
    if (!acceptsBody(state, request, response)) return;
    const clauses = readQuery(state, request, response);
    if (clauses === false) return;
    const isRead = request.method === 'GET';
    contexts.set(request, { state, clauses, fault: faultOf(request), isRead, now: new Date() });
    next();
  });
  router.use(
    new SCIMMYRouters({
      type: 'bearer',
      handler: authenticated,
      context: (request) => contexts.get(request),
      baseUri: origin,
    }),
  );
  // Four parameters mark an error handler for Express, the last one unused.
  router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (!response.headersSent) refuse(response, 400, 'The request cannot be read.', 'invalidSyntax');
  });
  return router;
}
