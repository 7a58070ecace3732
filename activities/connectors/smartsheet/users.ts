import { flatChanges, flatText } from '../flat.js';
import { pathPart } from '../http.js';
import { foundAccount } from '../lookup.js';
import { accountOf, isOwnError, parseUser, parseUsers, parseWritten } from './answers.js';
import { attributesOf } from './attributes.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { HttpClient, HttpRequest } from '../http.js';
import type { OutgoingMap } from '../maps.js';
import type { AppUser, KnownAccount, LookupKey } from '../types.js';
import type { SmartsheetUser } from './answers.js';

/** What calls about users work with. */
export interface UsersOptions {
  readonly http: HttpClient;
  readonly outgoing: OutgoingMap;
  readonly instanceName: string;
  readonly sendMail: boolean;
}

/** The user primitives of Smartsheet; semantics as in `UserConnector`. */
export interface SmartsheetUsers {
  lookupKeys(profile: UserProfile, known: KnownAccount | null, old?: UserProfile): Promise<readonly LookupKey[]>;
  find(key: LookupKey): Promise<AppUser | null>;
  /** The user with this address, as a search shows it. */
  search(email: string): Promise<AppUser | null>;
  /** The user with this id, with everything that a read shows; `null` when there is none. */
  read(id: string): Promise<SmartsheetUser | null>;
  create(profile: UserProfile): Promise<AppUser>;
  update(id: string, profile: UserProfile, before: AppUser): Promise<AppUser>;
  deactivate(id: string, before: AppUser): Promise<AppUser>;
  reactivate(id: string, before: AppUser): Promise<AppUser>;
}

/** Makes the user primitives; no I/O. */
export function smartsheetUsers(options: UsersOptions): SmartsheetUsers {
  const { http, outgoing, instanceName } = options;
  const ask = async (request: Omit<HttpRequest, 'label'>): Promise<unknown> =>
    (await http.request({ ...request, label: 'users' })).body;
  const place = (method: string): string => `${instanceName}: ${method} users`;

  const search = async (email: string): Promise<AppUser | null> => {
    const body = await ask({ method: 'GET', path: 'users', query: { email } });
    const hits = parseUsers(body, place('GET')).map(accountOf);
    return foundAccount(instanceName, { attribute: 'email', value: email }, hits, (hit) =>
      sameAddress(hit.email, email),
    );
  };

  const read = async (id: string): Promise<SmartsheetUser | null> => {
    // Nobody has an id that is no number, and Smartsheet refuses the question.
    if (!/^\d+$/.test(id)) return null;
    const path = `users/${pathPart(id)}`;
    const answer = await http.request({ method: 'GET', path, label: 'users', accept: [404] });
    return answer.status === 404 && isOwnError(answer.body) ? null : parseUser(answer.body, place('GET'));
  };

  return {
    search,
    read,
    lookupKeys: async (profile, known, old) => {
      const byId = known === null || known.id === '' ? [] : [{ attribute: 'id', value: known.id }];
      const versions = [old, profile].filter((version) => version !== undefined);
      const keys = await Promise.all(versions.map((version) => addressOf(outgoing, version)));
      return [...byId, ...keys.flat()];
    },
    find: async (key) => {
      if (key.attribute !== 'id') return search(key.value);
      const user = await read(key.value);
      return user === null ? null : withStatus(options, key, user, search);
    },
    create: async (profile) => {
      const sent = await attributesOf(outgoing, profile, 'create');
      const query = { sendEmail: String(options.sendMail) };
      const written = parseWritten(await ask({ method: 'POST', path: 'users', query, body: sent }), place('POST'));
      return accountOf(parseUser({ ...sent, ...written }, place('POST')));
    },
    update: async (id, profile, before) => {
      const wanted = await attributesOf(outgoing, profile, 'update');
      const current = before.raw as SmartsheetUser;
      const changes = flatChanges(wanted, current, {
        asAnswered: (name, text) => (name === 'email' ? text.toLowerCase() : text),
      });
      if (Object.keys(changes).length === 0) return before;
      const path = `users/${pathPart(id)}`;
      const written = parseWritten(await ask({ method: 'PUT', path, body: changes }), place('PUT'));
      // The answer shows neither status nor rights.
      return { ...accountOf({ ...current, ...changes, ...written }), active: before.active };
    },
    deactivate: async (id, before) => {
      await ask({ method: 'POST', path: `users/${pathPart(id)}/deactivate` });
      return accountOf({ ...(before.raw as SmartsheetUser), status: 'DEACTIVATED' });
    },
    reactivate: async (id, before) => {
      await ask({ method: 'POST', path: `users/${pathPart(id)}/reactivate` });
      return accountOf({ ...(before.raw as SmartsheetUser), status: 'ACTIVE' });
    },
  };
}

const sameAddress = (one: string | null, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

async function addressOf(outgoing: OutgoingMap, profile: UserProfile): Promise<readonly LookupKey[]> {
  const value = flatText((await attributesOf(outgoing, profile, 'create'))['email']);
  return value === undefined ? [] : [{ attribute: 'email', value }];
}

/** A read by id shows no status, so that a search by the address has to tell it. */
async function withStatus(
  { instanceName }: UsersOptions,
  key: LookupKey,
  user: SmartsheetUser,
  search: (email: string) => Promise<AppUser | null>,
): Promise<AppUser | null> {
  const shown = typeof user.status === 'string' ? null : await search(user.email);
  const whole = shown?.id === user.id ? { ...user, ...(shown.raw as SmartsheetUser) } : user;
  return foundAccount(instanceName, key, [accountOf(whole)], ({ id }) => id === key.value);
}
