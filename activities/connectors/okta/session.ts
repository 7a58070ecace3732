import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { createHttpClient } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { oktaFault } from './faults.js';
import type { HttpAuth } from '../http-auth.js';
import type { HttpTransport } from '../http-transport.js';
import type { HttpAnswer, HttpRequest } from '../http.js';
import type { RequestQuota } from '../types.js';
import type { OktaSettings } from './settings.js';

/** One call, without what all calls to Okta share. `label` names it in messages, without ids. */
export type OktaCall = Omit<HttpRequest, 'method' | 'form' | 'headers'> & { readonly method?: HttpRequest['method'] };

/** One page of a list, and the address of the next one as Okta gave it. */
export interface OktaPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Calls one organisation's API. Answers are checked; every failure is a `ConnectorError`; nothing is retried. */
export interface OktaSession {
  readonly instanceName: string;
  readonly pageSize: number;
  /** A call whose answer does not matter. */
  send(call: OktaCall): Promise<void>;
  ask<T extends z.ZodType>(schema: T, call: OktaCall): Promise<z.infer<T>>;
  /** `null` when Okta has no such thing. */
  askIfPresent<T extends z.ZodType>(schema: T, call: OktaCall): Promise<z.infer<T> | null>;
  /** One page; `next` of the page before goes into `path` verbatim. */
  page<T extends z.ZodType>(schema: T, call: OktaCall): Promise<OktaPage<z.infer<T>>>;
  /**
   * All pages of a list, by its links.
   *
   * @param pageSize null where Okta takes no `limit`; by default that of the settings
   */
  list<T extends z.ZodType>(schema: T, call: OktaCall, pageSize?: number | null): Promise<readonly z.infer<T>[]>;
  quota(): RequestQuota | undefined;
  close(): Promise<void>;
}

const REMEDY = 'check that settings.url is the address of an Okta organisation';

/** Opens no connection yet. */
export function oktaSession(settings: OktaSettings, transport: HttpTransport): OktaSession {
  const { instanceName } = transport;
  const baseUrl = `${settings.url.replace(/\/+$/, '')}/api/v1/`;
  const http = createHttpClient({ ...transport, baseUrl, auth: sswsAuth(settings.apiToken), faultOf: oktaFault });

  const what = ({ method = 'GET', label }: OktaCall): string => `${instanceName}: ${method} ${label}`;
  const request = (call: OktaCall): Promise<HttpAnswer> => http.request({ method: 'GET', ...call });

  const page = async <T extends z.ZodType>(schema: T, call: OktaCall): Promise<OktaPage<z.infer<T>>> => {
    const answer = await request(call);
    const items = parseAnswer(z.array(schema), answer.body, what(call), REMEDY);
    return { items, next: nextLink(answer.headers, baseUrl, what(call)) };
  };

  return {
    instanceName,
    pageSize: settings.pageSize,
    send: async (call) => {
      await request(call);
    },
    ask: async (schema, call) => parseAnswer(schema, (await request(call)).body, what(call), REMEDY),
    askIfPresent: async (schema, call) => {
      const answer = await request({ ...call, accept: [404] });
      return answer.status === 404 ? null : parseAnswer(schema, answer.body, what(call), REMEDY);
    },
    page: (schema, call) => {
      if (isAbsolute(call.path)) refuseForeign(call.path, baseUrl, what(call));
      return page(schema, call);
    },
    list: async (schema, call, pageSize = settings.pageSize) => {
      const items = [];
      const seen = new Set<string>();
      const query = { ...(pageSize === null ? {} : { limit: String(pageSize) }), ...call.query };
      let next: OktaCall | null = { ...call, query };
      while (next !== null) {
        const { items: more, next: link }: OktaPage<z.infer<typeof schema>> = await page(schema, next);
        items.push(...more);
        if (link !== null && seen.has(link)) throw endless(what(call));
        if (link !== null) seen.add(link);
        next = link === null ? null : { path: link, label: call.label };
      }
      return items;
    },
    quota: () => http.quota(),
    close: () => http.close(),
  };
}

const sswsAuth = (token: string): HttpAuth => ({
  headers: () => Promise.resolve({ authorization: `SSWS ${token}` }),
  secrets: () => [token],
});

const isAbsolute = (path: string): boolean => /^[a-z][a-z\d+.-]*:|^\/\//i.test(path);

/** The link with `rel="next"` of a page (RFC 8288), checked to lead to the same organisation. */
function nextLink(headers: Headers, baseUrl: string, what: string): string | null {
  const [, link] = /<([^<>]+)>\s*;(?:[^<,]*;)?\s*rel="?next"?/i.exec(headers.get('link') ?? '') ?? [];
  if (link === undefined) return null;
  refuseForeign(link, baseUrl, what);
  return link;
}

/** The token must never reach another host, whatever a link says. */
function refuseForeign(link: string, baseUrl: string, what: string): void {
  if (URL.canParse(link, baseUrl) && new URL(link, baseUrl).href.startsWith(new URL(baseUrl).href)) return;
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${what}: the link to the next page leads to another address; set settings.url to the address that Okta's links have.`,
  );
}

const endless = (what: string): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Validation,
    `${what}: the link to the next page leads back to one that was read.`,
  );
