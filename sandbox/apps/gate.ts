import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

import type { AppState } from './app-state.js';
import type { AppFault } from './definition.js';
import type { AppKind } from './kind.js';
import { rewriteAnswer, strike, takeFault } from './misbehaviour.js';

const faults = new WeakMap<Request, AppFault>();

/** The fault that a handler itself has to show for this request: wrong or duplicate hits of a search. */
export const faultOf = (request: Request): AppFault | null => faults.get(request) ?? null;

/** What every application does before its own interface: note the request, check the token, count, misbehave. */
export function createGate(state: AppState, kind: AppKind): RequestHandler {
  const pass = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const { method, url: path } = request;
    response.on('close', () => {
      state.record({ method, path, status: response.writableFinished ? response.statusCode : 0 });
    });
    const authorized = kind.isAuthorized?.(state, request) ?? hasBearer(state, request);
    if (!authorized) return kind.refuse(response, 401, 'The token is missing or wrong.', 'unauthorized');
    const wait = state.secondsUntilQuota(Date.now());
    if (wait !== null) {
      response.setHeader('retry-after', String(wait));
      return kind.refuse(response, 429, 'Too many requests.', 'throttled');
    }
    const fault = takeFault(state, kind, method, path);
    if (fault !== null) faults.set(request, fault);
    if (fault !== null && !(await strike(fault, kind, request, response))) return;
    if (state.rewrite !== null) rewriteAnswer(response, state.rewrite);
    next();
  };
  const router = express.Router();
  router.use((request, response, next) => {
    pass(request, response, next).catch(next);
  });
  return router;
}

/** Whether a request bears the application's token. */
export const hasBearer = (state: AppState, request: Request): boolean =>
  request.headers.authorization === `Bearer ${state.token}`;
