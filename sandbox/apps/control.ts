import express from 'express';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';

import { isForeign } from '../peer/http.js';
import { PAGE_HEADERS } from '../peer/page.js';
import type { AppState } from './app-state.js';
import { accountsPage } from './accounts-page.js';
import { FAULT_DESCRIPTIONS, appFaultSchema } from './definition.js';
import type { AppKind, AppService } from './kind.js';

/** Commands that steer an application, as `GET /control` describes them. `<app>` is its short name. */
export const CONTROL_COMMANDS: Readonly<Record<string, string>> = {
  'GET /control': 'this description',
  'GET /control/<app>/accounts': 'users and groups as they are stored',
  'POST /control/<app>/accounts': "adds an account in the vendor's own shape, even with a name that is taken",
  'GET /control/<app>/requests': 'requests answered so far',
  'POST /control/<app>/faults':
    'adds a fault: { kind, times, method, path, status, retryAfterSeconds, header, delayMs }',
  'POST /control/<app>/clear-faults': 'forgets faults that have not struck yet',
  'POST /control/<app>/clear-requests': 'forgets the requests',
  'POST /control/<app>/reset': 'no accounts, groups, faults or requests',
};

/** One application as the page and the commands know it. */
export interface ControlledApp {
  readonly kind: AppKind;
  readonly state: AppState;
  readonly service: Pick<AppService, 'reset'>;
}

/** The page for people and the commands. */
export function createControl(apps: readonly ControlledApp[], urlOf: (state: AppState) => string): Router {
  const router = express.Router();
  router.use((request, response, next) => {
    if (isForeign(request.headers)) response.status(403).json({ error: 'A page of another site sent this request.' });
    else next();
  });
  router.use(express.json(), express.urlencoded({ extended: false }));
  router.get('/', (_request, response) => {
    response.set(PAGE_HEADERS).send(accountsPage(apps, urlOf));
  });
  router.get('/control', (_request, response) => {
    response.json({
      apps: apps.map(({ state }) => state.slug),
      commands: CONTROL_COMMANDS,
      faults: FAULT_DESCRIPTIONS,
    });
  });
  const withApp =
    (act: (state: AppState, request: Request, app: ControlledApp) => unknown) =>
    (request: Request, response: Response): void => {
      const { app } = request.params as { readonly app: string };
      const found = apps.find(({ state }) => state.slug === app);
      if (found === undefined) response.status(404).json({ error: `There is no application ${app}.` });
      else answer(request, response, () => act(found.state, request, found));
    };
  router.get(
    '/control/:app/accounts',
    withApp((state) => state.dump()),
  );
  router.get(
    '/control/:app/requests',
    withApp((state) => state.requests),
  );
  router.post(
    '/control/:app/accounts',
    withApp((state, { body }) => addAccount(state, body)),
  );
  router.post(
    '/control/:app/faults',
    withApp((state, { body }) => addFault(state, body)),
  );
  router.post(
    '/control/:app/clear-faults',
    withApp((state) => state.faults.clear()),
  );
  router.post(
    '/control/:app/clear-requests',
    withApp((state) => state.forgetRequests()),
  );
  router.post(
    '/control/:app/reset',
    withApp((state, _request, { service }) => {
      state.reset();
      service.reset?.();
    }),
  );
  return router;
}

function answer(request: Request, response: Response, act: () => unknown): void {
  try {
    const result = act();
    if (request.is('application/x-www-form-urlencoded') !== false && request.method === 'POST') {
      response.redirect(303, '/');
    } else response.json(result ?? { done: true });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    response.status(400).json({ error: z.prettifyError(error) });
  }
}

function addFault(state: AppState, body: unknown): unknown {
  // An HTML form sends fields left empty as empty texts.
  const given = Object.fromEntries(Object.entries(body ?? {}).filter(([, value]) => value !== ''));
  const fault = appFaultSchema.parse(given);
  state.faults.add(fault, fault.times);
  return fault;
}

function addAccount(state: AppState, body: unknown): unknown {
  const user = state.users.put(z.looseObject({}).parse(body));
  state.onChange();
  return user;
}
