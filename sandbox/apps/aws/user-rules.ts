import type { Request } from 'express';

import type { AppState } from '../app-state.js';
import { attributeOf, operationsOf } from '../scim/patch.js';
import type { WrittenOperation } from '../scim/patch.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LISTS = ['emails', 'phoneNumbers', 'addresses'] as const;

const CHANGEABLE: ReadonlySet<string> = new Set([
  'userName',
  'active',
  'externalId',
  'displayName',
  'nickName',
  'profileUrl',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
  'name',
  ENTERPRISE,
  ...LISTS,
]);

const REFUSED = ['groups', 'password', 'photos', 'ims', 'entitlements', 'x509Certificates'];

type Body = Readonly<Record<string, unknown>>;

/** What is wrong with a new, replaced or changed user, or null. */
export function userFault(state: AppState, { method, path, body }: Request): string | null {
  if (!path.startsWith('/Users')) return null;
  if (method === 'POST' || method === 'PUT') return wholeFault(body as Body);
  return method === 'PATCH' ? patchFault(state.users.get(path.split('/')[2] ?? ''), operationsOf(body)) : null;
}

function wholeFault(user: Body): string | null {
  const { givenName, familyName } = (user['name'] ?? {}) as Body;
  const names = [user['userName'], user['displayName'], givenName, familyName];
  if (names.some((name) => typeof name !== 'string' || name === '')) {
    return 'userName, displayName, givenName and familyName are required.';
  }
  const refused = REFUSED.find((attribute) => attribute in user);
  if (refused !== undefined) return `${refused} is not supported.`;
  return (
    LISTS.map((list) => listFault(list, user[list])).find((fault) => fault !== null) ?? activeFault(user['active'])
  );
}

function listFault(list: string, entries: unknown): string | null {
  if (entries === undefined) return null;
  if (!Array.isArray(entries)) return `${list} is no list.`;
  if (entries.length > 1) return `${list} holds more than one entry.`;
  const [entry] = entries as readonly Body[];
  if (entry !== undefined && 'display' in entry) return `display of ${list} is not supported.`;
  const isPrimary = entry === undefined || entry['primary'] === true;
  return list === 'emails' && !isPrimary ? 'The e-mail address is not the primary one.' : null;
}

const activeFault = (active: unknown): string | null =>
  active === undefined || typeof active === 'boolean' ? null : 'active is no boolean.';

function patchFault(before: Body | undefined, operations: readonly WrittenOperation[]): string | null {
  for (const name of ['userName', 'active']) {
    if (operations.filter(({ path }) => path === name).length > 1) return `Several operations on ${name}.`;
  }
  return operations.map((operation) => operationFault(before, operation)).find((fault) => fault !== null) ?? null;
}

function operationFault(before: Body | undefined, { op, path, value }: WrittenOperation): string | null {
  const attribute = attributeOf(path);
  if (!['add', 'replace', 'remove'].includes(op)) return 'The operation is not supported.';
  if (!CHANGEABLE.has(attribute)) return `${attribute} cannot be modified.`;
  if (op === 'remove') return ['userName', 'active'].includes(path) ? `${path} cannot be removed.` : null;
  if (value === undefined || value === null) return 'The operation has no value.';
  if (path === 'active') return activeFault(value);
  if (!LISTS.some((list) => list === path)) return null;
  const held = before?.[path];
  const grows = op === 'add' && Array.isArray(held) && held.length > 0;
  return grows ? `${path} holds an entry already.` : listFault(path, value);
}
