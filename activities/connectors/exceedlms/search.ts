import { flatText } from '../flat.js';
import { foundAccount } from '../lookup.js';
import { accountOf, usersOf } from './answers.js';
import type { HttpClient } from '../http.js';
import type { OutgoingMap } from '../maps.js';
import type { AppAttributes, AppUser, KnownAccount, LookupKey } from '../types.js';
import type { UserProfile } from '../../../domain/profile.js';

/** What calls about users work with. */
export interface ExceedLmsContext {
  readonly http: HttpClient;
  readonly instanceName: string;
  readonly outgoing: OutgoingMap;
}

const KEYS = ['login', 'email'] as const;

/** Keys of the account, best first: the known id, then what it had before a change, then what it has now. */
export async function lookupKeys(
  { outgoing }: ExceedLmsContext,
  profile: UserProfile,
  known: KnownAccount | null,
  old?: UserProfile,
): Promise<readonly LookupKey[]> {
  const byId = known === null || known.id === '' ? [] : [{ attribute: 'id', value: known.id }];
  const profiles = old === undefined ? [profile] : [old, profile];
  const mapped = await Promise.all(profiles.map((one) => outgoing.map(one, 'create')));
  return [...byId, ...mapped.flatMap(keysOf)];
}

const keysOf = (attributes: AppAttributes): readonly LookupKey[] =>
  KEYS.flatMap((attribute) => {
    const value = flatText(attributes[attribute]);
    return value === undefined ? [] : [{ attribute, value }];
  });

/** The account with this key; semantics as in `UserConnector`. */
export async function find({ http, instanceName }: ExceedLmsContext, key: LookupKey): Promise<AppUser | null> {
  const { attribute, value } = key;
  // An id that is no number can be read as the number that it begins with.
  if (attribute === 'id' && !/^\d+$/.test(value)) return null;
  const answer = await http.request({
    method: 'GET',
    path: 'users.json',
    label: 'users',
    query: { [`user[${attribute}]`]: value },
    sensitive: [value],
    accept: [404],
  });
  const users = answer.status === 404 ? [] : usersOf(answer.body, `${instanceName}: GET users`);
  return foundAccount(instanceName, key, users.map(accountOf), ({ raw }) => holds(raw as AppAttributes, key));
}

const holds = (user: AppAttributes, { attribute, value }: LookupKey): boolean =>
  flatText(user[attribute])?.toLowerCase() === value.toLowerCase();
