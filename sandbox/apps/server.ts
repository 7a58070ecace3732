import { createServer } from 'node:http';
import { join } from 'node:path';

import express from 'express';
import { z } from 'zod';

import { LOCAL_HOST, portOf } from '../peer/http.js';
import { openStateFile } from '../peer/state-file.js';
import type { StoredAccounts, StoredRecord } from './account-store.js';
import { AppState } from './app-state.js';
import type { AppRequest } from './app-state.js';
import { createControl } from './control.js';
import { appDefinitionSchema, appFaultSchema, dialectSchema } from './definition.js';
import type { AppDefinition, AppFault } from './definition.js';
import { createGate } from './gate.js';
import type { AccountView, AppKind, AppService } from './kind.js';
import { APP_KINDS } from './kinds.js';
import { credentialsOf, tokenEndpoint } from './tokens.js';
import type { TokenCredentials } from './tokens.js';

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
  /** The application's own address, without a path of the vendor's. */
  readonly url: string;
  /** Where the vendor's interface begins, e.g. what `/Users` is relative to. */
  readonly baseUrl: string;
  readonly token: string;
  /** For vendors that give tokens: by default at `/oauth/token` below {@link SimulatedApp.url}. */
  readonly credentials: TokenCredentials;
  users(): readonly StoredRecord[];
  groups(): readonly StoredRecord[];
  /** The account with this userName or e-mail address; the first when there are several. */
  find(userNameOrEmail: string): StoredRecord | null;
  /** An account in words that all vendors share. */
  view(user: StoredRecord): AccountView;
  /** Stores an account as it is, even with a userName that is taken. */
  addUser(user: Readonly<Record<string, unknown>>): StoredRecord;
  /** Stores a group as SCIM services keep them, even with a name that is taken. */
  addGroup(displayName: string, members: readonly string[]): StoredRecord;
  addFault(fault: z.input<typeof appFaultSchema>): void;
  clearFaults(): void;
  /** Asks for a fault at each request, until told null. */
  setWeather(weather: ((method: string, path: string) => z.input<typeof appFaultSchema> | null) | null): void;
  /** Changes the text of every answer, until told null. */
  rewriteAnswers(rewrite: ((body: string) => string) | null): void;
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

interface Running {
  readonly kind: AppKind;
  readonly state: AppState;
  readonly service: AppService;
}

/**
 * Starts any number of stateful applications on this machine, all behind one port, each with its own address, token,
 * kind, accounts and faults.
 */
export async function startApps(options: AppsOptions): Promise<SimulatedApps> {
  const definitions = z.array(appDefinitionSchema).parse(options.apps);
  const path = options.dataDir === undefined ? undefined : join(options.dataDir, 'apps.json');
  const readState = (): Record<string, StoredAccounts> =>
    Object.fromEntries(running.map(({ state, service }) => [state.slug, dumpOf(state, service)]));
  const file = openStateFile<Record<string, StoredAccounts>>(path, readState);
  const web = express().disable('x-powered-by');
  const server = createServer(web);
  const url = (): string => `http://${LOCAL_HOST}:${portOf(server)}`;
  const running = definitions.map((definition): Running => {
    const kind: AppKind = APP_KINDS[definition.kind];
    const slug = slugOf(definition.name);
    const dialect = dialectSchema.parse({ ...kind.dialect, ...definition.dialect });
    const token = definition.token ?? `${slug}-token`;
    const state = new AppState(definition.name, slug, token, dialect, () => file.changed(), kind.newId);
    const service = kind.serve(state, url);
    const stored = file.initial?.[slug] ?? { users: [], groups: [] };
    state.restore(stored);
    if (stored.more !== undefined) service.restore?.(stored.more);
    return { kind, state, service };
  });
  const urlOf = ({ slug }: Pick<AppState, 'slug'>): string => `${url()}/${slug}`;
  for (const { kind, state, service } of running) {
    const { tokens } = kind;
    web.use(`/${state.slug}/oauth/token`, tokenEndpoint(state));
    if (tokens !== undefined) {
      const extra = (): Readonly<Record<string, unknown>> => tokens.extra?.(urlOf(state)) ?? {};
      web.use(`/${state.slug}${tokens.path}`, tokenEndpoint(state, extra));
    }
    web.use(`/${state.slug}${kind.root}`, createGate(state, kind), service.handler);
  }
  web.use(createControl(running, urlOf));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, LOCAL_HOST, resolve);
  });
  const apps = running.map((one) => simulatedApp(one, urlOf(one.state)));
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

function dumpOf(state: AppState, service: AppService): StoredAccounts {
  const more = service.dump?.();
  return { ...state.dump(), ...(more === undefined ? {} : { more }) };
}

function simulatedApp({ kind, state, service }: Running, url: string): SimulatedApp {
  const holds = (user: StoredRecord, value: string): boolean => {
    const { username, email } = kind.view(user);
    return [username, email].some((key) => key.toLowerCase() === value.toLowerCase());
  };
  return {
    name: state.name,
    slug: state.slug,
    token: state.token,
    credentials: credentialsOf(state),
    url,
    baseUrl: `${url}${kind.root}`,
    users: () => state.users.all(),
    groups: () => state.groups.all(),
    view: (user) => kind.view(user),
    find: (value) =>
      state.users.find([{ attribute: 'username', value }])[0] ??
      state.users.all().find((user) => holds(user, value)) ??
      null,
    addUser: (user) => {
      const stored = state.users.put(user);
      state.onChange();
      return stored;
    },
    addGroup: (displayName, members) => {
      const stored = state.groups.put({ displayName, members: members.map((value) => ({ value, type: 'User' })) });
      state.onChange();
      return stored;
    },
    addFault: (given) => {
      const fault = appFaultSchema.parse(given);
      state.faults.add(fault, fault.times);
    },
    clearFaults: () => state.faults.clear(),
    setWeather: (weather) => {
      state.weather = weather === null ? null : (method, path) => parsedFault(weather(method, path));
    },
    rewriteAnswers: (rewrite) => {
      state.rewrite = rewrite;
    },
    requests: () => state.requests,
    forgetRequests: () => state.forgetRequests(),
    reset: () => {
      state.reset();
      service.reset?.();
    },
  };
}

const parsedFault = (fault: z.input<typeof appFaultSchema> | null): AppFault | null =>
  fault === null ? null : appFaultSchema.parse(fault);
