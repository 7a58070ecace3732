import { rootCertificates } from 'node:tls';

import { Agent, buildConnector, EnvHttpProxyAgent, errors, fetch as undiciFetch, Pool } from 'undici';
import type { Dispatcher } from 'undici';

import { causeCode } from './http-errors.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { ConnectorOptions } from './brand.js';
import type { ClientCertificate } from './certificates.js';
import type { Pace } from './pace.js';

/** How a server is reached: what it is trusted by, how we prove who we are, and whether by a proxy. */
export interface Route {
  /** Accept any certificate. */
  readonly insecure?: boolean;
  /** Go through the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, except for what `NO_PROXY` names. */
  readonly proxy?: boolean;
  /** Certificates to trust beside the public ones, PEM. */
  readonly ca?: string;
  readonly clientCertificate?: ClientCertificate;
}

/** How an instance is called, alike for its API and for the address that gives its tokens. */
export interface HttpTransport extends Route {
  /** Named in messages. */
  readonly instanceName: string;
  /** Longest time from sending a request to the last byte of its answer; waiting for a turn does not count. */
  readonly timeoutMs: number;
  /** Shared by all that calls the instance; left out, a client keeps one of its own. */
  readonly pace?: Pace;
}

/** The transport that an instance's own settings ask for. */
export function transportOptions(options: ConnectorOptions): HttpTransport {
  const { instanceName, requestTimeoutMs, insecure, proxy, ca, clientCertificate, pace } = options;
  return {
    instanceName,
    timeoutMs: requestTimeoutMs,
    insecure,
    proxy,
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(pace === undefined ? {} : { pace }),
  };
}

/** Sends requests; closing waits for those under way, which their own time-out ends. */
export interface OpenTransport {
  send(url: URL, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The built-in fetch, unless certificates or a proxy need connections of their own. Opens none yet. */
export function openTransport(transport: HttpTransport): OpenTransport {
  const { ca, clientCertificate, insecure, proxy } = transport;
  if (ca === undefined && clientCertificate === undefined && insecure !== true && proxy !== true) {
    return { send: (url, init) => fetch(url, init), close: () => Promise.resolve() };
  }
  const alerts = new Map<number, string>();
  const dispatcher = dispatcherOf(transport, transport.instanceName, { factory: listeningPools(alerts) });
  return {
    send: async (url, init) => {
      try {
        return await undiciFetch(url, { ...init, dispatcher } as Parameters<typeof undiciFetch>[1]);
      } catch (error) {
        throw withAlert(error, alerts);
      }
    },
    close: () => dispatcher.close(),
  };
}

/**
 * The connections of one route.
 *
 * @param whose named in errors
 * @throws ConnectorError of kind `Configuration` when the environment names no usable proxy
 */
export function dispatcherOf(route: Route, whose: string, options: Agent.Options = {}): Dispatcher {
  const { insecure, proxy, ca, clientCertificate } = route;
  const trust = {
    rejectUnauthorized: insecure !== true,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
  const secured = { ...trust, ...clientCertificate };
  if (proxy !== true) return new Agent({ ...options, connect: secured });
  try {
    return new EnvHttpProxyAgent({ ...options, connect: secured, requestTls: secured, proxyTls: trust });
  } catch {
    // The reason may hold the address with its password.
    throw new ConnectorError(
      ConnectorErrorKind.Configuration,
      `${whose}: HTTPS_PROXY or HTTP_PROXY is no address of a proxy; write http://host:port.`,
    );
  }
}

/**
 * Since TLS 1.3 a server refuses a client's certificate after the client has taken the connection for open; undici then
 * speaks of a closed connection. So the alerts are kept, by the local port of their connection.
 */
const listeningPools =
  (alerts: Map<number, string>): NonNullable<Agent.Options['factory']> =>
  (origin, options: Pool.Options) => {
    const { connect } = options;
    const connector = typeof connect === 'function' ? connect : buildConnector({ ...connect });
    return new Pool(origin, {
      ...options,
      connect: (target, callback) =>
        connector(target, (...[error, socket]: Parameters<buildConnector.Callback>) => {
          if (error !== null) return callback(error, null);
          const { localPort = 0 } = socket;
          socket.once('error', (fault) => alerts.set(localPort, causeCode(fault)));
          callback(null, socket);
        }),
    });
  };

function withAlert(error: unknown, alerts: Map<number, string>): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const port = cause instanceof errors.SocketError ? cause.socket?.localPort : undefined;
    const code = port === undefined ? undefined : alerts.get(port);
    if (port === undefined || code === undefined) continue;
    alerts.delete(port);
    return Object.assign(new Error('The server ended the connection with an alert.', { cause: error }), { code });
  }
  return error;
}
