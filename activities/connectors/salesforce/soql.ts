import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import type { HttpClient } from '../http.js';

/** What to do about an answer of an unexpected shape. */
export const REMEDY = 'check that settings.url is the My Domain of a Salesforce organization';

const pageSchema = z.looseObject({
  done: z.boolean(),
  nextRecordsUrl: z.string().nullish(),
  records: z.array(z.looseObject({})),
});

/** A text as a literal of SOQL. */
export const literal = (value: string): string => `'${value.replace(/['\\]/g, '\\$&')}'`;

/**
 * All records of a query, page by page.
 *
 * @param what names the records in messages, e.g. `CRM: GET User`
 * @throws ConnectorError of kind `Validation` when a record has not the given shape
 */
export async function query<T extends z.ZodType>(
  http: HttpClient,
  soql: string,
  record: T,
  { label, what }: { readonly label: string; readonly what: string },
): Promise<readonly z.infer<T>[]> {
  const records: z.infer<T>[] = [];
  let request: { readonly path: string; readonly query?: { readonly q: string } } | null = {
    path: 'query',
    query: { q: soql },
  };
  while (request !== null) {
    const answer = await http.request({ method: 'GET', label, ...request });
    const page: z.infer<typeof pageSchema> = parseAnswer(pageSchema, answer.body, what, REMEDY);
    records.push(...parseAnswer(z.array(record), page.records, what, REMEDY));
    // Only the last part is taken, so that the answer cannot lead the token to another address.
    const locator = page.nextRecordsUrl?.split('/').at(-1);
    request = page.done || locator === undefined ? null : { path: `query/${encodeURIComponent(locator)}` };
  }
  return records;
}
