import { ambiguous, foundAccount } from '../lookup.js';
import { pathPart } from '../http.js';
import { emailsOf, ENTERPRISE_SCHEMA, parseUser, parseUsers, USER_SCHEMA, userOf } from './answers.js';
import { completed, takenOf } from './attributes.js';
import { patchBody, updateOf } from './changes.js';
import type { HttpClient } from '../http.js';
import type { OutgoingMap } from '../maps.js';
import type { AppAttributes, AppUser, KnownAccount, LookupKey } from '../types.js';
import type { AttributeMode } from '../../../domain/attribute-map.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { ScimUser } from './answers.js';
import type { ScimDialect } from './dialect.js';

/** What calls about users work with. */
export interface ScimUsersOptions {
  readonly http: HttpClient;
  readonly dialect: ScimDialect;
  readonly outgoing: OutgoingMap;
  readonly instanceName: string;
  /** Brings mapped attributes into the form that the vendor takes, before they are written. */
  readonly prepare?: PrepareAttributes;
}

/** May throw a `Validation` error for attributes that the vendor would refuse. */
export type PrepareAttributes = (attributes: AppAttributes, mode: AttributeMode) => AppAttributes;

/** The user primitives of a SCIM 2.0 service; semantics as in `UserConnector`. */
export interface ScimUsers {
  lookupKeys(profile: UserProfile, known: KnownAccount | null, old?: UserProfile): Promise<readonly LookupKey[]>;
  find(key: LookupKey): Promise<AppUser | null>;
  /** `null` when no account has this id. */
  read(id: string): Promise<ScimUser | null>;
  create(profile: UserProfile): Promise<AppUser>;
  update(id: string, profile: UserProfile, before: AppUser): Promise<AppUser>;
  setActive(id: string, active: boolean, before: AppUser): Promise<AppUser>;
  /** Deletes the account; one that is gone already is no error. */
  remove(id: string): Promise<void>;
}

/** Hits that one search shows; more accounts with one key than that are ambiguous whatever they are. */
const MOST_HITS = 10;

/** Makes the user primitives; no I/O. */
export function scimUsers(options: ScimUsersOptions): ScimUsers {
  const { dialect, outgoing, prepare = (attributes) => attributes } = options;
  const attributesOf = async (profile: UserProfile, mode: AttributeMode): Promise<AppAttributes> =>
    prepare(await outgoing.map(profile, mode), mode);
  return {
    read: (id) => read(options, id),
    lookupKeys: async (profile, known, old) => {
      const byId = known === null || known.id === '' ? [] : [{ attribute: 'id', value: known.id }];
      const before = old === undefined ? [] : keysOf(await outgoing.map(old, 'create'), dialect);
      return [...byId, ...before, ...keysOf(await outgoing.map(profile, 'create'), dialect)];
    },
    find: (key) => (key.attribute === 'id' ? findById(options, key) : search(options, key)),
    create: async (profile) => {
      const body = creation(await attributesOf(profile, 'create'), dialect);
      const answer = await options.http.request({ method: 'POST', path: 'Users', label: 'Users', body });
      return userOf(parseUser(answer.body, placeOf(options, 'POST')), true);
    },
    update: async (id, profile, before) => {
      const update = updateOf(await attributesOf(profile, 'update'), before.raw as ScimUser, dialect);
      if (update.method === 'PUT') return write(options, id, 'PUT', update.resource, before);
      return update.operations.length === 0
        ? before
        : write(options, id, 'PATCH', patchBody(update.operations), before);
    },
    setActive: async (id, active, before) => {
      const operation =
        dialect.patchForm === 'path'
          ? ({ op: 'replace', path: 'active', value: active } as const)
          : ({ op: 'replace', value: { active } } as const);
      const after = await write(options, id, 'PATCH', patchBody([operation]), before);
      // Some services go on showing the former status for seconds after they took the change (spec connectors 1.8.5).
      return { ...after, active };
    },
    remove: async (id) => {
      const path = `Users/${pathPart(id)}`;
      await options.http.request({ method: 'DELETE', path, label: 'Users', accept: [404] });
    },
  };
}

const placeOf = ({ instanceName }: ScimUsersOptions, method: string): string => `${instanceName}: ${method} Users`;

async function read(options: ScimUsersOptions, id: string): Promise<ScimUser | null> {
  const path = `Users/${pathPart(id)}`;
  const answer = await options.http.request({ method: 'GET', path, label: 'Users', accept: [404] });
  return answer.status === 404 ? null : parseUser(answer.body, placeOf(options, 'GET'));
}

async function findById(options: ScimUsersOptions, key: LookupKey): Promise<AppUser | null> {
  const resource = await read(options, key.value);
  const hits = resource === null ? [] : [userOf(resource)];
  return foundAccount(options.instanceName, key, hits, ({ id }) => id === key.value);
}

async function search(options: ScimUsersOptions, key: LookupKey): Promise<AppUser | null> {
  const { http, dialect, instanceName } = options;
  const attribute = key.attribute === 'emails' ? dialect.emailFilter : key.attribute;
  const query = { filter: `${attribute} eq ${literal(key.value)}`, count: String(MOST_HITS) };
  const answer = await http.request({ method: 'GET', path: 'Users', label: 'Users', query });
  const { users, isComplete } = parseUsers(answer.body, placeOf(options, 'GET'));
  const hits = users.map((user) => userOf(user));
  const found = foundAccount(instanceName, key, hits, (hit) => matches(hit.raw as ScimUser, key));
  if (!isComplete) throw ambiguous(instanceName, key);
  return found !== null && dialect.readAfterSearch ? findById(options, { attribute: 'id', value: found.id }) : found;
}

/** The account after a write: from the answer, or read again when the service answered without one. */
async function write(
  options: ScimUsersOptions,
  id: string,
  method: 'PUT' | 'PATCH',
  body: unknown,
  before: AppUser,
): Promise<AppUser> {
  const { http } = options;
  const answer = await http.request({ method, path: `Users/${pathPart(id)}`, label: 'Users', body });
  if (answer.body !== undefined) return userOf(parseUser(answer.body, placeOf(options, method)), before.active);
  const resource = await read(options, id);
  return resource === null ? before : userOf(resource, before.active);
}

/** A text as a filter literal (RFC 7644, 3.4.2.2): a JSON string. */
export const literal = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

/**
 * A new account, with the schemas that its attributes belong to: enabled unless the map says otherwise, and always where
 * a disabled account cannot exist.
 */
function creation(mapped: Readonly<Record<string, unknown>>, { attributes, disableBy }: ScimDialect): unknown {
  const { active, ...rest } = completed(takenOf(mapped, attributes), attributes);
  const extensions = Object.keys(rest).filter((key) => key.startsWith('urn:'));
  const isActive = disableBy === 'deletion' || (active !== false && active !== 'false');
  return { ...rest, schemas: [USER_SCHEMA, ...extensions], active: isActive };
}

/** The values of one mapped profile by which the dialect can find its account. */
function keysOf(attributes: Readonly<Record<string, unknown>>, dialect: ScimDialect): readonly LookupKey[] {
  return dialect.lookUpBy.flatMap((attribute) => {
    const value = attribute === 'emails' ? primaryOf(attributes['emails']) : attributes[attribute];
    return typeof value === 'string' && value !== '' ? [{ attribute, value }] : [];
  });
}

function primaryOf(emails: unknown): unknown {
  const entries = (Array.isArray(emails) ? emails : []) as readonly unknown[];
  const records = entries.filter(
    (entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null,
  );
  return (records.find(({ primary }) => primary === true) ?? records[0])?.['value'];
}

function matches(resource: ScimUser, { attribute, value }: LookupKey): boolean {
  const same = (other: string | null | undefined): boolean => other?.toLowerCase() === value.toLowerCase();
  if (attribute === 'emails') return emailsOf(resource).some(same);
  return attribute === 'externalId' ? resource.externalId === value : same(resource.userName);
}

/** Attributes of the default maps with a sentence each, for services that do not describe themselves. */
export const CORE_ATTRIBUTES: Readonly<Record<string, string>> = {
  userName: 'Name to sign in with, unique in the service',
  externalId: 'Identifier of the person in the source',
  'name.givenName': 'Given name',
  'name.familyName': 'Family name',
  displayName: 'Name to show',
  'emails[0].value': 'E-mail address',
  'phoneNumbers[0].value': 'Phone number',
  title: 'Job title',
  userType: 'Kind of employment',
  [`${ENTERPRISE_SCHEMA}.employeeNumber`]: 'Employee number',
  [`${ENTERPRISE_SCHEMA}.costCenter`]: 'Cost centre',
  [`${ENTERPRISE_SCHEMA}.organization`]: 'Organization',
  [`${ENTERPRISE_SCHEMA}.division`]: 'Division',
  [`${ENTERPRISE_SCHEMA}.department`]: 'Department',
};
