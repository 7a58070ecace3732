import type { Binary, Collection } from 'mongodb';
import type { ActionCounts, GateTrip } from '../../domain/gate.js';
import type { RejectedEntry } from '../../domain/evaluation.js';
import type { DeactivationDateField } from '../../domain/profile.js';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/** One compressed run of consecutive entries. `_id` is a hash of the content: equal chunks are stored once. */
export interface ChunkDocument {
  readonly _id: string;
  readonly instance: string;
  readonly rows: number;
  /** Deflated: one line `[email, employee id]` per entry. */
  readonly keys: Binary;
  /** Deflated: one line per entry, its mapped values or why it was rejected. */
  readonly data: Binary;
  /** Deflated: one line per entry, its fingerprint and the facts that a comparison needs; null for a rejected row. */
  readonly marks: Binary;
  readonly usedAt: string;
}

/** What became of the entries looked at so far. */
export interface EvaluationCounts {
  readonly unchanged: number;
  readonly skipped: Readonly<Record<string, number>>;
  /** Events whose equal is open already. */
  readonly alreadyOpen: number;
}

/** The gate's answer for a snapshot, recorded once. */
export interface GateDecision {
  readonly at: string;
  readonly ownedProfiles: number;
  readonly planned: ActionCounts;
  readonly trips: readonly GateTrip[];
  /** Every item waits for approval, whatever the limits say. */
  readonly approval: boolean;
}

/**
 * One downloaded report: facts about it, where its entries are, and how far the cycle has come with them. Written in
 * one piece, after its chunks; what is not complete does not exist.
 */
export interface SnapshotDocument {
  readonly _id: string;
  readonly instance: string;
  readonly cycle: number;
  readonly takenAt: string;
  /** The mapper's targets: the order of an entry's values. */
  readonly targets: readonly string[];
  /** The deactivation date field that the marks were made for. */
  readonly dateField: DeactivationDateField;
  readonly entries: number;
  /** Fields that some entry carries. */
  readonly fields: readonly string[];
  readonly rejectedCount: number;
  /** The first rejected entries, for people. Personal data. */
  readonly rejected: readonly RejectedEntry[];
  /** What the report guard found and an operator accepted. */
  readonly accepted?: readonly string[];
  readonly hash: string;
  readonly chunks: ReadonlyArray<{ readonly id: string; readonly rows: number }>;
  /** Entries per run, fixed for the cycle. */
  readonly sliceSize: number;
  /** Entries looked at; the cycle goes on from here. */
  readonly cursor: number;
  readonly counts: EvaluationCounts;
  /** Set when the orphan check has ended. */
  readonly orphansDone?: boolean;
  readonly ownedProfiles?: number;
  readonly gate?: GateDecision;
  readonly finishedAt?: string;
}

/** Most rejected entries that a snapshot lists one by one. */
export const REJECTED_LISTED = 200;

/** Snapshots of reports and their chunks of entries. */
export class ReportSnapshots {
  readonly collection: Collection<SnapshotDocument>;
  readonly chunks: Collection<ChunkDocument>;

  constructor(database: Database) {
    this.collection = database.collection<SnapshotDocument>('report_snapshots');
    this.chunks = database.collection<ChunkDocument>('report_chunks');
  }

  /** Creates the indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [{ key: { instance: 1, takenAt: 1 } }]);
    await ensureIndexes(this.chunks as unknown as Collection<never>, [{ key: { usedAt: 1 } }]);
  }

  async get(snapshotId: string): Promise<SnapshotDocument | null> {
    return await this.collection.findOne({ _id: snapshotId });
  }

  /** The newest snapshot of an instance. */
  async newest(instance: string): Promise<SnapshotDocument | null> {
    const [snapshot] = await this.collection.find({ instance }).sort({ takenAt: -1 }).limit(1).toArray();
    return snapshot ?? null;
  }

  /** Stores a chunk, unless its equal is there. */
  async putChunk(chunk: ChunkDocument): Promise<void> {
    try {
      await this.chunks.insertOne(chunk);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Which of these chunks are there. */
  async storedChunks(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.chunks.find({ _id: { $in: [...ids] } }, { projection: { _id: 1 } }).toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  /** Keeps chunks from ageing. False when one of them is gone. */
  async touchChunks(ids: readonly string[], usedAt: string): Promise<boolean> {
    const unique = [...new Set(ids)];
    const { matchedCount } = await this.chunks.updateMany({ _id: { $in: unique } }, { $set: { usedAt } });
    return matchedCount === unique.length;
  }

  /** Stores a complete snapshot. */
  async insert(snapshot: SnapshotDocument): Promise<void> {
    await this.collection.insertOne(snapshot);
  }

  /** Changes facts of a snapshot; adds rejected entries to its list. */
  async update(
    snapshotId: string,
    set: Partial<SnapshotDocument>,
    rejected: readonly RejectedEntry[] = [],
  ): Promise<void> {
    const push = { rejected: { $each: [...rejected], $slice: REJECTED_LISTED } };
    await this.collection.updateOne(
      { _id: snapshotId },
      {
        $set: set,
        ...(rejected.length === 0 ? {} : { $push: push }),
      },
    );
  }

  /** Records the gate's answer, unless there is one; the recorded one counts. */
  async decideGate(snapshotId: string, gate: GateDecision): Promise<GateDecision> {
    await this.collection.updateOne({ _id: snapshotId, gate: { $exists: false } }, { $set: { gate } });
    return (await this.get(snapshotId))?.gate ?? gate;
  }

  /** Deletes snapshots taken before an instant, and chunks that no snapshot has used since. */
  async deleteBefore(instant: string): Promise<void> {
    await this.collection.deleteMany({ takenAt: { $lt: instant } });
    await this.chunks.deleteMany({ usedAt: { $lt: instant } });
  }
}
