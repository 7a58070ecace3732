import type { Request } from 'express';

const MOST_RESULTS = 100;

/** Attributes that may stand together in one filter, in any order. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  '/Users': ['userName', 'externalId', 'id', 'id manager'],
  '/Groups': ['displayName', 'externalId', 'id', 'id member'],
};

/** What is wrong with a search, or null. */
export function queryFault({ method, path, query }: Request): string | null {
  const allowed = FILTERS[path.replace(/\/$/, '')];
  if (method !== 'GET' || allowed === undefined) return null;
  const unknown = ['startIndex', 'attributes', 'excludedAttributes', 'sortBy'].find((name) => name in query);
  if (unknown !== undefined) return `${unknown} is not supported.`;
  const { count, filter } = query;
  if (count !== undefined && !(Number(count) >= 1 && Number(count) <= MOST_RESULTS)) return 'count is out of range.';
  return typeof filter === 'string' ? filterFault(filter, allowed) : null;
}

function filterFault(filter: string, allowed: readonly string[]): string | null {
  const clauses = filter.replace(/"(?:[^"\\]|\\.)*"/g, '""').split(/\s+and\s+/);
  const names = clauses.map((clause) => /^\s*(\S+) eq ""\s*$/.exec(clause)?.[1]);
  if (names.includes(undefined)) return 'The filter is not supported.';
  return allowed.includes([...names].sort().join(' ')) ? null : 'The attributes of the filter are not supported.';
}
