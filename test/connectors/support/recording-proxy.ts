import { once } from 'node:events';
import { createServer, request as requestOf } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { LOCAL_HOST, portOf } from '../../../sandbox/peer/http.js';
import type { ApiAnswer, ApiRequest } from './api-description.js';

/** One request with its answer. `answer` is null when the application cut the connection, or has not answered yet. */
export interface Exchange {
  readonly request: Required<Pick<ApiRequest, 'query' | 'headers'>> & ApiRequest;
  readonly answer: ApiAnswer | null;
}

/** A server in front of a simulated application that passes everything on and remembers it. */
export interface RecordingProxy {
  /** What the connector takes for the application's address. */
  readonly url: string;
  /** Everything so far, in the order of the requests. */
  exchanges(): readonly Exchange[];
  requests(): readonly Exchange['request'][];
  /** Answers that arrived. */
  answers(): readonly ApiAnswer[];
  forget(): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy on a free port of this machine for the application at `target` (http). It answers below `basePath`,
 * the place where the vendor's description has the paths that the connector appends, e.g.
 * `/scim/v2/organizations/example`; everything behind that is appended to `target`. Links of answers' headers to the
 * target lead to the proxy. Records hold tokens: for assertions, not for output.
 */
export async function recordingProxy(target: string, basePath = ''): Promise<RecordingProxy> {
  const targetBase = target.replace(/\/+$/, '');
  const base = basePath.replace(/\/+$/, '');
  let exchanges: { request: Exchange['request']; answer: ApiAnswer | null }[] = [];

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const sent = await buffer(incoming);
    const { method = 'GET', url: address = '/' } = incoming;
    const path = address.replace(/\?.*$/s, '');
    const query = queryOf(new URL(address, url).searchParams);
    const exchange: (typeof exchanges)[number] = {
      request: { method, path, query, headers: textHeaders(incoming.headers), ...bodyOf(sent) },
      answer: null,
    };
    exchanges.push(exchange);
    if (!isBelow(path, base)) {
      outgoing.writeHead(404).end();
      return;
    }
    const onward = requestOf(`${targetBase}${address.slice(base.length)}`, {
      method,
      // Compressed answers could not be recorded.
      headers: { ...incoming.headers, host: new URL(targetBase).host, 'accept-encoding': 'identity' },
    });
    outgoing.on('close', () => onward.destroy());
    const arrival = once(onward, 'response');
    onward.end(sent);
    const [answer] = (await arrival) as [IncomingMessage];
    const received = await buffer(answer);
    const { statusCode: status = 0 } = answer;
    exchange.answer = { method, path, status, ...bodyOf(received) };
    outgoing.writeHead(status, linksTo(answer.headers, targetBase, url)).end(received);
  };

  const server = createServer((incoming, outgoing) => {
    // Whatever went wrong between us and the application is a lost connection for the connector.
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, LOCAL_HOST);
  await once(server, 'listening');
  const url = `http://${LOCAL_HOST}:${portOf(server)}${base}`;
  return {
    url,
    exchanges: () => exchanges,
    requests: () => exchanges.map(({ request }) => request),
    answers: () => exchanges.flatMap(({ answer }) => answer ?? []),
    forget: () => {
      exchanges = [];
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const isBelow = (path: string, base: string): boolean => path === base || path.startsWith(`${base}/`);

function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...parameters.keys()].map((name) => {
      const [first = '', ...others] = parameters.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

/** JSON as what it says, anything else as text, nothing as no body. */
function bodyOf(bytes: Buffer): { readonly body?: unknown } {
  const text = bytes.toString('utf8');
  if (text === '') return {};
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return { body: text };
  }
}

const textHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** Connectors follow links to further pages, which the proxy must see, too. */
function linksTo(headers: IncomingHttpHeaders, from: string, to: string): IncomingHttpHeaders {
  const { 'transfer-encoding': _chunks, connection: _connection, ...kept } = headers;
  const links = ['link', 'location'].flatMap((name) => {
    const value = kept[name];
    return value === undefined ? [] : [[name, String(value).replaceAll(from, to)] as const];
  });
  return { ...kept, ...Object.fromEntries(links) };
}
