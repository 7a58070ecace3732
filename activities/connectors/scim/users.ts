import { foundAccount } from '../lookup.js';
import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { emailsOf, ENTERPRISE_SCHEMA, parseUser, parseUsers, USER_SCHEMA, userOf } from './answers.js';
import { patchBody, updateOf } from './changes.js';
import type { HttpClient } from '../http.js';
import type { OutgoingMap } from '../maps.js';
import type { AppUser, KnownAccount, LookupKey } from '../types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { ScimUser } from './answers.js';
import type { ScimDialect } from './dialect.js';

/** What calls about users work with. */
export interface ScimUsersOptions {
  readonly http: HttpClient;
  readonly dialect: ScimDialect;
  readonly outgoing: OutgoingMap;
  readonly instanceName: string;
}

/** The user primitives of a SCIM 2.0 service; semantics as in `UserConnector`. */
export interface ScimUsers {
  lookupKeys(profile: UserProfile, known: KnownAccount | null, old?: UserProfile): Promise<readonly LookupKey[]>;
  find(key: LookupKey): Promise<AppUser | null>;
  /** `null` when no account has this id. */
  read(id: string): Promise<ScimUser | null>;
  create(profile: UserProfile): Promise<AppUser>;
  update(id: string, profile: UserProfile, before: AppUser): Promise<AppUser>;
  setActive(id: string, active: boolean, before: AppUser): Promise<AppUser>;
}

/** Makes the user primitives; no I/O. */
export function scimUsers(options: ScimUsersOptions): ScimUsers {
  const { http, dialect, outgoing, instanceName } = options;
  const what = (method: string): string => `${instanceName}: ${method} Users`;

  const read = async (id: string): Promise<ScimUser | null> => {
    const path = `Users/${pathPart(id)}`;
    const answer = await http.request({ method: 'GET', path, label: 'Users', accept: [404] });
    return answer.status === 404 ? null : parseUser(answer.body, what('GET'));
  };

  /** The account after a write: from the answer, or read again when the service answered without one. */
  const written = async (id: string, body: unknown, method: string, before: AppUser): Promise<AppUser> => {
    if (body !== undefined) return userOf(parseUser(body, what(method)), before.active);
    const resource = await read(id);
    return resource === null ? before : userOf(resource, before.active);
  };

  const patch = async (id: string, body: unknown, before: AppUser): Promise<AppUser> => {
    const answer = await http.request({ method: 'PATCH', path: `Users/${pathPart(id)}`, label: 'Users', body });
    return written(id, answer.body, 'PATCH', before);
  };

  return {
    read,
    lookupKeys: async (profile, known, old) => {
      const byId = known === null || known.id === '' ? [] : [{ attribute: 'id', value: known.id }];
      const before = old === undefined ? [] : keysOf(await outgoing.map(old, 'create'), dialect);
      return [...byId, ...before, ...keysOf(await outgoing.map(profile, 'create'), dialect)];
    },
    find: async (key) => {
      if (key.attribute === 'id') {
        const resource = await read(key.value);
        const hits = resource === null ? [] : [resource];
        return foundAccount(
          instanceName,
          key,
          hits.map((hit) => userOf(hit)),
          ({ id }) => id === key.value,
        );
      }
      const filter = `${key.attribute === 'emails' ? dialect.emailFilter : key.attribute} eq ${literal(key.value)}`;
      const query = { filter, count: '2' };
      const answer = await http.request({ method: 'GET', path: 'Users', label: 'Users', query });
      const hits = parseUsers(answer.body, what('GET'));
      return foundAccount(
        instanceName,
        key,
        hits.map((hit) => userOf(hit)),
        (hit) => matches(hit.raw as ScimUser, key),
      );
    },
    create: async (profile) => {
      const body = creation(await outgoing.map(profile, 'create'));
      const answer = await http.request({ method: 'POST', path: 'Users', label: 'Users', body });
      return userOf(parseUser(answer.body, what('POST')), true);
    },
    update: async (id, profile, before) => {
      const wanted = await outgoing.map(profile, 'update');
      const current = dialect.readBeforeUpdate ? await read(id) : parseUser(before.raw, what('GET'));
      if (current === null) throw gone(instanceName);
      const update = updateOf(wanted, current, dialect);
      if (update.method === 'PATCH') {
        return update.operations.length === 0 ? before : patch(id, patchBody(update.operations), before);
      }
      const path = `Users/${pathPart(id)}`;
      const answer = await http.request({ method: 'PUT', path, label: 'Users', body: update.resource });
      return written(id, answer.body, 'PUT', before);
    },
    setActive: async (id, active, before) => {
      const operation =
        dialect.patchForm === 'path'
          ? ({ op: 'replace', path: 'active', value: active } as const)
          : ({ op: 'replace', value: { active } } as const);
      return patch(id, patchBody([operation]), before);
    },
  };
}

/** A text as a filter literal (RFC 7644, 3.4.2.2): a JSON string. */
export const literal = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

const gone = (instanceName: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the account disappeared before the update.`, {
    code: '404',
  });

/** A new account: enabled unless the map says otherwise, with the schemas that its attributes belong to. */
function creation(attributes: Readonly<Record<string, unknown>>): unknown {
  const { active, ...rest } = attributes;
  const extensions = Object.keys(rest).filter((key) => key.startsWith('urn:'));
  return { schemas: [USER_SCHEMA, ...extensions], ...rest, active: active !== false && active !== 'false' };
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
