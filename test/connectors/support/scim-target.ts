import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { compileIncomingMap, compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { SCIM_BRAND } from '../../../activities/connectors/scim.js';
import { startApps } from '../../../sandbox/apps/server.js';
import type { AppDefinition } from '../../../sandbox/apps/definition.js';
import type { ScimConnector } from '../../../activities/connectors/scim.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';
import { settingFault } from './faults.js';
import type { ConnectorOptions } from '../../../activities/connectors/brand.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AccountSeen, ContractApplication } from '../contract-application.js';
import type { ContractTarget } from '../contract.js';

/** The SCIM connector in one dialect against a simulated application that insists on it. */
export function scimTarget(
  name: string,
  dialect: string,
  insists: NonNullable<AppDefinition['dialect']> = {},
): ContractTarget {
  return { name, open: () => openApplication(dialect, insists) };
}

/** A simulated application and a connector to it. */
export async function openScim(
  dialect = 'standard',
  insists: NonNullable<AppDefinition['dialect']> = {},
  options: Partial<ConnectorOptions> = {},
): Promise<{ readonly app: SimulatedApp; readonly connector: ScimConnector; close(): Promise<void> }> {
  const apps = await startApps({ apps: [{ name: 'App', dialect: insists }] });
  const app = apps.app('App');
  const tokens = await startTokenServer(app.token);
  const oauth = { tokenUrl: tokens.url, clientId: 'client', clientSecret: 'secret' };
  const settings = { baseUrl: app.baseUrl, oauth, dialect };
  const connector = SCIM_BRAND.create(settings, { ...scimOptions(), ...options }, settingFault) as ScimConnector;
  return {
    app,
    connector,
    close: async () => {
      await Promise.all([connector.close(), apps.stop(), tokens.close()]);
    },
  };
}

/** Options of a connector as the registry would give them, with the default maps. */
export const scimOptions = (): ConnectorOptions => ({
  instanceName: 'App',
  outgoing: compileOutgoingMap(SCIM_BRAND.defaultMapperOut, "'test out'"),
  incoming: compileIncomingMap(SCIM_BRAND.defaultMapperIn, "'test in'"),
  requestTimeoutMs: 5_000,
  insecure: false,
  proxy: false,
});

async function openApplication(
  dialect: string,
  insists: NonNullable<AppDefinition['dialect']>,
): Promise<ContractApplication> {
  const { app, connector, close } = await openScim(dialect, insists);
  let count = 0;
  return {
    connector,
    createsActive: true,
    prefersActive: true,
    // Only a mail address can be shared; names and ids are unique.
    sharesKeys: dialect === 'standard',
    person: (changes = {}) => {
      const key = `p${++count}`;
      return {
        email: `${key}@example.com`,
        username: `${key}.example`,
        employeeId: `E${count}`,
        givenName: 'Pat',
        surname: `Example${count}`,
        displayName: `Pat Example${count}`,
        ...changes,
      };
    },
    seed: (profile, { active, sharing }) => Promise.resolve(app.addUser(userOf(profile, active, sharing)).id),
    accountsOf: ({ email }) =>
      Promise.resolve(
        app
          .users()
          .map(toSeen)
          .filter((account) => account.email === email),
      ),
    writes: () => app.requests().filter(({ method }) => method !== 'GET').length,
    faults: {
      loseNextCreation: () => app.addFault({ kind: 'cut-after', method: 'POST' }),
      limitNextSearch: (retryAfterSeconds) => app.addFault({ kind: 'rate-limit', method: 'GET', retryAfterSeconds }),
      expireToken: () => app.addFault({ kind: 'unauthorized' }),
    },
    close,
  };
}

function userOf(profile: UserProfile, active: boolean, sharing: UserProfile | undefined): Record<string, unknown> {
  return {
    userName: profile.username,
    externalId: profile.employeeId,
    displayName: profile.displayName,
    active,
    emails: [{ value: (sharing ?? profile).email, type: 'work', primary: true }],
    name: { givenName: profile['givenName'], familyName: profile['surname'] },
    ...(typeof profile['title'] === 'string' ? { title: profile['title'] } : {}),
  };
}

async function startTokenServer(token: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: token, expires_in: 3_600 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function toSeen(user: Readonly<Record<string, unknown>>): AccountSeen {
  const entry = (list: unknown): string | undefined => (list as { value?: string }[] | undefined)?.[0]?.value;
  return {
    id: String(user['id']),
    username: String(user['userName']),
    email: entry(user['emails']) ?? '',
    active: user['active'] === true,
    surname: (user['name'] as { familyName?: string } | undefined)?.familyName ?? '',
    phone: entry(user['phoneNumbers']),
    title: typeof user['title'] === 'string' ? user['title'] : undefined,
  };
}
