import type { Request } from 'express';

import type { AppState } from '../app-state.js';
import { attributeOf, operationsOf } from '../scim/patch.js';

type Body = Readonly<Record<string, unknown>>;

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const FILTERS: Readonly<Record<string, RegExp>> = {
  '/Users': /^\s*(userName|externalId) eq "(?:[^"\\]|\\.)*"\s*$/,
  '/Groups': /^\s*displayName eq "(?:[^"\\]|\\.)*"\s*$/,
};

/** What a user consists of; the last ones are disregarded, because only the service sets them. */
const DESCRIBED: ReadonlySet<string> = new Set([
  'schemas',
  'userName',
  'externalId',
  'active',
  'name',
  'displayName',
  'nickName',
  'title',
  'preferredLanguage',
  'timezone',
  'emails',
  'phoneNumbers',
  ENTERPRISE,
  'id',
  'groups',
  'meta',
]);

/** What is wrong with a search, or null. */
export function queryFault({ method, path, query }: Request): string | null {
  const allowed = FILTERS[path.replace(/\/$/, '')];
  if (method !== 'GET' || allowed === undefined) return null;
  if ('sortBy' in query) return 'Sorting is not supported.';
  const { filter } = query;
  return typeof filter !== 'string' || allowed.test(filter) ? null : 'The filter is not supported.';
}

/** What is wrong with a new, replaced or changed user, or null. */
export function userFault({ method, path, body }: Request): string | null {
  if (!path.startsWith('/Users')) return null;
  const written = writtenTo(method, body);
  const unknown = Object.keys(written).find((attribute) => !DESCRIBED.has(attribute));
  if (unknown !== undefined) return `${unknown} is no attribute of a user.`;
  const { active, emails, userName } = written;
  if (active !== undefined && typeof active !== 'boolean') return 'active is no boolean.';
  const isWhole = method === 'POST' || method === 'PUT';
  if (isWhole && (typeof userName !== 'string' || userName === '')) return 'userName is required.';
  if (!isWhole && !('emails' in written)) return null;
  const entries = (Array.isArray(emails) ? emails : []) as readonly Body[];
  return entries.filter(({ primary, value }) => primary === true && typeof value === 'string').length === 1
    ? null
    : 'One of the e-mail addresses must be the primary one.';
}

/** An address of the request that belongs to another user, or null. */
export function takenAddress(state: AppState, { method, path, body }: Request): string | null {
  if (!path.startsWith('/Users')) return null;
  const [, , id] = path.split('/');
  const { emails } = writtenTo(method, body);
  const addresses = ((Array.isArray(emails) ? emails : []) as readonly Body[]).map(({ value }) => String(value));
  const isTaken = (value: string): boolean =>
    state.users.find([{ attribute: 'emails', value }]).some((other) => other.id !== id);
  return addresses.find(isTaken) ?? null;
}

/** Attributes that a request writes, by their names; what a PATCH removes is there without a value. */
function writtenTo(method: string, body: unknown): Body {
  if (method === 'POST' || method === 'PUT') return body as Body;
  if (method !== 'PATCH') return {};
  return Object.fromEntries(
    operationsOf(body).map(({ op, path, value }) => [attributeOf(path), op === 'remove' ? undefined : value]),
  );
}
