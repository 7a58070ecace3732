import { connect as connectPlain } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';

import { Attribute, Change, Client } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { toEntry } from './entry.js';
import { directoryError, isLdapCode, LdapCode, ldapResultOf } from './faults.js';
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
  /** The identity that the server gave the session, empty for an anonymous one. */
  whoAmI(): Promise<string>;
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
  let current: Promise<Client> | undefined;
  let refusal: { readonly error: ConnectorError; readonly until: number } | undefined;

  const open = async (): Promise<Client> => {
    if (refusal !== undefined && refusal.until > now()) throw refusal.error;
    const client = singleUseClient(settings, options);
    try {
      if (settings.startTls) await client.startTLS(tlsOptions(settings, options));
      await client.bind(settings.bindDn, settings.bindPassword);
    } catch (error) {
      void client.unbind().catch(() => undefined);
      const failure = directoryError(`${instanceName}: signing in to the directory`, error);
      if (failure.kind === ConnectorErrorKind.Unauthorized) {
        refusal = { error: failure, until: now() + REFUSED_BIND_PAUSE_MS };
      }
      throw failure;
    }
    refusal = undefined;
    return client;
  };

  const session = async (): Promise<Client> => {
    const client = await current?.catch(() => undefined);
    if (client?.isConnected === true && client.isBound) return client;
    const pending = current;
    // Of several callers that found the connection lost, the first opens the new one.
    if (client === undefined ? current === undefined : current === pending) current = undefined;
    current ??= open();
    const opening = current;
    opening.catch(() => {
      if (current === opening) current = undefined;
    });
    return opening;
  };

  const attempt = async <T>(
    what: string,
    names: readonly string[],
    work: (client: Client) => Promise<T>,
  ): Promise<T> => {
    const client = await session();
    try {
      return await work(client);
    } catch (error) {
      if (ldapResultOf(error) === null || isLdapCode(error, LdapCode.OperationsError)) discard(client);
      throw directoryError(`${instanceName}: ${what}`, error, names);
    }
  };

  const discard = (client: Client): void => {
    current = undefined;
    void client.unbind().catch(() => undefined);
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
    whoAmI: () => repeatable('asking who is signed in', async (client) => (await client.exop(WHO_AM_I)).value ?? ''),
    close: async () => {
      const client = await current?.catch(() => undefined);
      current = undefined;
      await client?.unbind().catch(() => undefined);
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

/**
 * A client that connects once and never again: left to itself, the library would open a lost connection anew without
 * StartTLS and send the next request, perhaps a password, in the clear.
 */
function singleUseClient(
  settings: ActiveDirectorySettings,
  options: Pick<ConnectorOptions, 'insecure' | 'ca' | 'requestTimeoutMs' | 'instanceName'>,
): Client {
  const once = <A extends unknown[], R>(connect: (...args: A) => R): ((...args: A) => R) => {
    let used = false;
    return (...args) => {
      if (used) throw new Error('the connection was closed');
      used = true;
      return connect(...args);
    };
  };
  return new Client({
    url: settings.url.replace(/\/$/, ''),
    timeout: options.requestTimeoutMs,
    connectTimeout: options.requestTimeoutMs,
    tlsOptions: tlsOptions(settings, options),
    createConnection: once(connectPlain) as typeof connectPlain,
    createSecureConnection: once(connectTls) as typeof connectTls,
  });
}

function tlsOptions(
  { url }: ActiveDirectorySettings,
  { insecure, ca }: Pick<ConnectorOptions, 'insecure' | 'ca'>,
): ConnectionOptions {
  return {
    // StartTLS hands over a socket, so the name that the certificate must bear has to be said.
    host: new URL(url).hostname,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
}
