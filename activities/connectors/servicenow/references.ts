import { flatText } from '../flat.js';
import { ConnectorError } from '../types.js';
import { fits } from './table.js';
import type { AppAttributes } from '../types.js';
import type { Row } from './answers.js';
import type { Condition, TableApi } from './table.js';

/** Where the record of a reference is found. */
interface Reference {
  readonly table: string;
  /** Columns that may hold the mapped words, in the order in which they are asked. */
  by(text: string): readonly string[];
  /** What else must hold. */
  readonly only: readonly Condition[];
}

const REFERENCES: Readonly<Record<string, Reference>> = {
  department: { table: 'cmn_department', by: () => ['name'], only: [] },
  cost_center: { table: 'cmn_cost_center', by: () => ['code', 'name'], only: [] },
  manager: {
    table: 'sys_user',
    by: (text) => [text.includes('@') ? 'email' : 'user_name'],
    only: [{ column: 'active', value: 'true' }],
  },
};

/** What an account must show so that references can be compared in words. */
export const REFERENCE_FIELDS: readonly string[] = [
  'department',
  'department.name',
  'cost_center',
  'cost_center.code',
  'cost_center.name',
  'manager',
  'manager.email',
  'manager.user_name',
];

/** Attributes whose references are ids, and what had to be left out. */
export interface ResolvedReferences {
  readonly columns: AppAttributes;
  readonly warnings: readonly string[];
}

/**
 * Puts the `sys_id` of a record in the place of the words that a map gives for department, cost centre and manager. An
 * id stays as it is, and words that the account's present record bears cost no request. A reference without exactly one
 * record is left out with a warning, because the account shall not wait for it.
 */
export async function resolveReferences(
  table: TableApi,
  wanted: AppAttributes,
  current: Row,
): Promise<ResolvedReferences> {
  const columns: Record<string, unknown> = { ...wanted };
  const warnings: string[] = [];
  for (const [column, reference] of Object.entries(REFERENCES)) {
    const text = flatText(wanted[column]);
    if (text === undefined) continue;
    const found = knownRecord(column, reference, text, current) ?? (await recordOf(table, reference, text));
    if ('id' in found) columns[column] = found.id;
    else {
      delete columns[column];
      warnings.push(`${column} was left out: ${found.reason}.`);
    }
  }
  return { columns, warnings };
}

/** The one record, or the reason why there is none. */
type Resolved = { readonly id: string } | { readonly reason: string };

function knownRecord(column: string, { by }: Reference, text: string, current: Row): Resolved | undefined {
  if (/^[0-9a-f]{32}$/i.test(text)) return { id: text };
  const isPresent = by(text).some((key) => current[`${column}.${key}`]?.toLowerCase() === text.toLowerCase());
  const id = current[column];
  return isPresent && id !== undefined ? { id } : undefined;
}

async function recordOf(table: TableApi, reference: Reference, text: string): Promise<Resolved> {
  try {
    for (const column of reference.by(text)) {
      const conditions = [{ column, value: text }, ...reference.only];
      const fields = ['sys_id', ...conditions.map((condition) => condition.column)];
      const rows = await table.rows(reference.table, { conditions, fields, limit: 2 });
      const [row, second] = rows.filter((found) => fits(found, conditions));
      if (second !== undefined) return { reason: `several records of ${reference.table} bear the value as ${column}` };
      if (row?.['sys_id'] !== undefined) return { id: row['sys_id'] };
    }
    return { reason: `no record of ${reference.table} bears the value` };
  } catch (error) {
    if (error instanceof ConnectorError && !error.retryable) return { reason: error.message.replace(/\.$/, '') };
    throw error;
  }
}
