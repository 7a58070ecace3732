import type { UserProfile } from '../../../domain/profile.js';
import type { OutgoingMap } from '../maps.js';
import type { Accounts } from './accounts.js';
import type { MappedAccount } from './attributes.js';
import type { DirectorySession } from './session.js';
import type { TerminatedGroup } from './terminated-group.js';
import { mappedAccount } from './attributes.js';

/** What every operation on one directory works with. */
export interface DirectoryContext {
  readonly instanceName: string;
  readonly session: DirectorySession;
  readonly accounts: Accounts;
  /** Root of the domain, within which account names and principal names are unique; asked for once. */
  readonly domainRoot: () => Promise<string>;
  readonly outgoing: OutgoingMap;
  readonly terminatedGroup: TerminatedGroup;
  /** Mapped profiles by their object: profiles are never changed in place. */
  readonly mapped: Readonly<Record<'create' | 'update', WeakMap<UserProfile, MappedAccount>>>;
}

/** Asks for the domain's root once; the base stands in where the server does not say. */
export function domainRootOf(session: DirectorySession, baseDn: string): () => Promise<string> {
  const search = { filter: '(objectClass=*)', scope: 'base', attributes: ['defaultNamingContext'] } as const;
  let known: string | undefined;
  return async () => (known ??= (await session.search('', search))[0]?.get('defaultNamingContext') ?? baseDn);
}

/** Maps a profile and takes the result apart; once per profile and mode, since a command asks several times. */
export async function mapAccount(
  { outgoing, mapped }: Pick<DirectoryContext, 'outgoing' | 'mapped'>,
  profile: UserProfile,
  mode: 'create' | 'update',
): Promise<MappedAccount> {
  const known = mapped[mode].get(profile);
  if (known !== undefined) return known;
  const account = mappedAccount(await outgoing.map(profile, mode), outgoing.name);
  mapped[mode].set(profile, account);
  return account;
}
