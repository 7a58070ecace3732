import type { Collection } from 'mongodb';

import { ensureIndexes, pathSegment } from './database.js';
import type { Database } from './database.js';
import type { PersonDocument } from './person-document.js';

/** Whose an account is by our own records: nobody's or the asker's; another person's; or of one who is being changed. */
export type RecordedOwner = 'nobodyElse' | 'another' | 'anotherInProcess';

/** Whose accounts are, by the ids on the records of people. */
export class AccountOwners {
  readonly #people: Collection<PersonDocument>;
  readonly #indexed = new Map<string, Promise<void>>();

  constructor(database: Database) {
    this.#people = database.collection<PersonDocument>('people');
  }

  /**
   * Whose an account of an instance is. One read; the first one of a process about an instance makes its index sure.
   *
   * @param personId who asks; null for somebody without a record
   */
  async ownerOf(instance: string, accountId: string, personId: string | null): Promise<RecordedOwner> {
    const path = `accounts.${pathSegment(instance)}.id`;
    await this.#index(path);
    const other = await this.#people.findOne(
      { [path]: accountId, personId: { $ne: personId ?? '' }, profile: { $exists: true } },
      { projection: { 'queue.ticket': 1, 'profile.isProcessed': 1 } },
    );
    if (other === null) return 'nobodyElse';
    return other.queue.length > 0 || other.profile?.isProcessed === true ? 'anotherInProcess' : 'another';
  }

  /** Without an index, of which a collection has 64 at most, the answer is right all the same and takes longer. */
  async #index(path: string): Promise<void> {
    const index = { key: { [path]: 1 }, sparse: true } as const;
    const made = this.#indexed.get(path) ?? ensureIndexes(this.#people as never, [index]).catch(() => undefined);
    this.#indexed.set(path, made);
    await made;
  }
}
