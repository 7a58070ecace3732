import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { AppUser, LookupKey } from './types.js';

/**
 * The account that one look-up found, by the rules of spec connectors 1.3: every hit must hold the value that was asked
 * for, and of several hits the only active one counts.
 *
 * @param matches whether a hit holds the key's value; without case for addresses and names
 * @throws ConnectorError `LookupMismatch` when a hit does not match, `Ambiguous` when several are equally good
 */
export function foundAccount(
  instanceName: string,
  key: LookupKey,
  hits: readonly AppUser[],
  matches: (hit: AppUser) => boolean,
): AppUser | null {
  if (!hits.every(matches)) {
    throw new ConnectorError(
      ConnectorErrorKind.LookupMismatch,
      `${instanceName}: a search by ${key.attribute} answered with an account that has another value; check that the application supports this filter.`,
      { code: 'LookupMismatch' },
    );
  }
  const distinct = [...new Map(hits.map((hit) => [hit.id, hit])).values()];
  if (distinct.length <= 1) return distinct[0] ?? null;
  const active = distinct.filter((hit) => hit.active);
  if (active.length === 1 && active[0] !== undefined) return active[0];
  throw ambiguous(instanceName, key);
}

/** The error for several accounts with one key, none of which is better than the others. */
export const ambiguous = (instanceName: string, { attribute }: LookupKey): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Ambiguous,
    `${instanceName}: several accounts share one ${attribute}; remove or change all but one.`,
    { code: 'AmbiguousUser' },
  );
