import { flatChanges, flatText } from '../flat.js';
import { foundAccount } from '../lookup.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { accountOf } from './answers.js';
import { REFERENCE_FIELDS, resolveReferences } from './references.js';
import { fits } from './table.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { OutgoingMap } from '../maps.js';
import type { AppAttributes, AppUser, KnownAccount, LookupKey } from '../types.js';
import type { Row } from './answers.js';
import type { TableApi } from './table.js';

/** What calls about accounts work with. */
export interface AccountsOptions {
  readonly table: TableApi;
  readonly outgoing: OutgoingMap;
  /** Columns that the incoming map reads. */
  readonly sources: readonly string[];
  readonly instanceName: string;
}

/** The user primitives of ServiceNow; semantics as in `UserConnector`. */
export interface Accounts {
  lookupKeys(profile: UserProfile, known: KnownAccount | null, old?: UserProfile): Promise<readonly LookupKey[]>;
  find(key: LookupKey): Promise<AppUser | null>;
  create(profile: UserProfile): Promise<AppUser>;
  update(id: string, profile: UserProfile, before: AppUser): Promise<AppUser>;
  setActive(id: string, active: boolean): Promise<AppUser>;
}

const USERS = 'sys_user';

/** Two hits are enough to know that there are several; an active one comes first, so that it is among them. */
const MOST_HITS = 2;

/** Columns of the look-up, after the id (spec connectors 1.3). */
const LOOK_UP_BY = ['user_name', 'email'] as const;

/** What ServiceNow makes itself, and on an update what has commands of its own or cannot be read back. */
const NEVER_SENT: ReadonlySet<string> = new Set(['sys_id', 'name']);
const NEVER_UPDATED: ReadonlySet<string> = new Set([...NEVER_SENT, 'active', 'locked_out', 'user_password']);

/** Makes the user primitives; no I/O. */
export function accountsOf(options: AccountsOptions): Accounts {
  const { table, outgoing, instanceName } = options;
  const fields = fieldsOf(options);
  const place = (method: string): string => `${instanceName}: ${method} ${USERS}`;
  const setColumns = (id: string, columns: AppAttributes): Promise<Row> => table.update(USERS, id, columns, fields);

  return {
    lookupKeys: async (profile, known, old) => {
      const byId = known === null || known.id === '' ? [] : [{ attribute: 'sys_id', value: known.id }];
      const before = old === undefined ? [] : keysOf(await outgoing.map(old, 'create'));
      return [...byId, ...before, ...keysOf(await outgoing.map(profile, 'create'))];
    },
    find: async (key) => {
      const conditions = [{ column: key.attribute, value: key.value }];
      const rows = await table.rows(USERS, { conditions, fields, limit: MOST_HITS, largestFirst: 'active' });
      const hits = rows.map((row) => accountOf(row, place('GET')));
      return foundAccount(instanceName, key, hits, ({ raw }) => fits(raw as Row, conditions));
    },
    create: async (profile) => {
      const { columns, warnings } = await resolveReferences(table, await outgoing.map(profile, 'create'), {});
      const sent = { active: true, ...without(columns, NEVER_SENT) };
      const row = await table.insert(USERS, sent, fields);
      return withWarnings(accountOf(row, place('POST')), [...warnings, ...ignored(sent, row)]);
    },
    update: async (id, profile, before) => {
      const wanted = without(await outgoing.map(profile, 'update'), NEVER_UPDATED);
      const current = before.raw as Row;
      const { columns, warnings } = await resolveReferences(table, wanted, current);
      const changes = flatChanges(columns, current);
      if (Object.keys(changes).length === 0) return withWarnings(before, warnings);
      const row = await setColumns(id, changes);
      return withWarnings(accountOf(row, place('PATCH')), [...warnings, ...ignored(changes, row)]);
    },
    setActive: async (id, active) => {
      const row = await setColumns(id, active ? { active, locked_out: false } : { active });
      const account = accountOf(row, place('PATCH'));
      if (account.active !== active) throw statusKept(place('PATCH'));
      return account;
    },
  };
}

/** Columns to ask for; a name that `sys_user` does not have is ignored by ServiceNow. */
const fieldsOf = ({ outgoing, sources }: AccountsOptions): readonly string[] => [
  ...new Set(['sys_id', ...LOOK_UP_BY, 'active', ...REFERENCE_FIELDS, ...outgoing.targets, ...sources]),
];

function keysOf(columns: AppAttributes): readonly LookupKey[] {
  return LOOK_UP_BY.flatMap((attribute) => {
    const value = flatText(columns[attribute]);
    return value === undefined ? [] : [{ attribute, value }];
  });
}

const without = (columns: AppAttributes, names: ReadonlySet<string>): AppAttributes =>
  Object.fromEntries(Object.entries(columns).filter(([column]) => !names.has(column)));

/** Columns without write access are passed over in a success; so are values that ServiceNow shortens. */
const ignored = (sent: AppAttributes, row: Row): readonly string[] =>
  Object.keys(flatChanges(sent, row, { except: NEVER_UPDATED })).map(
    (column) => `${column} did not take the value; check its length and the service account's right to write it.`,
  );

const withWarnings = (account: AppUser, warnings: readonly string[]): AppUser =>
  warnings.length === 0 ? account : { ...account, warnings };

const statusKept = (what: string): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Unauthorized,
    `${what} took the change and left the status as it was; let the service account write sys_user.active (role user_admin).`,
    { code: 'status-kept' },
  );
