import type { Collection, UpdateFilter } from 'mongodb';
import type { ReportFacts } from '../../domain/report-guard.js';
import type { Database } from './database.js';

/** What a cycle in progress does: write first profiles, look for events, or open what it found. */
export type CycleStage = 'syncing' | 'evaluating' | 'opening';

/**
 * Where the cycle of one Workday instance is, so that it goes on there whatever ended its workflow. The marks of samples
 * and first sync live beside the cycle and outlast it. `_id` is the instance's name.
 */
export interface CycleDocument {
  readonly _id: string;
  /** Number of the cycle in progress, or of the last one. */
  readonly cycle: number;
  /** The snapshot in progress; absent between two cycles. */
  readonly snapshotId?: string;
  readonly stage?: CycleStage;
  /** The last report that passed the guard. */
  readonly lastGood?: ReportFacts & { readonly snapshotId: string };
  readonly samplesAt?: string;
  /** The first sync, or a first cycle without one, has happened. */
  readonly syncedAt?: string;
  /** When `lastSeenAt` of the people in the report was written last. */
  readonly seenWrittenAt?: string;
  readonly lastFinishedAt?: string;
  /** Grows with every attempt to open incidents; an older attempt stops when it sees a newer one. */
  readonly fence?: number;
}

/** The state of the report cycles. Every method is one atomic operation. */
export class ReportCycles {
  readonly collection: Collection<CycleDocument>;

  constructor(database: Database) {
    this.collection = database.collection<CycleDocument>('report_cycles');
  }

  /** The state of an instance; that of an instance which never ran when there is none. */
  async get(instance: string): Promise<CycleDocument> {
    return (await this.collection.findOne({ _id: instance })) ?? { _id: instance, cycle: 0 };
  }

  /** Changes the state; fields given as `undefined` stay as they are. */
  async set(instance: string, fields: Partial<Omit<CycleDocument, '_id' | 'cycle'>>): Promise<void> {
    await this.#update(instance, { $set: fields, $setOnInsert: { cycle: 0 } });
  }

  /** Makes a snapshot the one in progress. Repeating it changes nothing. */
  async begin(instance: string, cycle: number, snapshotId: string, stage: CycleStage): Promise<void> {
    await this.#update(instance, { $set: { cycle, snapshotId, stage } });
  }

  /** Ends the cycle, if this snapshot is still the one in progress. */
  async end(instance: string, snapshotId: string, fields: Partial<CycleDocument> = {}): Promise<void> {
    const update = {
      ...(Object.keys(fields).length > 0 ? { $set: fields } : {}),
      $unset: { snapshotId: '', stage: '' },
    } as UpdateFilter<CycleDocument>;
    await this.collection.updateOne({ _id: instance, snapshotId }, update);
  }

  /** Draws the number of an attempt to open incidents. */
  async nextFence(instance: string): Promise<number> {
    const state = await this.collection.findOneAndUpdate(
      { _id: instance },
      { $inc: { fence: 1 }, $setOnInsert: { cycle: 0 } },
      { upsert: true, returnDocument: 'after' },
    );
    return state?.fence ?? 0;
  }

  async #update(instance: string, update: Record<string, unknown>): Promise<void> {
    await this.collection.updateOne({ _id: instance }, update, { upsert: true });
  }
}
