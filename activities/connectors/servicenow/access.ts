import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { fits } from './table.js';
import type { AccessSnapshot } from '../types.js';
import type { Row } from './answers.js';
import type { Condition, Search, TableApi } from './table.js';

/** Rows per page. */
const PAGE = 500;

/** What an account could reach: its groups and roles, each once, by the names that ServiceNow shows. */
export async function readServiceNowAccess(
  table: TableApi,
  instanceName: string,
  userId: string,
): Promise<AccessSnapshot> {
  const conditions = [{ column: 'user', value: userId }];
  const rowsOf = (name: string, fields: readonly string[]): Promise<readonly Row[]> =>
    everyRow(table, name, conditions, fields, instanceName);
  const [groups, roles] = await Promise.all([
    rowsOf('sys_user_grmember', ['group', 'group.name']),
    rowsOf('sys_user_has_role', ['role', 'role.name']),
  ]);
  return { groups: named(groups, 'group'), roles: named(roles, 'role') };
}

/** Names of the roles that the service account itself has, as far as it may see them. */
export async function rolesOf(table: TableApi, username: string): Promise<readonly string[]> {
  const conditions = [{ column: 'user.user_name', value: username }];
  const fields = ['role.name', 'user.user_name'];
  const rows = await table.rows('sys_user_has_role', { conditions, fields, limit: PAGE }).catch((error: unknown) => {
    if (error instanceof ConnectorError && !error.retryable) return [];
    throw error;
  });
  const names = rows.filter((row) => fits(row, conditions)).map((row) => row['role.name'] ?? '');
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

async function everyRow(
  table: TableApi,
  name: string,
  conditions: readonly Condition[],
  fields: readonly string[],
  instanceName: string,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const search: Search = { conditions, fields: [...fields, ...conditions.map(({ column }) => column)], limit: PAGE };
  for (;;) {
    const page = await table.rows(name, { ...search, offset: rows.length });
    if (!page.every((row) => fits(row, conditions))) throw ofOthers(`${instanceName}: GET ${name}`);
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}

/** A role comes once for each group that gives it. */
function named(rows: readonly Row[], column: string): readonly { readonly id: string; readonly name: string }[] {
  const byId = new Map(rows.map((row) => [row[column] ?? '', row[`${column}.name`] ?? '']));
  return [...byId].map(([id, name]) => ({ id, name }));
}

const ofOthers = (what: string): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.LookupMismatch,
    `${what} answered with rows of other people; let the service account read the column user of this table.`,
    { code: 'LookupMismatch' },
  );
