import type { Collection } from 'mongodb';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/**
 * One directory account that a termination disables, in the ledger of actions. A numbered place of a window
 * (`deactivation/<window>/<n>`), or `deactivation/<incident id>` where no limit applied.
 */
export interface DeactivationDocument {
  readonly _id: string;
  readonly action: 'deactivation';
  /** ISO instant at which counting began: the day's start, or the last reset. */
  readonly window: string;
  /** Unique: an incident counts once, however often it runs. */
  readonly deactivationOf: string;
  readonly personId: string;
  readonly at: string;
  /** When the account was disabled; until then the place is only kept. */
  readonly disabledAt?: string;
}

/** A person's "count anew from here". */
interface ResetDocument {
  readonly _id: string;
  readonly action: 'deactivationReset';
  readonly at: string;
  readonly by: string;
}

/** The termination that is counted. */
export type CountedTermination = Pick<DeactivationDocument, 'window' | 'deactivationOf' | 'personId' | 'at'>;

/** How many accounts a window holds: disabled ones, and those whose termination is under way. */
export interface DeactivationCount {
  readonly disabled: number;
  readonly underWay: number;
}

/**
 * Counts the directory accounts that terminations disable (D7). What is counted are documents with unique ids, so that
 * repeats add nothing, and a place under the limit is taken by one insert, so that terminations side by side never pass
 * it together.
 */
export class Deactivations {
  readonly #places: Collection<DeactivationDocument>;
  readonly #resets: Collection<ResetDocument>;

  constructor(database: Database) {
    this.#places = database.collection<DeactivationDocument>('action_ledger');
    this.#resets = database.collection<ResetDocument>('action_ledger');
  }

  /** Creates the indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.#places as unknown as Collection<never>, [
      { key: { deactivationOf: 1 }, unique: true, sparse: true },
      { key: { action: 1, window: 1 }, sparse: true },
    ]);
  }

  /** The window at an instant: it begins with the day, or with the last reset when that came later. */
  async windowOf(dayStart: string): Promise<string> {
    const [last] = await this.#resets.find({ action: 'deactivationReset' }).sort({ at: -1 }).limit(1).toArray();
    return last !== undefined && last.at > dayStart ? last.at : dayStart;
  }

  /** Starts counting anew. */
  async reset(at: string, by: string): Promise<void> {
    await this.#resets.insertOne({ _id: `deactivation-reset/${at}`, action: 'deactivationReset', at, by });
  }

  async count(window: string): Promise<DeactivationCount> {
    const places = await this.#placesOf(window);
    const disabled = places.filter(({ disabledAt }) => disabledAt !== undefined).length;
    return { disabled, underWay: places.length - disabled };
  }

  /**
   * Takes a place within the limit. Repeating it for the same incident finds the place again.
   *
   * @returns whether there was one
   */
  async take(termination: CountedTermination, limit: number): Promise<boolean> {
    const { deactivationOf, window } = termination;
    for (;;) {
      if ((await this.#places.findOne({ deactivationOf })) !== null) return true;
      const places = await this.#placesOf(window);
      if (places.length >= limit) return false;
      const taken = new Set(places.map(({ _id }) => _id));
      const free = Array.from({ length: limit }, (_, index) => `deactivation/${window}/${index + 1}`).filter(
        (id) => !taken.has(id),
      );
      // Any free one will do; terminations that come together mostly choose different ones.
      const _id = free[Math.floor(Math.random() * free.length)];
      if (_id === undefined) return false;
      if (await this.#insert({ _id, action: 'deactivation', ...termination })) return true;
    }
  }

  /** Counts an account that was disabled, with or without a place kept for it before. Idempotent. */
  async confirm(termination: CountedTermination): Promise<void> {
    const { deactivationOf, at } = termination;
    await this.#insert({ _id: `deactivation/${deactivationOf}`, action: 'deactivation', ...termination });
    await this.#places.updateOne({ deactivationOf, disabledAt: { $exists: false } }, { $set: { disabledAt: at } });
  }

  /** Gives up the place of a termination that disabled nothing. */
  async release(deactivationOf: string): Promise<void> {
    await this.#places.deleteOne({ deactivationOf, disabledAt: { $exists: false } });
  }

  async #placesOf(window: string): Promise<DeactivationDocument[]> {
    return await this.#places.find({ action: 'deactivation', window }).toArray();
  }

  async #insert(document: DeactivationDocument): Promise<boolean> {
    try {
      await this.#places.insertOne(document);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
