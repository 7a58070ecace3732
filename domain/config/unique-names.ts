import type { z } from 'zod';

/** Reports every row whose value of a key another row before it has. */
export function addDuplicates<Key extends string>(
  rows: readonly Readonly<Record<Key, unknown>>[],
  key: Key,
  context: z.RefinementCtx,
): void {
  const seen = new Set<unknown>();
  rows.forEach((row, index) => {
    if (seen.has(row[key])) {
      context.addIssue({ code: 'custom', path: [index, key], message: `'${String(row[key])}' is listed twice` });
    }
    seen.add(row[key]);
  });
}
