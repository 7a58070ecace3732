import type { Collection } from 'mongodb';
import type { MemberLedger } from '../connectors/group-changes.js';
import { ensureIndexes, ignoreDuplicates } from './database.js';
import type { Database } from './database.js';

/** One account that is in one group of an application. `_id` is made of the other three, so that a repeat counts once. */
export interface GroupMemberDocument {
  readonly _id: string;
  readonly instance: string;
  readonly group: string;
  /** The application's id of the account. */
  readonly member: string;
  /** ISO instant at which it was recorded. */
  readonly at: string;
}

/**
 * Members of groups in applications that do not list them: whom this service has added or found there. Documents are
 * inserted after a member was added and deleted before one is removed, so that a crash in between leaves too few
 * records, never one too many.
 */
export class GroupMembers {
  readonly collection: Collection<GroupMemberDocument>;

  constructor(database: Database) {
    this.collection = database.collection<GroupMemberDocument>('group_members');
  }

  /** Creates the index. Idempotent. */
  async prepare(): Promise<void> {
    const indexes = [{ key: { instance: 1, group: 1, member: 1 }, unique: true } as const];
    await ensureIndexes(this.collection as unknown as Collection<never>, indexes);
  }

  /** The record of one application. */
  of(instance: string): MemberLedger {
    const { collection } = this;
    const idsOf = async (filter: { group: string; member?: { $in: string[] } }): Promise<readonly string[]> => {
      const documents = await collection
        .find({ instance, ...filter })
        .sort({ member: 1 })
        .toArray();
      return documents.map(({ member }) => member);
    };
    return {
      members: (group) => idsOf({ group }),
      known: (group, members) => idsOf({ group, member: { $in: [...members] } }),
      add: async (group, members) => {
        if (members.length === 0) return;
        const at = new Date().toISOString();
        const documents = members.map((member) => ({
          _id: documentId(instance, group, member),
          instance,
          group,
          member,
          at,
        }));
        await collection.insertMany(documents, { ordered: false }).catch(ignoreDuplicates);
      },
      remove: async (group, members) => {
        await collection.deleteMany({ instance, group, member: { $in: [...members] } });
      },
      forget: async (group) => {
        await collection.deleteMany({ instance, group });
      },
    };
  }
}

/** Free names, divided by what none of them holds once they are encoded. */
const documentId = (...names: readonly string[]): string => names.map(encodeURIComponent).join('/');
