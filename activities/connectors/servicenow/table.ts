import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { isNoRecord, parseRow, parseRows } from './answers.js';
import type { HttpClient } from '../http.js';
import type { AppAttributes } from '../types.js';
import type { Row } from './answers.js';

/** `column equals value`. */
export interface Condition {
  readonly column: string;
  readonly value: string;
}

/** One search: all conditions hold. */
export interface Search {
  readonly conditions: readonly Condition[];
  readonly fields: readonly string[];
  readonly limit: number;
  readonly offset?: number;
  /** Column whose largest values come first. */
  readonly largestFirst?: string;
}

/** The Table API. Every failure is a `ConnectorError`. */
export interface TableApi {
  /**
   * The rows that ServiceNow says fit, empty when there are none. It ignores conditions on columns that it does not know
   * and then answers with arbitrary rows, so the caller checks them with {@link fits}.
   */
  rows(table: string, search: Search): Promise<readonly Row[]>;
  /** Makes a row and answers with it as it was stored. Never safe to repeat without a look-up. */
  insert(table: string, columns: AppAttributes, fields: readonly string[]): Promise<Row>;
  /** Sets columns of a row, empties those that are `null`, and answers with the row as it was stored. */
  update(table: string, id: string, columns: AppAttributes, fields: readonly string[]): Promise<Row>;
}

/** Makes the Table API of one instance; no I/O. */
export function tableApi(http: HttpClient, instanceName: string): TableApi {
  const write = async (
    method: 'POST' | 'PATCH',
    table: string,
    id: string | null,
    columns: AppAttributes,
    fields: readonly string[],
  ): Promise<Row> => {
    const path = `table/${table}${id === null ? '' : `/${pathPart(id)}`}`;
    const body = Object.fromEntries(Object.entries(columns).map(([column, value]) => [column, value ?? '']));
    const answer = await http.request({ method, path, label: table, query: shown(fields), body });
    return parseRow(answer.body, `${instanceName}: ${method} ${table}`);
  };

  return {
    rows: async (table, search) => {
      const what = `${instanceName}: GET ${table}`;
      const answer = await http.request({
        method: 'GET',
        path: `table/${table}`,
        label: table,
        query: queryOf(search, what),
        sensitive: search.conditions.map(({ value }) => value).filter(({ length }) => length >= 3),
        accept: [404],
      });
      // The first version says 404 where later ones show an empty list.
      if (answer.status === 404 && isNoRecord(answer.body)) return [];
      return parseRows(answer.body, what);
    },
    insert: (table, columns, fields) => write('POST', table, null, columns, fields),
    update: (table, id, columns, fields) => write('PATCH', table, id, columns, fields),
  };
}

/** Whether a row holds what was asked for, without case, as ServiceNow compares. */
export const fits = (row: Row, conditions: readonly Condition[]): boolean =>
  conditions.every(({ column, value }) => row[column]?.toLowerCase() === value.toLowerCase());

const shown = (fields: readonly string[]): Readonly<Record<string, string>> => ({
  sysparm_exclude_reference_link: 'true',
  sysparm_fields: fields.join(','),
});

function queryOf(search: Search, what: string): Readonly<Record<string, string>> {
  const { conditions, fields, limit, offset, largestFirst } = search;
  const parts = conditions.map((condition) => clauseOf(condition, what));
  if (largestFirst !== undefined) parts.push(`ORDERBYDESC${largestFirst}`);
  return {
    ...(parts.length === 0 ? {} : { sysparm_query: parts.join('^') }),
    ...shown(fields),
    sysparm_limit: String(limit),
    ...(offset === undefined ? {} : { sysparm_offset: String(offset) }),
  };
}

/** Nothing escapes an operator, and a value that begins like a script is run as one. */
function clauseOf({ column, value }: Condition, what: string): string {
  if (!value.includes('^') && !/^\s*javascript:/i.test(value)) return `${column}=${value}`;
  throw new ConnectorError(
    ConnectorErrorKind.Validation,
    `${what}: the value for ${column} holds '^' or begins with 'javascript:', which ServiceNow takes for a command; correct it at its source.`,
    { code: '400' },
  );
}
