import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import type { AccountView, AppKind } from '../kind.js';
import { applicationRoutes } from './applications.js';
import { groupRoutes, groupsOfUserRoute } from './groups.js';
import { logRoutes } from './logs.js';
import { newOktaId, Organisation, profileOf, textOf } from './organisation.js';
import type { StoredOrganisation } from './organisation.js';
import { userSchema } from './profile.js';
import { OktaRefusal, refuse, sendRefusal } from './refusal.js';
import { ownerOf } from './tokens.js';
import { userRoutes } from './users.js';

const ROOT = '/api/v1';
const MINUTE_MS = 60_000;
/** Requests within a minute that the headers promise where the definition sets no limit. */
const USUAL_LIMIT = 600;

/** Okta: users with their life cycle, groups, applications with their assignments, and the System Log. */
export const OKTA_KIND: AppKind = {
  root: ROOT,
  refuse,
  isAuthorized: (state, request) => ownerOf(state, request) !== null,
  isSearch: (method, path) => method === 'GET' && /^\/users\/?\?/.test(path),
  newId: () => newOktaId('00u'),
  view,
  serve: (state, origin) => {
    const organisation = new Organisation(state, () => `${origin()}/${state.slug}${ROOT}`);
    return {
      handler: handlerOf(organisation),
      dump: () => organisation.dump(),
      restore: (stored) => organisation.restore(stored as StoredOrganisation),
      reset: () => organisation.reset(),
    };
  },
};

function view(user: StoredRecord): AccountView {
  const { login, email, displayName, title } = profileOf(user);
  return {
    username: textOf(login),
    email: textOf(email),
    displayName: textOf(displayName),
    title: textOf(title),
    active: user['status'] !== 'DEPROVISIONED',
  };
}

function handlerOf(organisation: Organisation): RequestHandler {
  const router = express.Router();
  router.use(rateLimitHeaders(organisation.state));
  router.use(express.json({ limit: '1mb' }));
  router.use('/users', groupsOfUserRoute(organisation), userRoutes(organisation));
  router.use('/groups', groupRoutes(organisation));
  router.use('/apps', applicationRoutes(organisation));
  router.use('/logs', logRoutes(organisation));
  router.get('/meta/schemas/user/default', (_request, response) => {
    response.json(userSchema(organisation.address()));
  });
  router.use((request, response) => {
    sendRefusal(response, new OktaRefusal('E0000022', [], `There is no ${request.method} ${request.path}`));
  });
  // Four parameters mark an error handler for Express, the last one unused.
  router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (!response.headersSent) sendRefusal(response, new OktaRefusal('E0000003'));
  });
  return router;
}

/** Okta tells with every answer how many requests of the minute are left. */
function rateLimitHeaders({ dialect }: AppState): RequestHandler {
  const limit = dialect.requestsPerMinute ?? USUAL_LIMIT;
  let window = { minute: 0, requests: 0 };
  return (_request, response, next) => {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (window.minute !== minute) window = { minute, requests: 0 };
    window.requests += 1;
    response.setHeader('x-rate-limit-limit', String(limit));
    response.setHeader('x-rate-limit-remaining', String(Math.max(0, limit - window.requests)));
    response.setHeader('x-rate-limit-reset', String(((minute + 1) * MINUTE_MS) / 1000));
    next();
  };
}
