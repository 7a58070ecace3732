import type { Collection } from 'mongodb';
import type { GatedAction } from '../../domain/config.js';
import type { ActionCounts } from '../../domain/gate.js';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/** One action that a cycle opened. `_id` is the id of its plan item, so that a repeat counts once. */
export interface LedgerDocument {
  readonly _id: string;
  readonly instance: string;
  readonly snapshotId: string;
  readonly action: GatedAction;
  readonly personId: string;
  /** ISO instant. */
  readonly at: string;
  /** An approver released it; it counts like any other and was not limited itself. */
  readonly released: boolean;
}

/** Which actions are counted. */
export interface LedgerFilter {
  readonly instance?: string;
  /** ISO instant; actions at or after it. */
  readonly since?: string;
  readonly snapshotId?: string;
  /** Items that are not counted. */
  readonly except?: readonly string[];
}

/**
 * The ledger of opened actions, which the gate's limits are counted from. Insert-only: a document is written before its
 * incident, so that a crash in between counts too much and never too little.
 */
export class ActionLedger {
  readonly collection: Collection<LedgerDocument>;

  constructor(database: Database) {
    this.collection = database.collection<LedgerDocument>('action_ledger');
  }

  /** Creates the index. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [{ key: { instance: 1, at: 1 } }]);
  }

  /** Adds actions in one round trip; those that are there already are passed over. */
  async add(documents: readonly LedgerDocument[]): Promise<void> {
    if (documents.length === 0) return;
    try {
      await this.collection.insertMany([...documents], { ordered: false });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Number of actions of each kind. */
  async count({ instance, since, snapshotId, except }: LedgerFilter): Promise<ActionCounts> {
    const rows = await this.collection
      .aggregate<{ _id: GatedAction; count: number }>([
        {
          $match: {
            ...(instance === undefined ? {} : { instance }),
            ...(since === undefined ? {} : { at: { $gte: since } }),
            ...(snapshotId === undefined ? {} : { snapshotId }),
            ...(except === undefined || except.length === 0 ? {} : { _id: { $nin: [...except] } }),
          },
        },
        { $group: { _id: '$action', count: { $sum: 1 } } },
      ])
      .toArray();
    return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
  }
}
