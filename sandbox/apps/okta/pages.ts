import type { Request, Response } from 'express';

import { OktaRefusal } from './refusal.js';

/** How many entries an answer may hold. */
export interface PageLimits {
  readonly usual: number;
  readonly most: number;
}

/** The `limit` of a request, within what Okta allows. */
export function limitOf(request: Request, { usual, most }: PageLimits): number {
  const given = request.query['limit'];
  if (given === undefined) return usual;
  const limit = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : 0;
  if (limit === 0) throw new OktaRefusal('E0000001', ['limit: The limit must be a positive number'], 'Bad request.');
  return Math.min(limit, most);
}

/**
 * Answers with one page of a list in the order of ids, with the links of Okta: `self`, and `next` while there is more.
 */
export function sendPage(
  request: Request,
  response: Response,
  items: readonly { readonly id: string }[],
  limits: PageLimits,
  shown: (id: string) => unknown,
): void {
  const limit = limitOf(request, limits);
  const after = typeof request.query['after'] === 'string' ? request.query['after'] : '';
  const ids = items.map(({ id }) => id).sort();
  // Two hits with one id are a fault on demand, which a cursor by id would hide.
  const rest = after === '' ? ids : ids.filter((id) => id > after);
  const page = rest.slice(0, limit);
  link(request, response, 'self', {});
  const last = page.at(-1);
  if (rest.length > limit && last !== undefined) link(request, response, 'next', { after: last, limit: String(limit) });
  response.json(page.map(shown));
}

/** Adds a link header that leads to the same list with other parameters; null takes a parameter away. */
export function link(
  request: Request,
  response: Response,
  relation: 'self' | 'next',
  changes: Readonly<Record<string, string | null>>,
): void {
  const url = new URL(request.originalUrl, `${request.protocol}://${request.headers.host ?? 'localhost'}`);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  response.append('link', `<${url.href}>; rel="${relation}"`);
}
