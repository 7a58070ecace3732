import { ConnectorError } from './types.js';
import type { GroupConnector } from './types.js';

/** Members of one instance's groups as we have recorded them. Repeating a change is harmless. */
export interface MemberLedger {
  /** In the order of their ids. */
  members(group: string): Promise<readonly string[]>;
  /** Those of the given accounts that are recorded as members. */
  known(group: string, members: readonly string[]): Promise<readonly string[]>;
  add(group: string, members: readonly string[]): Promise<void>;
  remove(group: string, members: readonly string[]): Promise<void>;
  /** Forgets a whole group. */
  forget(group: string): Promise<void>;
}

/** Accounts that are to be in a group, and accounts that are not to. */
export interface MemberChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Most accounts that the application is asked about one by one; sending more of them unasked costs less. */
const MOST_QUESTIONS = 100;

/**
 * Leaves out what is so already: by the application's own list of members; where it has none by the ledger, and for
 * accounts that the ledger does not know by asking the application. Without either, everything is a change.
 *
 * @returns null when the group does not exist, as far as that was looked at
 */
export async function realChanges(
  connector: GroupConnector,
  id: string,
  wanted: MemberChanges,
  ledger: MemberLedger | undefined,
): Promise<MemberChanges | null> {
  if (wanted.add.length + wanted.remove.length === 0) return wanted;
  if (!connector.canListMembers) return ledger === undefined ? wanted : changesByLedger(connector, id, wanted, ledger);
  const group = await connector.getGroup({ id }, true);
  if (group === null) return null;
  const present = new Set(group.members);
  return {
    add: wanted.add.filter((member) => !present.has(member)),
    remove: wanted.remove.filter((member) => present.has(member)),
  };
}

async function changesByLedger(
  connector: GroupConnector,
  id: string,
  { add, remove }: MemberChanges,
  ledger: MemberLedger,
): Promise<MemberChanges> {
  const known = new Set(await ledger.known(id, [...add, ...remove]));
  const doubtful = [...add, ...remove].filter((member) => !known.has(member));
  const answers = await askedOf(connector, id, doubtful);
  const found = add.filter((member) => answers.get(member) === true);
  await ledger.add(id, found);
  return {
    add: add.filter((member) => !known.has(member) && answers.get(member) !== true),
    remove: remove.filter((member) => answers.get(member) !== false),
  };
}

/** Who is a member, as far as it is worth asking and the application can tell. */
async function askedOf(
  connector: GroupConnector,
  id: string,
  members: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const answers = new Map<string, boolean>();
  if (connector.isMember === undefined || members.length > MOST_QUESTIONS) return answers;
  for (const member of members) {
    try {
      answers.set(member, await connector.isMember(id, member));
    } catch (error) {
      // Whatever is wrong with this account shows when it is sent.
      if (!(error instanceof ConnectorError) || error.retryable) throw error;
    }
  }
  return answers;
}
