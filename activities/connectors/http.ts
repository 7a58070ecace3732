import { isSuccess, readBody } from './http-body.js';
import { answerError, networkError, retryDelayMs } from './http-errors.js';
import { openTransport } from './http-transport.js';
import { createPace } from './pace.js';
import { quotaOf } from './quota.js';
import { personalValues } from './redact.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { HttpAuth } from './http-auth.js';
import type { BodyOptions } from './http-body.js';
import type { VendorFault } from './http-errors.js';
import type { HttpTransport } from './http-transport.js';
import type { RequestQuota } from './types.js';

/** What an application's HTTP API needs to be called. */
export interface HttpClientOptions extends HttpTransport, BodyOptions {
  /**
   * Address that every path is relative to, with or without a final slash. A function is asked for each request, after its
   * credentials are at hand: some services name the address together with the token.
   */
  readonly baseUrl: string | (() => string);
  readonly auth: HttpAuth;
  readonly headers?: Readonly<Record<string, string>>;
  /** Reads a vendor's error body. */
  readonly faultOf?: (status: number, body: unknown) => VendorFault;
}

/** One call. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the base address, its parts already encoded. */
  readonly path: string;
  /** What messages call this request, e.g. `Users`; without ids and values. */
  readonly label: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form instead of a body; token requests need it. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses beyond 2xx that are no failure for this call. */
  readonly accept?: readonly number[];
  /** Texts about a person that stand in the query as they are; literals of filters are known without. */
  readonly sensitive?: readonly string[];
}

/** An answer that is no failure. `body` is the parsed JSON, `undefined` when there was none. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Calls one API. Never retries, except once after a token was refused; every failure is a `ConnectorError`. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** What the latest answer that spoke of a quota said; `undefined` while none did. */
  quota(): RequestQuota | undefined;
  /** Refuses new requests, and ends every connection as soon as it is idle, those that fetch tokens included. */
  close(): Promise<void>;
}

const USER_AGENT = 'identity-lifecycle-engine/0.1';
const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Makes a client for one API; opens no connection. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { auth, baseUrl, pace = createPace() } = options;
  const base = (): string => `${(typeof baseUrl === 'string' ? baseUrl : baseUrl()).replace(/\/+$/, '')}/`;
  const transport = openTransport(options);
  const closing = new AbortController();
  let quota: RequestQuota | undefined;
  let closed: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.all([transport.close(), auth.close?.()]);
  };

  const send = async (request: HttpRequest, what: string): Promise<Exchange> => {
    const credentials = await auth.headers();
    const url = urlOf(base(), request, await auth.query?.());
    const init = initOf(options, request, credentials);
    const sendInTurn = (target: URL): Promise<Response> =>
      pace.run(what, closing.signal, () =>
        transport.send(target, { ...init, signal: AbortSignal.timeout(options.timeoutMs) }),
      );
    try {
      const response = await follow(sendInTurn, url, request.method, what);
      const { status, headers } = response;
      quota = quotaOf(headers, Date.now()) ?? quota;
      return { credentials, answer: { status, headers, body: await readBody(response, options, what) } };
    } catch (error) {
      throw error instanceof ConnectorError ? error : networkError(what, error);
    }
  };

  return {
    request: async (request) => {
      const what = `${options.instanceName}: ${request.method} ${request.label}`;
      let { credentials, answer } = await send(request, what);
      if (answer.status === 401 && auth.renew !== undefined) {
        auth.renew(credentials);
        ({ credentials, answer } = await send(request, what));
      }
      if (isSuccess(answer.status) || request.accept?.includes(answer.status) === true) return answer;
      const fault = options.faultOf?.(answer.status, answer.body) ?? {};
      const sensitive = [...sensitiveValues(request), ...auth.secrets()];
      const error = answerError(what, answer, fault, sensitive, Date.now());
      if (error.kind === ConnectorErrorKind.RateLimited) {
        pace.pause(retryDelayMs(answer.headers, Date.now()) ?? 0, error.code);
      }
      throw error;
    },
    quota: () => quota,
    close: () => (closed ??= close()),
  };
}

/** An answer and what it was asked with. */
interface Exchange {
  readonly credentials: Readonly<Record<string, string>>;
  readonly answer: HttpAnswer;
}

/**
 * An id made safe as one part of a path.
 *
 * @throws ConnectorError of kind `Validation` for an id of dots only, which would lead to another path
 */
export function pathPart(id: string): string {
  if (/^\.*$/.test(id)) {
    throw new ConnectorError(ConnectorErrorKind.Validation, 'An account id is empty or consists of dots only.');
  }
  return encodeURIComponent(id);
}

function initOf(
  options: HttpClientOptions,
  request: HttpRequest,
  credentials: Readonly<Record<string, string>>,
): RequestInit {
  return {
    method: request.method,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      'user-agent': USER_AGENT,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...options.headers,
      ...request.headers,
      ...credentials,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    ...(request.form === undefined ? {} : { body: new URLSearchParams(request.form).toString() }),
  };
}

function urlOf(base: string, { path, query }: HttpRequest, credentials: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(path, base);
  const pairs = Object.entries({ ...query, ...credentials }).map(
    ([key, value]) => `${key}=${encodeURIComponent(value)}`,
  );
  if (pairs.length > 0) url.search = pairs.join('&');
  return url;
}

/** Follows redirects of reads within the same origin only, so that credentials never reach another host. */
async function follow(
  send: (url: URL) => Promise<Response>,
  start: URL,
  method: HttpRequest['method'],
  what: string,
): Promise<Response> {
  let url = start;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await send(url);
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    const target = new URL(response.headers.get('location') ?? '', url);
    if (method !== 'GET' || target.origin !== url.origin) break;
    url = target;
  }
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${what} was redirected; set the instance's address to the one that the application is served from.`,
  );
}

/** A literal of SCIM (double quotes) or SOQL (single quotes), with what stands before it. */
const LITERAL = /(["'])((?:\\.|(?!\1)[^\\])*)\1/g;

/**
 * Texts of the request that a server may repeat in its error, among them the literals of a filter and the secrets of a
 * form.
 */
function sensitiveValues({ query, form = {}, body, sensitive = [] }: HttpRequest): readonly string[] {
  const literals = Object.values(query ?? {}).flatMap((value) => [...value.matchAll(LITERAL)]);
  const fields = Object.entries(form).flatMap(([field, value]) => (field === 'grant_type' ? [] : [value]));
  const texts = [...literals.map(([, , literal = '']) => literal), ...fields, ...sensitive];
  return [...texts.filter(({ length }) => length >= 3), ...personalValues(body)];
}
