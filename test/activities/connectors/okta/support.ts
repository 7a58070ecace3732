import type { TestContext } from 'node:test';

import { runUserCommand } from '../../../../activities/connectors/commands.js';
import { openApp, somebody } from '../../../connectors/support/app-target.js';
import { OKTA_APP } from '../../../connectors/targets/okta.js';
import { ALL_FLAGS } from '../../../connectors/support/flags.js';
import type { OktaConnector } from '../../../../activities/connectors/okta.js';
import type {
  CommandFlags,
  UserCommand,
  UserCommandRequest,
  UserCommandResult,
} from '../../../../activities/connectors/types.js';
import type { StoredRecord } from '../../../../sandbox/apps/account-store.js';
import type { SimulatedApp } from '../../../../sandbox/apps/server.js';

/** A simulated organisation, a connector to it, and an administrator who works there by hand. */
export interface Organisation {
  readonly app: SimulatedApp;
  readonly connector: OktaConnector;
  /** A request with the administrator's token; answers with its parsed body. */
  administrator(method: string, path: string, body?: unknown): Promise<OktaAnswer>;
}

interface OktaAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Opens an organisation that is gone after the test. */
export async function organisation(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
  dialect: Readonly<Record<string, unknown>> = {},
): Promise<Organisation> {
  const opened = await openApp({
    ...OKTA_APP,
    app: { ...OKTA_APP.app, dialect },
    settings: (app) => ({ ...OKTA_APP.settings(app), ...settings }),
  });
  t.after(opened.close);
  const { app } = opened;
  return {
    app,
    connector: opened.connector as OktaConnector,
    administrator: (method, path, body) => callOkta(app, method, path, body),
  };
}

/** Calls the simulated organisation past any connector, as its administrator. */
export async function callOkta(app: SimulatedApp, method: string, path: string, body?: unknown): Promise<OktaAnswer> {
  const address = path.startsWith('http') ? path : app.baseUrl + path;
  const answer = await fetch(address, {
    method,
    headers: { authorization: `SSWS ${app.slug}-administrator-token`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** A person whom Okta does not know yet. */
export const PAT = somebody(1);

/** Runs a command for {@link PAT} unless the request says otherwise. */
export const command = (
  connector: OktaConnector,
  name: UserCommand,
  request: Partial<UserCommandRequest> = {},
  flags: Partial<CommandFlags> = {},
): Promise<UserCommandResult> =>
  runUserCommand(connector, { ...ALL_FLAGS, ...flags }, name, {
    profile: PAT,
    known: null,
    allowEnable: false,
    ...request,
  });

/** Puts a user there in some status, with attributes on top of {@link PAT}'s. */
export function addUser(
  app: SimulatedApp,
  status: string,
  attributes: Readonly<Record<string, unknown>> = {},
): StoredRecord {
  const email = PAT.email ?? '';
  const record = OKTA_APP.record(PAT, { active: true, email });
  const profile = { ...(record['profile'] as object), ...attributes };
  return app.addUser({ ...record, status, profile });
}

/** A stored user's status and one of its attributes. */
export const stored = (
  app: SimulatedApp,
  login = PAT.email ?? '',
): { readonly status: unknown; readonly profile: Readonly<Record<string, unknown>> } =>
  app.find(login) as unknown as { status: unknown; profile: Readonly<Record<string, unknown>> };

/** Requests that wrote, as method and path. */
export const writes = (app: SimulatedApp): readonly string[] =>
  app.requests().flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`]));
