import { rootCertificates } from 'node:tls';

import { Agent, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { Dispatcher } from 'undici';

import type { ConnectorOptions } from './brand.js';

/** How an instance is reached, alike for its API and for the address that gives its tokens. */
export interface HttpTransport {
  /** Named in messages. */
  readonly instanceName: string;
  /** Longest time from sending a request to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly insecure?: boolean;
  readonly proxy?: boolean;
  readonly ca?: string;
}

/** The transport that an instance's own settings ask for. */
export function transportOptions(options: ConnectorOptions): HttpTransport {
  return {
    instanceName: options.instanceName,
    timeoutMs: options.requestTimeoutMs,
    insecure: options.insecure,
    proxy: options.proxy,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
}

/** Sends one request; closing ends every connection. */
export interface OpenTransport {
  send(url: URL, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The built-in fetch, unless certificates or a proxy need a dispatcher of their own. Opens no connection yet. */
export function openTransport({ ca, insecure, proxy }: HttpTransport): OpenTransport {
  if (ca === undefined && insecure !== true && proxy !== true) {
    return { send: (url, init) => fetch(url, init), close: () => Promise.resolve() };
  }
  const tls = {
    rejectUnauthorized: insecure !== true,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
  const dispatcher: Dispatcher =
    proxy === true ? new EnvHttpProxyAgent({ connect: tls, requestTls: tls }) : new Agent({ connect: tls });
  const send = (url: URL, init: RequestInit): Promise<Response> =>
    undiciFetch(url, { ...init, dispatcher } as Parameters<typeof undiciFetch>[1]);
  return { send, close: () => dispatcher.destroy() };
}
