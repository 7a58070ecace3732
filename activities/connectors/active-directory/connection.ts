import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';

import { Client } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { ConnectorOptions } from '../brand.js';
import { directoryError, isLdapCode, LdapCode, ldapResultOf } from './faults.js';
import type { ActiveDirectorySettings } from './settings.js';

/** What a connection needs to know of its instance. */
export type ConnectionSettings = Pick<
  ConnectorOptions,
  'instanceName' | 'insecure' | 'ca' | 'clientCertificate' | 'requestTimeoutMs'
>;

/** Keeps one signed-in connection to one server, and opens it anew when it was lost. */
export interface ConnectionKeeper {
  /**
   * Runs one operation. Errors become `ConnectorError`s.
   *
   * @param what the operation in words, without personal data
   * @param names attributes that are written, so that a faulty one can be named
   */
  attempt<T>(what: string, names: readonly string[], work: (client: Client) => Promise<T>): Promise<T>;
  /** Like `attempt`, for reads: one that met a lost connection is repeated once. */
  repeatable<T>(what: string, work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

// A refused bind counts towards the service account's lockout, so it is not repeated sooner.
const REFUSED_BIND_PAUSE_MS = 60_000;

/** Makes a keeper; connects on first use. */
export function keepConnection(
  settings: ActiveDirectorySettings,
  options: ConnectionSettings,
  now: () => number = Date.now,
): ConnectionKeeper {
  const open = signIn(settings, options, now);
  let current: Promise<Connection> | undefined;

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
      throw directoryError(`${options.instanceName}: ${what}`, error, names);
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
    attempt,
    repeatable,
    close: async () => {
      const connection = await current?.catch(() => undefined);
      current = undefined;
      await connection?.client.unbind().catch(() => undefined);
    },
  };
}

/** Opens connections; after a refused sign-in it refuses by itself for a while. */
function signIn(
  settings: ActiveDirectorySettings,
  options: ConnectionSettings,
  now: () => number,
): () => Promise<Connection> {
  let refusal: { readonly error: ConnectorError; readonly until: number } | undefined;
  return async () => {
    if (refusal !== undefined && refusal.until > now()) throw refusal.error;
    const connection = singleUseConnection(settings, options);
    try {
      if (settings.startTls) await connection.client.startTLS(tlsOptions(settings, options));
      await connection.client.bind(settings.bindDn, settings.bindPassword);
    } catch (error) {
      void connection.client.unbind().catch(() => undefined);
      const failure = directoryError(`${options.instanceName}: signing in to the directory`, error);
      if (failure.kind === ConnectorErrorKind.Unauthorized) {
        refusal = { error: failure, until: now() + REFUSED_BIND_PAUSE_MS };
      }
      throw failure;
    }
    refusal = undefined;
    return connection;
  };
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
function singleUseConnection(settings: ActiveDirectorySettings, options: ConnectionSettings): Connection {
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
  { insecure, ca, clientCertificate }: ConnectionSettings,
): ConnectionOptions {
  return {
    // StartTLS hands over a socket, so the name that the certificate must bear has to be said.
    host: new URL(url).hostname.replace(/^\[|\]$/g, ''),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    ...clientCertificate,
  };
}
