import type { Request, Response } from 'express';

import { searchName } from '../account-store.js';
import type { EqualityClause } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { refuse } from './refusal.js';

const CLAUSE = /^\s*([\w.:[\]-]+)\s+eq\s+"((?:[^"\\]|\\.)*)"\s*\]?\s*(?:and\b|$)/i;

/**
 * The clauses of a filter that only joins equalities of indexed attributes; null for any other filter. The SCIM library
 * would compare names with case and refuses a quote inside a value.
 */
export function equalities(filter: string): readonly EqualityClause[] | null {
  const clauses: EqualityClause[] = [];
  let rest = filter;
  while (rest.trim() !== '') {
    const match = CLAUSE.exec(rest);
    const attribute = match?.[1] === undefined ? null : searchName(match[1]);
    if (match === null || attribute === null) return null;
    clauses.push({ attribute, value: (match[2] ?? '').replace(/\\(.)/g, '$1') });
    rest = rest.slice(match[0].length);
  }
  return clauses.length === 0 ? null : clauses;
}

/**
 * Reads the query of a search: paging as numbers, as the SCIM library expects, and equalities, which the store answers
 * by itself. Answers and gives false when this application refuses the search.
 */
export function readQuery(
  state: AppState,
  request: Request,
  response: Response,
): readonly EqualityClause[] | null | false {
  const { filter, ...query } = request.query as Record<string, unknown>;
  for (const name of ['startIndex', 'count']) {
    if (typeof query[name] === 'string' && /^\d+$/.test(query[name])) query[name] = Number(query[name]);
  }
  const text = typeof filter === 'string' ? filter : '';
  if (!state.dialect.emailFilter && /\bemails?\b/i.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ''))) {
    refuse(response, 400, 'Filtering by e-mail is not supported.', 'invalidFilter');
    return false;
  }
  const clauses = text === '' ? null : equalities(text);
  const remaining = clauses === null && text !== '' ? { ...query, filter: text } : query;
  // Express computes the query anew at each access; the library's own conversion would be lost.
  Object.defineProperty(request, 'query', { value: remaining, configurable: true });
  return clauses;
}
