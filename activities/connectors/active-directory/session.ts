import { connect as connectPlain } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';

import { Attribute, Change, Client } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { toEntry } from './entry.js';
import { directoryError, isLdapCode, LdapCode, ldapResultOf } from './faults.js';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ConnectorOptions } from '../brand.js';
import type { DirectoryEntry } from './entry.js';
import type { ActiveDirectorySettings } from './settings.js';

/** One search. Named attributes only; always paged. */
export interface DirectorySearch {
  readonly filter: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly attributes: readonly string[];
}

/** One attribute to be replaced; no values = cleared. A buffer is sent as bytes. */
export interface AttributeChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly string[] | readonly Buffer[];
}

/**
 * One connection to one server, opened on first use, kept, and opened anew when it was lost. Reads are repeated once on
 * a fresh connection; writes are not, because a lost answer says nothing about the write. Errors are `ConnectorError`s.
 */
export interface DirectorySession {
  search(base: string, search: DirectorySearch): Promise<readonly DirectoryEntry[]>;
  add(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): Promise<void>;
  modify(dn: string, changes: readonly AttributeChange[]): Promise<void>;
  /** Renames or moves; the new name's special characters must be hex pairs (`escapeDnValue`). */
  rename(dn: string, newDn: string): Promise<void>;
  /** The identity that the server gave the session: empty for an anonymous one, `null` when it cannot tell. */
  whoAmI(): Promise<string | null>;
  close(): Promise<void>;
}

const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

// A refused bind counts towards the service account's lockout, so it is not repeated sooner.
const REFUSED_BIND_PAUSE_MS = 60_000;

/** Makes a session; connects on first use. */
export function createDirectorySession(
  settings: ActiveDirectorySettings,
  options: Pick<ConnectorOptions, 'instanceName' | 'insecure' | 'ca' | 'requestTimeoutMs'>,
  now: () => number = Date.now,
): DirectorySession {
  const { instanceName } = options;
  let current: Promise<Connection> | undefined;
  let refusal: { readonly error: ConnectorError; readonly until: number } | undefined;

  const open = async (): Promise<Connection> => {
    if (refusal !== undefined && refusal.until > now()) throw refusal.error;
    const connection = singleUseConnection(settings, options);
    try {
      if (settings.startTls) await connection.client.startTLS(tlsOptions(settings, options));
      await connection.client.bind(settings.bindDn, settings.bindPassword);
    } catch (error) {
      void connection.client.unbind().catch(() => undefined);
      const failure = directoryError(`${instanceName}: signing in to the directory`, error);
      if (failure.kind === ConnectorErrorKind.Unauthorized) {
        refusal = { error: failure, until: now() + REFUSED_BIND_PAUSE_MS };
      }
      throw failure;
    }
    refusal = undefined;
    return connection;
  };

  const connected = async (): Promise<Connection> => {
    const known = current;
    const connection = await known?.catch(() => undefined);
    if (connection?.isOpen() === true) return connection;
    // Of several callers that find the connection lost, the first opens the new one and the others wait for it.
    if (current === known) current = open();
    return current ?? open();
  };

  const discard = async (connection: Connection): Promise<void> => {
    if ((await current?.catch(() => undefined)) === connection) current = undefined;
    void connection.client.unbind().catch(() => undefined);
  };

  const attempt = async <T>(
    what: string,
    names: readonly string[],
    work: (client: Client) => Promise<T>,
  ): Promise<T> => {
    const connection = await connected();
    try {
      return await work(connection.client);
    } catch (error) {
      if (ldapResultOf(error) === null || isLdapCode(error, LdapCode.OperationsError)) await discard(connection);
      throw directoryError(`${instanceName}: ${what}`, error, names);
    }
  };

  /** For reads only. */
  const repeatable = async <T>(what: string, work: (client: Client) => Promise<T>): Promise<T> => {
    try {
      return await attempt(what, [], work);
    } catch (error) {
      const lost = error instanceof ConnectorError && error.kind === ConnectorErrorKind.Transient;
      if (!lost || (ldapResultOf(error) !== null && !isLdapCode(error, LdapCode.OperationsError))) throw error;
      return attempt(what, [], work);
    }
  };

  return {
    search: (base, search) =>
      repeatable('searching the directory', async (client) => {
        const { searchEntries } = await client.search(base, {
          filter: search.filter,
          scope: search.scope,
          attributes: [...search.attributes],
          explicitBufferAttributes: ['objectGUID'],
          ...(search.scope === 'base' ? {} : { paged: { pageSize: settings.pageSize } }),
        });
        return searchEntries.map(toEntry);
      }),
    add: (dn, attributes) =>
      attempt('adding an account', Object.keys(attributes), (client) =>
        client.add(
          dn,
          Object.entries(attributes).map(
            ([type, values]) => new Attribute({ type, values: typeof values === 'string' ? [values] : [...values] }),
          ),
        ),
      ),
    modify: (dn, changes) =>
      attempt(
        'changing an entry',
        changes.map(({ attribute }) => attribute),
        (client) => client.modify(dn, changes.map(toChange)),
      ),
    rename: (dn, newDn) => attempt('moving an account', [], (client) => client.modifyDN(dn, newDn)),
    whoAmI: async () => {
      try {
        const { value } = await repeatable('asking who is signed in', (client) => client.exop(WHO_AM_I));
        return value ?? '';
      } catch (error) {
        // Samba does not have this operation.
        if (isLdapCode(error, LdapCode.ProtocolError)) return null;
        throw error;
      }
    },
    close: async () => {
      const connection = await current?.catch(() => undefined);
      current = undefined;
      await connection?.client.unbind().catch(() => undefined);
    },
  };
}

function toChange({ operation, attribute, values }: AttributeChange): Change {
  const texts = values.filter((value): value is string => typeof value === 'string');
  const bytes = values.filter((value): value is Buffer => typeof value !== 'string');
  return new Change({
    operation,
    modification: new Attribute({ type: attribute, values: bytes.length > 0 ? bytes : texts }),
  });
}

/** A client with its one connection. */
interface Connection {
  readonly client: Client;
  isOpen(): boolean;
}

/**
 * A client that connects once and never again: left to itself, the library would open a lost connection anew without
 * StartTLS and send the next request, perhaps a password, in the clear. After StartTLS it does not notice either that
 * the connection was closed, so the sockets are watched here.
 */
function singleUseConnection(
  settings: ActiveDirectorySettings,
  options: Pick<ConnectorOptions, 'insecure' | 'ca' | 'requestTimeoutMs' | 'instanceName'>,
): Connection {
  let closed = false;
  const once = <A extends unknown[], R extends Socket>(connect: (...args: A) => R): ((...args: A) => R) => {
    let used = false;
    return (...args) => {
      if (used) throw new Error('the connection was closed');
      used = true;
      const socket = connect(...args);
      socket.once('close', () => {
        closed = true;
      });
      return socket;
    };
  };
  const client = new Client({
    url: settings.url.replace(/\/$/, ''),
    timeout: options.requestTimeoutMs,
    connectTimeout: options.requestTimeoutMs,
    // With these, the library would take any address for an encrypted one.
    ...(settings.startTls ? {} : { tlsOptions: tlsOptions(settings, options) }),
    createConnection: once(connectPlain) as typeof connectPlain,
    createSecureConnection: once(connectTls) as typeof connectTls,
  });
  return { client, isOpen: () => !closed && client.isConnected && client.isBound };
}

function tlsOptions(
  { url }: ActiveDirectorySettings,
  { insecure, ca }: Pick<ConnectorOptions, 'insecure' | 'ca'>,
): ConnectionOptions {
  return {
    // StartTLS hands over a socket, so the name that the certificate must bear has to be said.
    host: new URL(url).hostname.replace(/^\[|\]$/g, ''),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
}
