import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import SCIMMYRouters from 'scimmy-routers';

import type { AppState } from './app-state.js';
import { strike, takeFault } from './misbehaviour.js';
import { acceptsBody } from './scim-body.js';
import { readQuery } from './scim-query.js';
import { refuse } from './scim-refusal.js';
import { declareResources } from './scim-resources.js';
import type { ScimContext } from './scim-resources.js';

/** The SCIM interface of all applications of one server; mounted where each application's requests arrive. */
export interface ScimService {
  handlerFor(state: AppState): RequestHandler;
}

/** Makes the SCIM interface. `origin` is asked per request, because the port is known only after the start. */
export function createScimService(origin: () => string): ScimService {
  declareResources();
  const contexts = new WeakMap<Request, ScimContext>();
  // Checked by our own handler before, with the application's own token.
  const authenticated = (): string => 'sandbox';
  const routers = new SCIMMYRouters({
    type: 'bearer',
    handler: authenticated,
    context: (request) => contexts.get(request),
    baseUri: origin,
  });
  const readBody = express.json({ type: ['application/scim+json', 'application/json'], limit: '10mb' });

  const handle = async (state: AppState, request: Request, response: Response, next: NextFunction): Promise<void> => {
    response.on('close', () => {
      const status = response.writableFinished ? response.statusCode : 0;
      state.record({ method: request.method, path: request.url, status });
    });
    if (request.headers.authorization !== `Bearer ${state.token}`) {
      return refuse(response, 401, 'The token is missing or wrong.');
    }
    const wait = state.secondsUntilQuota(Date.now());
    if (wait !== null) {
      response.setHeader('retry-after', String(wait));
      return refuse(response, 429, 'Too many requests.');
    }
    const fault = takeFault(state, request.method, request.url);
    if (fault !== null && !(await strike(fault, request, response))) return;
    if (!acceptsBody(state, request, response)) return;
    const clauses = readQuery(state, request, response);
    if (clauses === false) return;
    contexts.set(request, { state, clauses, fault, isRead: request.method === 'GET', now: new Date() });
    next();
  };

  return {
    handlerFor: (state) => {
      const router = express.Router();
      router.use(readBody);
      router.use((request, response, next) => {
        handle(state, request, response, next).catch(next);
      });
      router.use(routers);
      // Four parameters mark an error handler for Express, the last one unused.
      router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
        if (!response.headersSent) refuse(response, 400, 'The request cannot be read.', 'invalidSyntax');
      });
      return router;
    },
  };
}
