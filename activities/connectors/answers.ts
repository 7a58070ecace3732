import type { z } from 'zod';

import { ConnectorError, ConnectorErrorKind } from './types.js';

/**
 * Checks an answer's body against the shape that is relied on.
 *
 * @param what names the call, never a person, e.g. `Wiki: GET Users`
 * @param remedy what to do about an unexpected shape, e.g. `check that the address is a SCIM 2.0 service`
 * @throws ConnectorError of kind `Validation` that names the first place that is wrong, never its value
 */
export function parseAnswer<T extends z.ZodType>(schema: T, body: unknown, what: string, remedy: string): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the answer' : `'${issue.path.join('.')}'`;
  throw new ConnectorError(
    ConnectorErrorKind.Validation,
    `${what} answered in an unexpected shape: ${place} ${issue?.message ?? 'is wrong'}; ${remedy}.`,
    { code: 'unexpected-answer' },
  );
}
