import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { credentialsOf } from '../tokens.js';
import { newSysId } from './sys-id.js';
import { dictionaryRows, TABLES } from './tables.js';
import type { NewRow } from './tables.js';

const ROLE_ID = '9f8e7d6c5b4a39281706f5e4d3c2b1a0';
const SERVICE_ACCOUNT_ID = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

/** Rows of all tables of one application. */
export interface TableStore {
  rows(table: string): readonly StoredRecord[];
  get(table: string, id: string): StoredRecord | undefined;
  put(table: string, row: NewRow, id?: string): StoredRecord;
  /** What a column holds; a dot leads to a column of the referenced record. `undefined` when there is no such column. */
  valueOf(table: string, row: StoredRecord, column: string): string | undefined;
  dump(): unknown;
  restore(stored: unknown): void;
  reset(): void;
}

/**
 * Keeps users as the application's accounts and every other table here. The user that the service account signs in as is
 * not among the accounts, but searches show it with its role, as they do in a fresh ServiceNow.
 */
export function createTableStore(state: AppState): TableStore {
  const others = new Map<string, Map<string, StoredRecord>>();
  const fixed = fixedRows(state);
  const rows = (table: string): readonly StoredRecord[] => [
    ...(table === 'sys_user' ? state.users.all() : (others.get(table)?.values() ?? [])),
    ...(fixed[table] ?? []),
  ];
  const get = (table: string, id: string): StoredRecord | undefined => rows(table).find((row) => row.id === id);

  const valueOf = (table: string, row: StoredRecord, column: string): string | undefined => {
    if (column === 'sys_id') return row.id;
    const [name = '', ...rest] = column.split('.');
    const known = TABLES[table]?.[name];
    if (known === undefined || rest.length === 0) return known === undefined ? undefined : textOf(row[name]);
    if (known.reference === undefined) return undefined;
    const target = get(known.reference, textOf(row[name]));
    return target === undefined ? '' : valueOf(known.reference, target, rest.join('.'));
  };

  return {
    rows,
    get,
    valueOf,
    put: (table, row, id = newSysId()) => {
      if (table === 'sys_user') return state.users.put(row, id);
      const kept = others.get(table) ?? new Map<string, StoredRecord>();
      others.set(table, kept.set(id, { ...row, id }));
      return { ...row, id };
    },
    dump: () => Object.fromEntries([...others].map(([table, kept]) => [table, [...kept.values()]])),
    restore: (stored) => {
      for (const [table, kept] of Object.entries(stored as Record<string, readonly StoredRecord[]>)) {
        others.set(table, new Map(kept.map((row) => [row.id, row])));
      }
    },
    reset: () => others.clear(),
  };
}

function fixedRows(state: AppState): Readonly<Record<string, readonly StoredRecord[]>> {
  const { username } = credentialsOf(state);
  return {
    sys_user: [{ id: SERVICE_ACCOUNT_ID, user_name: username, active: 'true', locked_out: 'false' }],
    sys_user_role: [{ id: ROLE_ID, name: 'user_admin' }],
    sys_user_has_role: [{ id: ROLE_ID.slice(2), user: SERVICE_ACCOUNT_ID, role: ROLE_ID }],
    sys_dictionary: dictionaryRows(),
  };
}

/** A value as the text that the application keeps of it. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
