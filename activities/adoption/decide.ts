import { ConnectorError, ConnectorErrorKind } from '../connectors/types.js';
import type { AppUser } from '../connectors/types.js';
import type { ConnectorRegistry } from '../connectors/registry.js';
import { adoptedAdStatus } from '../../domain/adoption.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import { profileChanges } from '../incidents/entry.js';
import type { Store } from '../store/index.js';
import type { PersonDocument } from '../store/person-document.js';

/** Which account is a person's, in the words of somebody who knows. */
export interface AccountDecision {
  readonly person: PersonDocument;
  readonly source: string;
  readonly application: string;
  readonly accountId: string;
  /** Opaque id of who says so. */
  readonly by: string;
}

/**
 * Stores which of several accounts is a person's, and with it lets commands write there again. The account is read by
 * its id first, so that one that does not exist or that the directory knows to be somebody else's is refused.
 *
 * @returns the account; null when an incident has the person's turn, or took it meanwhile: try again
 * @throws ConnectorError when the application does not answer, has no such account, or it belongs to somebody else
 */
export async function decideAccount(
  { store, connectors }: { readonly store: Store; readonly connectors: ConnectorRegistry },
  { person, source, application, accountId, by }: AccountDecision,
): Promise<AppUser | null> {
  const { profile = {}, personId, version } = person;
  const connector = connectors.get(application);
  const [key] = await connector.lookupKeys(profile, { id: accountId });
  const account = key === undefined ? null : await connector.find(key, profile);
  if (account?.id !== accountId) {
    throw new ConnectorError(ConnectorErrorKind.NotFound, `${application} has no account with this id.`, {
      code: '404',
    });
  }
  const status = connector.brand === ACTIVE_DIRECTORY_BRAND ? adoptedAdStatus(profile, account.active) : undefined;
  const set = status === undefined ? {} : { adAccountStatus: status };
  const facts = { id: accountId, username: account.username, undecidedSince: null };
  const change = { set, accounts: { [application]: facts } };
  if (!(await store.people.writeWhileFree(personId, version, change))) return null;
  const at = new Date().toISOString();
  await store.evidence.append([
    {
      _id: `adopt-decision/${application}/${personId}/${at}`,
      at,
      kind: 'answer',
      personId,
      cause: `account named by ${by}`,
      instance: application,
      brand: connector.brand,
      action: 'adopt',
      changes: profileChanges(profile, { ...profile, ...set }),
      outcome: { outcome: 'decided', accountIds: [accountId] },
    },
  ]);
  await store.adoptions.put({
    adoptionId: `by-hand/${by}`,
    personId,
    source,
    application,
    outcome: 'decided',
    accountIds: [accountId],
    isLearned: false,
    at,
  });
  return account;
}
