import express from 'express';
import type { Request, Response } from 'express';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { faultOf } from '../gate.js';
import type { AppService } from '../kind.js';
import { search } from './query.js';
import { fail } from './refusal.js';
import { createTableStore, textOf } from './store.js';
import type { TableStore } from './store.js';
import { TABLES } from './tables.js';
import type { NewRow } from './tables.js';

/** One request to a table. */
interface Call {
  readonly state: AppState;
  readonly store: TableStore;
  readonly table: string;
  /** Of a single row; empty otherwise. */
  readonly id: string;
  readonly version: string | undefined;
  readonly request: Request;
  readonly response: Response;
}

const USERS = 'sys_user';
const MOST_ROWS = 10_000;

/** The Table API of one application. */
export function serviceNowService(state: AppState): AppService {
  const store = createTableStore(state);
  const router = express.Router();
  const at =
    (act: (call: Call) => void) =>
    (request: Request, response: Response): void => {
      const { table = '', id = '', version } = request.params as Partial<Record<string, string>>;
      sayQuota(state, response);
      if (table in TABLES) act({ state, store, table, id, version, request, response });
      else fail(response, 400, `Invalid table ${table}`, null);
    };
  router.use(express.json({ limit: '10mb' }));
  for (const prefix of ['', '/:version']) {
    router.get(`${prefix}/table/:table`, at(list));
    router.post(`${prefix}/table/:table`, at(insert));
    router.get(`${prefix}/table/:table/:id`, at(read));
    router.patch(`${prefix}/table/:table/:id`, at(update));
  }
  router.use((_request, response) => fail(response, 400, 'Requested URI does not represent any resource', null));
  return { handler: router, dump: store.dump, restore: store.restore, reset: store.reset };
}

function list(call: Call): void {
  const { store, table, version, request, response } = call;
  const found = search(store.rows(table), parameter(request, 'query'), (row, name) => store.valueOf(table, row, name));
  const offset = Number(parameter(request, 'offset'));
  const limit = Number(parameter(request, 'limit') || MOST_ROWS);
  const rows = (table === USERS ? usersFound(call, found) : found).slice(offset, offset + limit);
  if (rows.length === 0 && version === 'v1') noRecord(response);
  else response.json({ result: rows.map((row) => shape(call, row)) });
}

function usersFound({ state, store, request }: Call, found: readonly StoredRecord[]): readonly StoredRecord[] {
  const hits = state.asFound(found.map(withTruth)).map(withText);
  switch (faultOf(request)?.kind) {
    case 'duplicate-hits':
      return hits.flatMap((user) => [user, { ...user, id: [...user.id].reverse().join('') }]);
    case 'wrong-hit':
      return store.rows(USERS).filter((user) => !found.some(({ id }) => id === user.id));
    default:
      return hits;
  }
}

// What lags behind is known by a truth value, and ServiceNow keeps texts.
const withTruth = (user: StoredRecord): StoredRecord => ({ ...user, active: textOf(user['active']) === 'true' });
const withText = (user: StoredRecord): StoredRecord => ({ ...user, active: textOf(user['active']) });

function read(call: Call): void {
  const { state, store, table, id, response } = call;
  const row = store.get(table, id);
  if (row === undefined) noRecord(response);
  else response.json({ result: shape(call, table === USERS ? withText(state.asRead(withTruth(row))) : row) });
}

function insert(call: Call): void {
  const { state, store, table, response } = call;
  const row = { ...(table === USERS ? { active: 'true', locked_out: 'false' } : {}), ...writable(call) };
  if (isTaken(call, row)) return taken(response, row);
  const stored = store.put(table, named(table, row));
  if (table === USERS) state.created(stored.id);
  state.onChange();
  response.status(201).json({ result: shape(call, stored) });
}

function update(call: Call): void {
  const { state, store, table, id, response } = call;
  const before = store.get(table, id);
  if (before === undefined) return noRecord(response);
  const kept = Object.fromEntries(Object.keys(TABLES[table] ?? {}).map((column) => [column, textOf(before[column])]));
  const row: NewRow = { ...kept, ...writable(call) };
  if (isTaken(call, row)) return taken(response, row);
  const stored = store.put(table, named(table, row), id);
  if (table === USERS && kept['active'] === 'true' && row['active'] === 'false') state.disabled(id);
  state.onChange();
  response.json({ result: shape(call, stored) });
}

/** What of a body is kept: columns that exist and may be written, as texts of limited length. */
function writable({ request, table }: Call): NewRow {
  return Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
      const column = TABLES[table]?.[name];
      if (column === undefined || column.isReadOnly === true) return [];
      return [[name, textOf(value).slice(0, column.maxLength)]];
    }),
  );
}

/** `name` is made of first and last name. */
const named = (table: string, row: NewRow): NewRow =>
  table === USERS ? { ...row, name: `${row['first_name'] ?? ''} ${row['last_name'] ?? ''}`.trim() } : row;

/** Only the user name is unique; any number of users may bear one address. */
function isTaken({ store, table, id }: Call, row: NewRow): boolean {
  const name = row['user_name']?.toLowerCase() ?? '';
  if (table !== USERS || name === '') return false;
  return store.rows(USERS).some((other) => other.id !== id && textOf(other['user_name']).toLowerCase() === name);
}

/** A row as it is shown: the fields that were asked for, as texts, with references as objects unless that is declined. */
function shape({ request, store, table }: Call, row: StoredRecord): Readonly<Record<string, unknown>> {
  const columns = TABLES[table] ?? {};
  const asked = parameter(request, 'fields').split(',').filter(Boolean);
  const isPlain = parameter(request, 'exclude_reference_link') === 'true';
  const cell = (field: string): readonly [string, unknown][] => {
    const value = store.valueOf(table, row, field);
    const target = columns[field]?.reference;
    if (value === undefined) return [];
    if (target === undefined || value === '' || isPlain) return [[field, value]];
    return [[field, { link: `https://servicenow.invalid/api/now/table/${target}/${value}`, value }]];
  };
  return Object.fromEntries((asked.length === 0 ? ['sys_id', ...Object.keys(columns)] : asked).flatMap(cell));
}

function parameter({ query }: Request, name: string): string {
  const value = query[`sysparm_${name}`];
  return typeof value === 'string' ? value : '';
}

function sayQuota({ dialect, quotaEndsAt }: AppState, response: Response): void {
  if (dialect.requestsPerHour === undefined) return;
  response.setHeader('x-ratelimit-limit', String(dialect.requestsPerHour));
  response.setHeader('x-ratelimit-reset', String(Math.ceil(quotaEndsAt / 1000)));
}

const noRecord = (response: Response): void =>
  fail(response, 404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");

const taken = (response: Response, row: NewRow): void =>
  fail(
    response,
    403,
    'Operation Failed',
    `Unique Key violation detected by database (Duplicate entry '${row['user_name'] ?? ''}' for key 'user_name')`,
  );
