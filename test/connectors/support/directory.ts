import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Attribute, Client } from 'ldapts';

import { generatePassword } from '../../../activities/passwords.js';

import { ACTIVE_DIRECTORY_BRAND } from '../../../activities/connectors/active-directory.js';
import { guidText } from '../../../activities/connectors/active-directory/guid.js';
import { compileIncomingMap, compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { startDirectory } from '../../../sandbox/directory/server.js';
import { settingFault } from './faults.js';
import type { AdEnvironment } from '../../../sandbox/servers/active-directory.js';
import { sambaDomain } from '../../support/servers.js';
import type { ConnectorOptions } from '../../../activities/connectors/brand.js';
import type { DirectoryConnector } from '../../../activities/connectors/types.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { UserProfile } from '../../../domain/profile.js';

/** A running domain controller and the authority that signed its certificate. */
export interface Controller {
  readonly ad: AdEnvironment;
  /** For StartTLS. */
  readonly ldapUrl: string;
  /** PEM; empty where the public authorities do. */
  readonly ca: string;
  /** Absent for a shared one. */
  stop?(): Promise<void>;
}

/** The shared domain controller, or why there is none. */
export async function realController(): Promise<Controller | { readonly unavailable: string }> {
  const domain = await sambaDomain();
  if ('skip' in domain) return { unavailable: domain.skip };
  const caFile = domain.env.AD_CA_FILE;
  // A domain controller listens for both on its address (636 and 389 by default).
  const ldapUrl = domain.env.AD_LDAPS_URL.replace('ldaps:', 'ldap:').replace(/:636$/, ':389');
  return { ad: domain.env, ldapUrl, ca: caFile === undefined ? '' : readFileSync(caFile, 'utf8') };
}

/** A simulated directory of its own, which refuses what Windows refuses. */
export async function simulatedController(): Promise<Controller> {
  const { info, stop } = await startDirectory({ containers: [] });
  return { ad: info, ldapUrl: info.AD_LDAP_URL, ca: readFileSync(info.AD_CA_FILE, 'utf8'), stop };
}

/** A container of its own on a server, an administrator's view of it, and connectors to it. */
export interface TestDirectory {
  /** Two containers below it: `people` is where the map puts accounts, `other` is not. */
  readonly ou: string;
  readonly people: string;
  readonly other: string;
  /** Unique among all tests, for names and addresses. */
  readonly tag: string;
  readonly admin: Client;
  connect(options?: ConnectOptions): DirectoryConnector;
  person(changes?: Partial<UserProfile>): UserProfile;
  /** Adds an account with a password by hand, and gives its id. */
  add(
    attributes: Record<string, string>,
    options?: { readonly container?: string; readonly flags?: number },
  ): Promise<string>;
  idOf(dn: string): Promise<string>;
  /** Accounts of this container with this value, all attributes. */
  entries(attribute: string, value: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** What a test's connector has that others have not. */
export interface ConnectOptions {
  readonly settings?: Record<string, unknown>;
  readonly mapper?: MapperDefinition;
  readonly ca?: string;
}

/** Makes the containers. */
export async function openDirectory({ ad, ca, stop }: Controller): Promise<TestDirectory> {
  const tag = randomBytes(5).toString('hex');
  const tls = ca === '' ? {} : { tlsOptions: { ca } };
  const admin = new Client({ url: ad.AD_LDAPS_URL, ...tls });
  await admin.bind(ad.AD_BIND_DN, ad.AD_BIND_PASSWORD);
  const ou = `OU=t${tag},${ad.AD_BASE_DN}`;
  const [people, other] = [`OU=People,${ou}`, `OU=Other,${ou}`];
  for (const dn of [ou, people, other]) await admin.add(dn, { objectClass: ['top', 'organizationalUnit'] });
  const idOf = async (dn: string): Promise<string> => {
    const names = ['objectGUID'];
    const { searchEntries } = await admin.search(dn, {
      scope: 'base',
      attributes: names,
      explicitBufferAttributes: names,
    });
    return guidText(searchEntries[0]?.['objectGUID'] as Buffer) ?? '';
  };
  const opened: DirectoryConnector[] = [];
  let count = 0;

  return {
    ou,
    people,
    other,
    tag,
    admin,
    idOf,
    connect: ({ settings, mapper, ca: otherCa } = {}) => {
      const outgoing = {
        ...(ACTIVE_DIRECTORY_BRAND.defaultMapperOut as MapperDefinition),
        ou: { value: people },
        ...mapper,
      };
      const given = {
        url: ad.AD_LDAPS_URL,
        baseDn: ou,
        bindDn: ad.AD_BIND_DN,
        bindPassword: ad.AD_BIND_PASSWORD,
        ...settings,
      };
      const options = optionsOf(outgoing, otherCa ?? ca);
      const connector = ACTIVE_DIRECTORY_BRAND.create(given, options, settingFault) as DirectoryConnector;
      opened.push(connector);
      return connector;
    },
    person: (changes = {}) => {
      const name = `p${++count}.${tag}`;
      return {
        email: `${name}@example.com`,
        username: `${name}@example.com`,
        employeeId: `${tag}${count}`,
        givenName: 'Pat',
        surname: `Example${count}`,
        displayName: `Pat Example${count}`,
        ...changes,
      };
    },
    add: async (attributes, { container = people, flags = 512 } = {}) => {
      const cn = `seed-${randomUUID()}`;
      const dn = `CN=${cn},${container}`;
      const texts = {
        sAMAccountName: randomBytes(8).toString('hex'),
        userAccountControl: String(flags | 32),
        ...attributes,
      };
      await admin.add(dn, [
        new Attribute({ type: 'objectClass', values: ['top', 'person', 'organizationalPerson', 'user'] }),
        ...Object.entries(texts).map(([type, value]) => new Attribute({ type, values: [value] })),
        new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${generatePassword()}"`, 'utf16le')] }),
      ]);
      return idOf(dn);
    },
    entries: async (attribute, value) => {
      const { searchEntries } = await admin.search(ou, {
        filter: `(&(objectClass=user)(${attribute}=${value}))`,
        attributes: ['*', 'objectGUID'],
        explicitBufferAttributes: ['objectGUID'],
      });
      return searchEntries.map((entry) => ({ ...entry, guid: guidText(entry['objectGUID'] as Buffer) }));
    },
    close: async () => {
      await Promise.all(opened.map((connector) => connector.close()));
      await admin.unbind();
      await stop?.();
    },
  };
}

/** Options of a connector as the registry would give them. */
export function optionsOf(outgoing: unknown, ca: string): ConnectorOptions {
  return {
    instanceName: 'AD',
    outgoing: compileOutgoingMap(outgoing, "'test out'"),
    incoming: compileIncomingMap(ACTIVE_DIRECTORY_BRAND.defaultMapperIn, "'test in'"),
    requestTimeoutMs: 10_000,
    insecure: false,
    proxy: false,
    ...(ca === '' ? {} : { ca }),
  };
}
