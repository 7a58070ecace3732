import { randomInt } from 'node:crypto';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { credentialsOf } from '../tokens.js';

/** Everything that adding and changing a user takes, with the type of its values. */
export const WRITABLE: Readonly<Record<string, 'string' | 'boolean'>> = {
  email: 'string',
  firstName: 'string',
  lastName: 'string',
  admin: 'boolean',
  groupAdmin: 'boolean',
  licensedSheetCreator: 'boolean',
  resourceViewer: 'boolean',
};

const RIGHTS = Object.keys(WRITABLE).filter((name) => WRITABLE[name] === 'boolean');
const LISTED = ['id', 'email', 'firstName', 'lastName', 'name', 'status', 'seatType', 'sheetCount', ...RIGHTS];
const DETAILED = ['title', 'department', 'company', 'workPhone', 'mobilePhone', 'role', 'locale', 'timeZone'];
const OWNER_ID = '9007199254740993';

/** An id as Smartsheet makes them: 64 bits, more than a JavaScript number holds. */
export const newUserId = (): string => `${randomInt(200, 900)}${String(randomInt(1e12)).padStart(14, '0')}`;

/** The user whose token the connector uses: a System Admin, seen by searches and not among the application's accounts. */
export function tokenOwner(state: AppState): StoredRecord {
  const { username } = credentialsOf(state);
  return { id: OWNER_ID, email: username, status: 'ACTIVE', admin: true, licensedSheetCreator: true };
}

/** A user as a search shows it. */
export const listed = (user: StoredRecord): object => ({ ...withRights(user), ...picked(named(user), LISTED) });

/** A user as a read by id shows it: more about the person, and no status. */
export const detailed = (user: StoredRecord): object => ({
  ...withRights(user),
  ...picked(
    named(user),
    [...LISTED, ...DETAILED].filter((name) => name !== 'status' && name !== 'seatType'),
  ),
});

/** A user as the answer to a change shows it. */
export const changed = (user: StoredRecord): object =>
  picked(named(user), ['id', 'email', 'name', 'firstName', 'lastName']);

export const isActive = ({ status }: StoredRecord): boolean => status !== 'DECLINED' && status !== 'DEACTIVATED';

const withRights = (user: StoredRecord): object =>
  Object.fromEntries(RIGHTS.map((right) => [right, user[right] === true]));

const named = (user: StoredRecord): StoredRecord => ({
  ...user,
  name: [user['firstName'], user['lastName']].filter((part) => typeof part === 'string').join(' '),
});

const picked = (user: StoredRecord, names: readonly string[]): object =>
  Object.fromEntries(names.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]]])));
