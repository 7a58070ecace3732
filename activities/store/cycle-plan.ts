import type { AnyBulkWriteOperation, Collection, Filter } from 'mongodb';
import type { GatedAction } from '../../domain/config.js';
import type { ActionCounts } from '../../domain/gate.js';
import type { FieldChange, IncidentType } from '../../domain/incident.js';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/**
 * State of a plan item. `planned` waits for the gate; `admitted` has passed it; `held` waits for an approver; `released`
 * was approved. The other three are final.
 */
export const PlanState = {
  Planned: 'planned',
  Admitted: 'admitted',
  Held: 'held',
  Released: 'released',
  Opened: 'opened',
  Dropped: 'dropped',
  Discarded: 'discarded',
} as const;
export type PlanState = (typeof PlanState)[keyof typeof PlanState];

/** What a cycle wants to open for one person. Personal data. `_id` is deterministic: snapshot, entry, type. */
export interface PlanItemDocument {
  readonly _id: string;
  readonly instance: string;
  readonly snapshotId: string;
  /** Position of the entry in the report; null for an orphan. */
  readonly entry: number | null;
  readonly type: IncidentType;
  readonly action: GatedAction;
  /** Order of opening: urgency of the type first, then the report's order. */
  readonly rank: number;
  readonly position: number;
  readonly personId: string;
  /** Version of the profile that was read; 0 without one. */
  readonly profileVersion: number;
  readonly email: string;
  readonly employeeId: string;
  readonly changedFields: Readonly<Record<string, FieldChange>>;
  readonly details: string;
  /** Person, type and hash of what is wanted; equal to the open key of the incident that it would become. */
  readonly key: string;
  readonly state: PlanState;
  readonly createdAt: string;
  /** The held set that the item belongs or belonged to. */
  readonly set?: string;
  readonly heldAt?: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  readonly openedAt?: string;
  readonly incidentId?: string;
  /** Why an item was dropped. */
  readonly note?: string;
}

/** A change of one item, made only while it is in one of the expected states. */
export interface PlanTransition {
  readonly id: string;
  readonly from: readonly PlanState[];
  /** Further fields that must be as expected. */
  readonly where?: Pick<PlanItemDocument, 'key'>;
  readonly set: Partial<PlanItemDocument>;
}

const OPEN_STATES = [PlanState.Planned, PlanState.Admitted];

/** The items of cycles' plans. Methods of one document are atomic; bulk methods are repeatable. */
export class CyclePlan {
  readonly collection: Collection<PlanItemDocument>;

  constructor(database: Database) {
    this.collection = database.collection<PlanItemDocument>('cycle_plan');
  }

  /** Creates the indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { instance: 1, state: 1 } },
      { key: { snapshotId: 1 } },
      { key: { set: 1 }, sparse: true },
      { key: { createdAt: 1 } },
    ]);
  }

  /** Adds items; those that are there already, in whatever state, are passed over. */
  async add(items: readonly PlanItemDocument[]): Promise<void> {
    if (items.length === 0) return;
    try {
      await this.collection.insertMany([...items], { ordered: false });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Items of a snapshot in a state, in no particular order. */
  async ofSnapshot(snapshotId: string, state: PlanState): Promise<PlanItemDocument[]> {
    return await this.collection.find({ snapshotId, state }).toArray();
  }

  /** Items of an instance that are in one of the states. */
  async inStates(instance: string, states: readonly PlanState[]): Promise<PlanItemDocument[]> {
    return await this.collection.find({ instance, state: { $in: [...states] } }).toArray();
  }

  /** Keys of the items that approvers refused since an instant. */
  async discardedKeys(instance: string, since: string): Promise<ReadonlySet<string>> {
    const discarded = await this.collection
      .find({ instance, state: PlanState.Discarded, decidedAt: { $gte: since } }, { projection: { key: 1 } })
      .toArray();
    return new Set(discarded.map(({ key }) => key));
  }

  /** Names of the held sets that have items which wait or are released. */
  async openSets(): Promise<string[]> {
    const rows = await this.collection
      .aggregate<{ _id: string | null }>([
        { $match: { state: { $in: [PlanState.Held, PlanState.Released] } } },
        { $group: { _id: '$set' } },
      ])
      .toArray();
    return rows.flatMap(({ _id }) => _id ?? []);
  }

  /** Items of a held set. */
  async ofSet(set: string, states: readonly PlanState[]): Promise<PlanItemDocument[]> {
    return await this.collection
      .find({ set, state: { $in: [...states] } })
      .sort({ rank: 1, position: 1 })
      .toArray();
  }

  /**
   * The next items to open: released ones of whatever snapshot, then admitted ones of the snapshot in progress; each
   * group by urgency, then in the report's order.
   */
  async nextToOpen(instance: string, snapshotId: string | undefined, limit: number): Promise<PlanItemDocument[]> {
    const find = async (filter: Filter<PlanItemDocument>, most: number): Promise<PlanItemDocument[]> =>
      most === 0
        ? []
        : await this.collection
            .find({ instance, ...filter })
            .sort({ rank: 1, position: 1 })
            .limit(most)
            .toArray();
    const released = await find({ state: PlanState.Released }, limit);
    if (snapshotId === undefined) return released;
    const admitted = await find({ state: PlanState.Admitted, snapshotId }, limit - released.length);
    return [...released, ...admitted];
  }

  /** Number of items of an instance in a state, of one snapshot when given. */
  async count(instance: string, state: PlanState, snapshotId?: string): Promise<number> {
    const filter = { instance, state, ...(snapshotId === undefined ? {} : { snapshotId }) };
    return await this.collection.countDocuments(filter);
  }

  /** Number of a snapshot's items per gated action, in the given states. */
  async actionCounts(snapshotId: string, states: readonly PlanState[]): Promise<ActionCounts> {
    return await this.#group<GatedAction>(snapshotId, states, '$action');
  }

  /** Number of a snapshot's items per incident type, whatever their state. */
  async typeCounts(snapshotId: string): Promise<Record<string, number>> {
    return await this.#group<string>(snapshotId, Object.values(PlanState), '$type');
  }

  async #group<K extends string>(snapshotId: string, states: readonly PlanState[], by: string) {
    const rows = await this.collection
      .aggregate<{ _id: K; count: number }>([
        { $match: { snapshotId, state: { $in: [...states] } } },
        { $group: { _id: by, count: { $sum: 1 } } },
      ])
      .toArray();
    return Object.fromEntries(rows.map(({ _id, count }) => [_id, count])) as Record<K, number>;
  }

  /** Moves a snapshot's items from one state to the next, those of one action when given. */
  async move(
    snapshotId: string,
    from: PlanState,
    set: Partial<PlanItemDocument>,
    action?: GatedAction,
  ): Promise<number> {
    const filter = { snapshotId, state: from, ...(action === undefined ? {} : { action }) };
    return (await this.collection.updateMany(filter, { $set: set })).modifiedCount;
  }

  /** Makes changes in one round trip, each only from the expected states. Repeating them changes nothing. */
  async transition(changes: readonly PlanTransition[]): Promise<number> {
    if (changes.length === 0) return 0;
    const writes = changes.map(({ id, from, where, set }): AnyBulkWriteOperation<PlanItemDocument> => ({
      updateOne: { filter: { _id: id, state: { $in: [...from] }, ...where }, update: { $set: set } },
    }));
    return (await this.collection.bulkWrite(writes, { ordered: false })).modifiedCount;
  }

  /** Drops what is left of a snapshot that a cycle gives up. */
  async drop(snapshotId: string, note: string): Promise<void> {
    await this.collection.updateMany(
      { snapshotId, state: { $in: OPEN_STATES } },
      { $set: { state: PlanState.Dropped, note } },
    );
  }

  /** Deletes final items made before an instant, except those that an approver discarded since then. */
  async deleteBefore(instant: string): Promise<void> {
    await this.collection.deleteMany({
      createdAt: { $lt: instant },
      state: { $in: [PlanState.Opened, PlanState.Dropped, PlanState.Planned, PlanState.Admitted] },
    });
    await this.collection.deleteMany({ state: PlanState.Discarded, decidedAt: { $lt: instant } });
  }
}
