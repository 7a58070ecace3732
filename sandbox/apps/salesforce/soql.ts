import { SalesforceRefusal } from './refusal.js';

/** A query that the simulation understands: fields of one object, with one equality at most. */
export interface SoqlQuery {
  readonly fields: readonly string[];
  readonly object: string;
  readonly where?: { readonly field: string; readonly value: string };
}

const QUERY =
  /^\s*SELECT\s+([\w.]+(?:\s*,\s*[\w.]+)*)\s+FROM\s+(\w+)(?:\s+WHERE\s+([\w.]+)\s*=\s*'((?:[^'\\]|\\.)*)')?(?:\s+LIMIT\s+\d+)?\s*$/i;

/** Reads a query. What stands in a literal must be escaped, or the query is malformed as it would be there. */
export function parseSoql(text: string): SoqlQuery {
  const [, fields, object, field, value] = QUERY.exec(text) ?? [];
  if (fields === undefined || object === undefined) {
    throw new SalesforceRefusal(400, 'MALFORMED_QUERY', `unexpected token in: ${text}`);
  }
  return {
    fields: fields.split(',').map((one) => one.trim()),
    object,
    ...(field === undefined || value === undefined ? {} : { where: { field, value: value.replace(/\\(.)/g, '$1') } }),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** The rows that a query asks for, with its fields only; `Parent.Field` answers as an object. */
export function answerSoql(
  { fields, object, where }: SoqlQuery,
  rows: readonly Row[],
  fieldNames: readonly string[],
): readonly Row[] {
  for (const name of [...fields, ...(where === undefined ? [] : [where.field])]) {
    if (!fieldNames.some((known) => known.toLowerCase() === name.toLowerCase())) {
      throw new SalesforceRefusal(400, 'INVALID_FIELD', `No such column '${name}' on entity '${object}'.`);
    }
  }
  const hits = rows.filter(
    (row) => where === undefined || textOf(valueOf(row, where.field)).toLowerCase() === where.value.toLowerCase(),
  );
  return hits.map((row) => {
    const record: Record<string, unknown> = { attributes: { type: object } };
    for (const name of fields) {
      const [parent = '', child] = name.split('.');
      if (child === undefined) record[name] = valueOf(row, name) ?? null;
      else record[parent] = { ...(record[parent] as Row | undefined), [child]: valueOf(row, name) ?? null };
    }
    return record;
  });
}

const valueOf = (row: Row, name: string): unknown =>
  Object.entries(row).find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
