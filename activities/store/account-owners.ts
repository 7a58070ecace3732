import type { Collection } from 'mongodb';

import { ensureIndexes, pathSegment } from './database.js';
import type { Database } from './database.js';
import type { PersonDocument } from './person-document.js';

/** Whose an account is by our own records: nobody's or the asker's; another person's; or of one who is being changed. */
export type RecordedOwner = 'nobodyElse' | 'another' | 'anotherInProcess';

/** Whose accounts are, by the ids on the records of people, and by their e-mails. */
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

  /** Who has these accounts of an instance, by their ids; an account of nobody's is missing. One read. */
  async peopleOf(instance: string, accountIds: readonly string[]): Promise<ReadonlyMap<string, PersonDocument>> {
    if (accountIds.length === 0) return new Map();
    const path = `accounts.${pathSegment(instance)}.id`;
    await this.#index(path);
    const found = await this.#people
      .find({ [path]: { $in: [...accountIds] }, profile: { $exists: true }, proposal: { $exists: false } })
      .toArray();
    return new Map(found.map((person) => [person.accounts?.[pathSegment(instance)]?.id ?? '', person]));
  }

  /** Who has these e-mails, by the lower-case address; case does not count, and neither do proposals. One read. */
  async peopleWithEmails(emails: readonly string[]): Promise<ReadonlyMap<string, PersonDocument>> {
    if (emails.length === 0) return new Map();
    const emailKey = { $in: emails.map((email) => email.toLowerCase()) };
    const found = await this.#people
      .find({ emailKey, profile: { $exists: true }, proposal: { $exists: false } })
      .toArray();
    return new Map(found.map((person) => [person.emailKey ?? '', person]));
  }

  /** Without an index, of which a collection has 64 at most, the answer is right all the same and takes longer. */
  async #index(path: string): Promise<void> {
    const index = { key: { [path]: 1 }, sparse: true } as const;
    const made = this.#indexed.get(path) ?? ensureIndexes(this.#people as never, [index]).catch(() => undefined);
    this.#indexed.set(path, made);
    await made;
  }
}
