import { createServer } from 'node:http';
import { join } from 'node:path';

import express from 'express';
import { z } from 'zod';

import { LOCAL_HOST, portOf } from '../peer/http.js';
import { openStateFile } from '../peer/state-file.js';
import type { ScimResource, StoredAccounts } from './account-store.js';
import { AppState } from './app-state.js';
import type { AppRequest } from './app-state.js';
import { createControl } from './control.js';
import { appDefinitionSchema, appFaultSchema } from './definition.js';
import type { AppDefinition } from './definition.js';
import { createScimService } from './scim-service.js';

/** How the simulated applications are started. */
export interface AppsOptions {
  readonly apps: readonly AppDefinition[];
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Keeps accounts in this directory between two starts. */
  readonly dataDir?: string;
}

/** One running application. */
export interface SimulatedApp {
  readonly name: string;
  /** Short name in addresses, made of the name. */
  readonly slug: string;
  /** What `/Users` is relative to. */
  readonly baseUrl: string;
  readonly token: string;
  users(): readonly ScimResource[];
  groups(): readonly ScimResource[];
  /** The account with this userName or e-mail address; the first when there are several. */
  find(userNameOrEmail: string): ScimResource | null;
  /** Stores an account as it is, even with a userName that is taken. */
  addUser(user: Readonly<Record<string, unknown>>): ScimResource;
  addFault(fault: z.input<typeof appFaultSchema>): void;
  clearFaults(): void;
  /** Requests answered since the start or the last {@link SimulatedApp.forgetRequests}. */
  requests(): readonly AppRequest[];
  forgetRequests(): void;
  reset(): void;
}

/** The running applications. */
export interface SimulatedApps {
  /** The page for people; commands by HTTP are described at `/control`. */
  readonly url: string;
  readonly apps: readonly SimulatedApp[];
  /** @throws when there is no application of that name */
  app(name: string): SimulatedApp;
  stop(): Promise<void>;
}

/**
 * Starts any number of stateful SCIM 2.0 applications on this machine, all behind one port, each with its own address,
 * token, dialect, accounts and faults.
 */
export async function startApps(options: AppsOptions): Promise<SimulatedApps> {
  const definitions = z.array(appDefinitionSchema).parse(options.apps);
  const path = options.dataDir === undefined ? undefined : join(options.dataDir, 'apps.json');
  const readState = (): Record<string, StoredAccounts> =>
    Object.fromEntries(states.map((state) => [state.slug, state.dump()]));
  const file = openStateFile<Record<string, StoredAccounts>>(path, readState);
  const states = definitions.map(({ name, token, dialect }) => {
    const slug = slugOf(name);
    const state = new AppState(name, slug, token ?? `${slug}-token`, dialect, () => file.changed());
    state.restore(file.initial?.[slug] ?? { users: [], groups: [] });
    return state;
  });
  const web = express().disable('x-powered-by');
  const server = createServer(web);
  const url = (): string => `http://${LOCAL_HOST}:${portOf(server)}`;
  const baseUrlOf = ({ slug }: { readonly slug: string }): string => `${url()}/${slug}/scim/v2`;
  const scim = createScimService(url);
  for (const state of states) web.use(`/${state.slug}/scim/v2`, scim.handlerFor(state));
  web.use(createControl(states, baseUrlOf));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, LOCAL_HOST, resolve);
  });
  const apps = states.map((state) => simulatedApp(state, baseUrlOf(state)));
  return {
    url: url(),
    apps,
    app: (name) => {
      const app = apps.find((one) => one.name === name || one.slug === name);
      if (app === undefined) throw new Error(`There is no simulated application ${name}.`);
      return app;
    },
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      file.close();
    },
  };
}

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

function simulatedApp(state: AppState, baseUrl: string): SimulatedApp {
  return {
    name: state.name,
    slug: state.slug,
    token: state.token,
    baseUrl,
    users: () => state.users.all(),
    groups: () => state.groups.all(),
    find: (value) =>
      state.users.find([{ attribute: 'username', value }])[0] ??
      state.users.find([{ attribute: 'emails', value }])[0] ??
      null,
    addUser: (user) => {
      const stored = state.users.put(user);
      state.onChange();
      return stored;
    },
    addFault: (given) => {
      const fault = appFaultSchema.parse(given);
      state.faults.add(fault, fault.times);
    },
    clearFaults: () => state.faults.clear(),
    requests: () => state.requests,
    forgetRequests: () => state.forgetRequests(),
    reset: () => state.reset(),
  };
}
