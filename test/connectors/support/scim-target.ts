import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { compileIncomingMap, compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { SCIM_BRAND } from '../../../activities/connectors/scim.js';
import { settingFault } from './directory.js';
import { startScimService, storedUser } from './scim-service.js';
import type { AccountSeen, ContractApplication } from '../contract-application.js';
import type { ContractTarget } from '../contract.js';
import type { Stored } from './scim-service.js';

/** The SCIM connector against a service of its own, with a token address that hands out a new token each time. */
export function scimTarget(name: string, dialect: string): ContractTarget {
  return { name, open: () => openApplication(dialect) };
}

async function openApplication(dialect: string): Promise<ContractApplication> {
  const service = await startScimService();
  const tokens = await startTokenServer((token) => service.tokens.add(token));
  const oauth = { tokenUrl: tokens.url, clientId: 'client', clientSecret: 'secret' };
  const connector = SCIM_BRAND.create({ baseUrl: service.baseUrl, oauth, dialect }, options(), settingFault);
  let count = 0;
  return {
    connector,
    createsActive: true,
    prefersActive: true,
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
    seed: (profile, { active, sharing }) => {
      const user = storedUser({
        userName: profile.username ?? '',
        email: (sharing ?? profile).email ?? '',
        externalId: profile.employeeId ?? '',
        displayName: profile.displayName ?? '',
        active,
      });
      const name = { givenName: profile['givenName'], familyName: profile['surname'] };
      const title = typeof profile['title'] === 'string' ? { title: profile['title'] } : {};
      service.users.set(user.id, { ...user, name, ...title });
      return Promise.resolve(user.id);
    },
    accountsOf: ({ email }) =>
      Promise.resolve([...service.users.values()].map(toSeen).filter((account) => account.email === email)),
    writes: () => service.requests.filter(({ method }) => method !== 'GET').length,
    faults: {
      loseNextCreation: () => service.fail({ method: 'POST', kind: 'lost' }),
      limitNextSearch: (seconds) =>
        service.fail({ method: 'GET', kind: 'answer', status: 429, headers: { 'retry-after': String(seconds) } }),
      expireToken: () => service.tokens.clear(),
    },
    close: async () => {
      await connector.close();
      await service.close();
      await tokens.close();
    },
  };
}

const options = (): Parameters<typeof SCIM_BRAND.create>[1] => ({
  instanceName: 'App',
  outgoing: compileOutgoingMap(SCIM_BRAND.defaultMapperOut, "'test out'"),
  incoming: compileIncomingMap(SCIM_BRAND.defaultMapperIn, "'test in'"),
  requestTimeoutMs: 5_000,
  insecure: false,
  proxy: false,
});

async function startTokenServer(issued: (token: string) => void): Promise<{ url: string; close(): Promise<void> }> {
  let count = 0;
  const server = createServer((_request, response) => {
    const token = `token-${++count}`;
    issued(token);
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

function toSeen(user: Stored): AccountSeen {
  const entry = (list: unknown): string | undefined => (list as { value?: string }[] | undefined)?.[0]?.value;
  return {
    id: user.id,
    username: String(user['userName']),
    email: entry(user['emails']) ?? '',
    active: user['active'] === true,
    surname: (user['name'] as { familyName?: string } | undefined)?.familyName ?? '',
    phone: entry(user['phoneNumbers']),
    title: typeof user['title'] === 'string' ? user['title'] : undefined,
  };
}
