import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { fits } from './table.js';
import type { TableApi } from './table.js';

/** More columns than any table of people has. */
const MOST_COLUMNS = 1_000;

/** Writable columns of `sys_user` with their labels, from the instance's own dictionary. */
export async function describeServiceNowUsers(
  table: TableApi,
  instanceName: string,
): Promise<Readonly<Record<string, string>>> {
  const conditions = [{ column: 'name', value: 'sys_user' }];
  const fields = ['name', 'element', 'column_label', 'read_only'];
  const rows = await table.rows('sys_dictionary', { conditions, fields, limit: MOST_COLUMNS });
  // One row without an element stands for the table itself.
  const columns = rows.filter((row) => fits(row, conditions) && row['element'] !== '' && row['element'] !== undefined);
  if (columns.length === 0) {
    throw new ConnectorError(
      ConnectorErrorKind.Unauthorized,
      `${instanceName}: sys_dictionary shows no column of sys_user; let the service account read that table.`,
      { code: 'hidden-column' },
    );
  }
  const writable = columns.filter((row) => row['read_only'] !== 'true' && !isOwn(row['element'] ?? ''));
  return Object.fromEntries(writable.map((row) => [row['element'] ?? '', row['column_label'] ?? '']));
}

/** What ServiceNow writes itself, and the name that it makes of first and last name. */
const isOwn = (column: string): boolean => column.startsWith('sys_') || column === 'name';
