import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import type { SecureContext } from 'node:tls';

import { createCertificates } from '../peer/certificate.js';
import { LOCAL_HOST, portOf } from '../peer/http.js';
import { openStateFile } from '../peer/state-file.js';
import { UserFlag, hasFlag } from './account-flags.js';
import { serveConnection } from './connection.js';
import { DirectoryState } from './directory-state.js';
import type { DirectoryFault } from './directory-state.js';
import { startDirectoryPage } from './directory-page.js';
import { ADMINISTRATOR, EXAMPLE_CONTAINERS, furnish, makePassword } from './domain.js';
import { shownAttributes } from './entry-view.js';
import { DirectoryTree, isOf } from './tree.js';
import type { StoredEntry } from './tree.js';

/** How the simulated Active Directory is started. Everything may be left out. */
export interface DirectoryOptions {
  /** Port for LDAPS; 0, the default, takes a free one. */
  readonly port?: number;
  /** Port for LDAP with StartTLS. */
  readonly ldapPort?: number;
  /** Port of the page for people. */
  readonly webPort?: number;
  /** Keeps entries, certificates and the service account's password in this directory between two starts. */
  readonly dataDir?: string;
  /** Default `DC=ilm,DC=test`, the base that the example's mapper names. */
  readonly baseDn?: string;
  /** Containers to be there, relative to the base, parents first. Default: those of the example organisation. */
  readonly containers?: readonly string[];
  /** Password of the service account; without it, the kept one or a new one. */
  readonly bindPassword?: string;
  readonly minPasswordLength?: number;
  readonly now?: () => Date;
}

/** What clients need to know, under the names of the environment variables that the example configuration reads. */
export interface DirectoryInfo {
  readonly AD_LDAPS_URL: string;
  readonly AD_LDAP_URL: string;
  readonly AD_BASE_DN: string;
  readonly AD_UPN_SUFFIX: string;
  readonly AD_NETBIOS_DOMAIN: string;
  readonly AD_BIND_DN: string;
  readonly AD_BIND_PASSWORD: string;
  readonly AD_CA_FILE: string;
}

/** An account as it is. */
export interface DirectoryAccount {
  readonly dn: string;
  readonly enabled: boolean;
  readonly hasPassword: boolean;
  /** Texts by the directory's own spelling; bytes are left out. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A running simulated Active Directory. */
export interface Directory {
  /** Address for LDAPS. */
  readonly url: string;
  /** The page for people. */
  readonly webUrl: string;
  readonly info: DirectoryInfo;
  /** The account with this account name, mail address or employee id. */
  find(key: string): DirectoryAccount | null;
  /** All accounts but the service account. */
  accounts(): readonly DirectoryAccount[];
  addFault(fault: DirectoryFault): void;
  clearFaults(): void;
  stop(): Promise<void>;
}

interface Kept {
  readonly baseDn: string;
  readonly password: string;
  readonly entries: readonly StoredEntry[];
}

/**
 * Starts a simulated Active Directory on this machine, for people without a domain controller. It speaks LDAPS (and LDAP
 * with StartTLS) and refuses what a Windows domain controller refuses (spec active-directory 8.4, 9 and 10).
 */
export async function startDirectory(options: DirectoryOptions = {}): Promise<Directory> {
  const { dataDir } = options;
  const domain = openDomain(options);
  const certificates = await createCertificates(dataDir === undefined ? undefined : join(dataDir, 'directory-tls'));
  const context = createSecureContext({ cert: certificates.cert, key: certificates.key });
  const sockets = new Set<Socket>();
  const servers = serversOf(domain.state, context, certificates, sockets);
  await Promise.all([listen(servers.ldaps, options.port), listen(servers.ldap, options.ldapPort)]);
  const page = await startDirectoryPage(domain.state, options.webPort ?? 0);
  const url = `ldaps://${LOCAL_HOST}:${portOf(servers.ldaps)}`;
  const { state } = domain;
  return {
    url,
    webUrl: page.url,
    info: {
      AD_LDAPS_URL: url,
      AD_LDAP_URL: `ldap://${LOCAL_HOST}:${portOf(servers.ldap)}`,
      AD_BASE_DN: state.tree.baseDn,
      AD_UPN_SUFFIX: state.upnSuffix,
      AD_NETBIOS_DOMAIN: state.netbiosName,
      AD_BIND_DN: administratorDn(state.tree.baseDn),
      AD_BIND_PASSWORD: domain.password,
      AD_CA_FILE: certificates.caFile,
    },
    find: (key) => accountsOf(state, key)[0] ?? null,
    accounts: () => accountsOf(state),
    addFault: (fault) => state.faults.add(fault, fault.times),
    clearFaults: () => state.faults.clear(),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([close(servers.ldaps), close(servers.ldap), page.stop()]);
      domain.close();
    },
  };
}

const administratorDn = (baseDn: string): string => `CN=${ADMINISTRATOR},CN=Users,${baseDn}`;

interface Domain {
  readonly state: DirectoryState;
  readonly password: string;
  close(): void;
}

/** The domain of the last start, or a new one, with what the options ask for in place. */
function openDomain(options: DirectoryOptions): Domain {
  const { dataDir, baseDn = 'DC=ilm,DC=test', now = () => new Date() } = options;
  const readState = (): Kept => ({ baseDn, password, entries: [...tree.all()] });
  const file = openStateFile<Kept>(dataDir === undefined ? undefined : join(dataDir, 'directory.json'), readState);
  const kept = file.initial?.baseDn === baseDn ? file.initial : null;
  const password = options.bindPassword ?? kept?.password ?? makePassword();
  const tree: DirectoryTree = new DirectoryTree(baseDn, kept?.entries);
  const { containers = EXAMPLE_CONTAINERS, minPasswordLength = 7 } = options;
  furnish(tree, { containers, password, minPasswordLength }, now());
  const administrator = tree.resolve(administratorDn(baseDn));
  if (administrator === undefined) throw new Error('The simulated directory has no service account.');
  file.changed();
  const state = new DirectoryState(tree, administrator.id, file.changed, now);
  return { state, password, close: () => file.close() };
}

function serversOf(
  state: DirectoryState,
  context: SecureContext,
  { cert, key }: { readonly cert: string; readonly key: string },
  sockets: Set<Socket>,
): { readonly ldaps: Server; readonly ldap: Server } {
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, state, context);
  };
  return { ldaps: createTlsServer({ cert, key }, serve), ldap: createServer(serve) };
}

const listen = (server: Server, port = 0): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, LOCAL_HOST, resolve);
  });

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** The accounts with this account name, mail address or employee id; without a key, all but the service account. */
function accountsOf({ tree, administratorId }: DirectoryState, key?: string): DirectoryAccount[] {
  const entries =
    key === undefined
      ? [...tree.all()].filter((entry) => isOf(entry, 'user') && entry.id !== administratorId)
      : ['samaccountname', 'mail', 'employeeid'].flatMap((attribute) => tree.having(attribute, key));
  return entries.map((entry) => accountOf(tree, entry));
}

function accountOf(tree: DirectoryTree, entry: StoredEntry): DirectoryAccount {
  const shown = shownAttributes(tree, entry, ['*']).map(({ type, values }) => [
    type,
    values.filter((value): value is string => typeof value === 'string'),
  ]);
  return {
    dn: tree.dnOf(entry),
    enabled: !hasFlag(entry, UserFlag.Disabled),
    hasPassword: entry.secret !== undefined,
    attributes: Object.fromEntries(shown) as DirectoryAccount['attributes'],
  };
}
