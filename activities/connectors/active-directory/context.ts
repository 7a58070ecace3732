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
  readonly baseDn: string;
  readonly outgoing: OutgoingMap;
  readonly terminatedGroup: TerminatedGroup;
}

/** Maps a profile and takes the result apart. */
export async function mapAccount(
  { outgoing }: Pick<DirectoryContext, 'outgoing'>,
  profile: UserProfile,
  mode: 'create' | 'update',
): Promise<MappedAccount> {
  return mappedAccount(await outgoing.map(profile, mode), outgoing.name);
}
