import { isDeepStrictEqual } from 'node:util';

/** An account or a part of one, in the service's own shape. */
export type Resource = Readonly<Record<string, unknown>>;

/** Names and addresses of accounts are compared without case (RFC 7643, 4.1), and services normalise them. */
export const ignoresCase = (key: string): boolean => key === 'userName' || key === 'emails';

/** Whether the service already holds a value. Numbers and booleans equal their text, which some services answer with. */
export function sameValue(wanted: unknown, current: unknown, ignoreCase = false): boolean {
  if (wanted === null || wanted === undefined) return !isPresent(current);
  if (typeof wanted === 'object') return isDeepStrictEqual(wanted, current);
  const [one, other] = [scalarText(wanted), scalarText(current)];
  if (one === undefined || other === undefined) return false;
  return one === other || (ignoreCase && one.toLowerCase() === other.toLowerCase());
}

/** Text of a text, number or boolean; `undefined` for anything else. */
const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

/** Whether a value says anything. */
export const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** Whether a value has parts of its own. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
