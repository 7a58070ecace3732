import { ConnectorError, ConnectorErrorKind } from '../connectors/types.js';
import type { AppUser, KnownAccount, LookupKey, UserConnector } from '../connectors/types.js';
import type { UserProfile } from '../../domain/profile.js';

/** Which accounts of an application can be a person's. */
export type Candidates =
  | { readonly kind: 'found'; readonly accounts: readonly AppUser[] }
  /** The application itself names several for one key, so none of them is known. */
  | { readonly kind: 'ambiguous'; readonly error: ConnectorError }
  /** About this person only; others may fare better. */
  | { readonly kind: 'refused'; readonly error: ConnectorError };

/** Refusals that concern one person. Any other fault would meet everybody. */
const ABOUT_ONE_PERSON: ReadonlySet<ConnectorErrorKind> = new Set([
  ConnectorErrorKind.LookupMismatch,
  ConnectorErrorKind.NotFound,
  ConnectorErrorKind.Validation,
]);

/**
 * Looks for a person's account by every key, each verified by the connector, unlike a command, which takes the first
 * hit: two keys that lead to two accounts are a doubt that only a person can settle. Reads only.
 *
 * @param isTrusted the known account was made by a command or named by a person; then nothing else is asked once it is
 * found
 * @throws ConnectorError what is worth another try, and what would meet everybody
 */
export async function candidatesFor(
  connector: UserConnector,
  profile: UserProfile,
  known: KnownAccount | null,
  isTrusted: boolean,
): Promise<Candidates> {
  const accounts = new Map<string, AppUser>();
  let refusal: ConnectorError | undefined;
  try {
    for (const key of await connector.lookupKeys(profile, known)) {
      const found = await ownedAccount(connector, key, profile);
      if (found instanceof ConnectorError) refusal = found;
      else if (found !== null) accounts.set(found.id, found);
      if (isTrusted && known !== null && accounts.has(known.id)) break;
    }
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.retryable) throw error;
    if (error.kind === ConnectorErrorKind.Ambiguous) return { kind: 'ambiguous', error };
    if (ABOUT_ONE_PERSON.has(error.kind)) return { kind: 'refused', error };
    throw error;
  }
  if (accounts.size === 0 && refusal !== undefined) return { kind: 'refused', error: refusal };
  return { kind: 'found', accounts: [...accounts.values()] };
}

/** An account that the connector knows to be somebody else's is no candidate, whatever the other keys say. */
async function ownedAccount(
  connector: UserConnector,
  key: LookupKey,
  profile: UserProfile,
): Promise<AppUser | ConnectorError | null> {
  try {
    return await connector.find(key, profile);
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === ConnectorErrorKind.Conflict) return error;
    throw error;
  }
}
