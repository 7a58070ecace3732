import type { StoredRecord } from '../account-store.js';

/** What a column of a row holds; `undefined` when there is no such column. */
export type ValueOf = (row: StoredRecord, column: string) => string | undefined;

const CLAUSE = /^([\w.]+?)=(.*)$/s;
const ORDER = /^ORDERBY(DESC)?(.+)$/;

/**
 * The rows that an encoded query finds: equalities joined by `^` and `^OR`, then `ORDERBY` or `ORDERBYDESC`. A clause
 * that is none, or whose column does not exist, is ignored, so that a mistyped query finds arbitrary rows.
 */
export function search(rows: readonly StoredRecord[], encoded: string, valueOf: ValueOf): readonly StoredRecord[] {
  const clauses = encoded.split('^').filter((clause) => clause !== '');
  const groups = alternatives(clauses.filter((clause) => !ORDER.test(clause)));
  const found = rows.filter((row) => groups.every((group) => holds(row, group, valueOf)));
  return ordered(found, clauses, valueOf);
}

/** Groups of which one clause each must hold. */
function alternatives(clauses: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const clause of clauses) {
    if (clause.startsWith('OR')) groups.at(-1)?.push(clause.slice(2));
    else groups.push([clause]);
  }
  return groups;
}

/** Texts are compared without case. */
function holds(row: StoredRecord, group: readonly string[], valueOf: ValueOf): boolean {
  const verdicts = group.flatMap((clause) => {
    const [, column, wanted = ''] = CLAUSE.exec(clause) ?? [];
    const value = column === undefined ? undefined : valueOf(row, column);
    return value === undefined ? [] : [value.toLowerCase() === wanted.toLowerCase()];
  });
  return verdicts.length === 0 || verdicts.includes(true);
}

function ordered(rows: readonly StoredRecord[], clauses: readonly string[], valueOf: ValueOf): readonly StoredRecord[] {
  const [, descending, column] = clauses.map((clause) => ORDER.exec(clause)).find((match) => match !== null) ?? [];
  if (column === undefined) return rows;
  const sign = descending === undefined ? 1 : -1;
  const key = (row: StoredRecord): string => valueOf(row, column) ?? '';
  return [...rows].sort((one, other) => sign * key(one).localeCompare(key(other)));
}
