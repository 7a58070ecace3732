import { isDeepStrictEqual } from 'node:util';

import type { AnyBulkWriteOperation } from 'mongodb';

import { profileChanges } from '../../activities/incidents/entry.js';
import { isDuplicateKey } from '../../activities/store/database.js';
import type { EvidenceDocument } from '../../activities/store/evidence.js';
import type { Store } from '../../activities/store/index.js';
import { sourceKey } from '../../activities/store/person-document.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import type { UserProfile } from '../../domain/profile.js';
import { CommandFailed } from '../faults.js';
import { readProfiles } from './file.js';
import { checkImport, entryOf } from './import-check.js';
import type { ImportEntry } from './import-check.js';

/** What an import did. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

interface Write {
  readonly operation: AnyBulkWriteOperation<PersonDocument>;
  readonly evidence: EvidenceDocument;
  readonly isNew: boolean;
}

/**
 * Creates or replaces one profile per entry of an export, found by its HR key; a temporary profile beside a permanent
 * one becomes a proposal again. Everything is checked before the first is written; repeating an import changes nothing.
 *
 * @param by id of who imports
 * @param progress told what is being done and for how many entries it was
 * @throws InputError with every fault of the file; CommandFailed when incidents work on people of the file
 */
export async function importProfiles(
  store: Store,
  file: string,
  by: string,
  progress: (what: string, entries: number) => void,
): Promise<ImportResult> {
  const proposals = await checkImport(store, file, (entries) => progress('checked', entries));
  const writer = new ImportWriter(store, by, proposals);
  let index = 0;
  for await (const batch of readProfiles(file)) {
    await writer.write(batch.map((profile, at) => entryOf(profile as UserProfile, index + at)));
    index += batch.length;
    progress('written', index);
  }
  return await writer.finish();
}

class ImportWriter {
  readonly #kept: ImportEntry[] = [];
  #created = 0;
  #updated = 0;
  #unchanged = 0;
  #refused = 0;

  constructor(
    readonly store: Store,
    readonly by: string,
    readonly proposals: ReadonlySet<string>,
  ) {}

  async write(entries: readonly ImportEntry[]): Promise<void> {
    const people = await this.#peopleOf(entries);
    const writes: Write[] = [];
    for (const entry of entries) {
      const person = people.get(entry.key);
      if (person === undefined) continue;
      if (this.#isProposal(entry, person)) this.#kept.push(entry);
      else {
        const write = writeOf(entry, person, this.by);
        if (write === null) this.#unchanged += 1;
        else writes.push(write);
      }
    }
    if (writes.length === 0) return;
    // Evidence goes first: a change without a trace must not be possible.
    await this.store.evidence.append(writes.map(({ evidence }) => evidence));
    const written = await this.#bulkWrite(writes);
    const created = writes.filter(({ isNew }) => isNew).length;
    this.#created += created;
    this.#updated += writes.length - created;
    this.#refused += writes.length - written;
  }

  /** Proposals stand beside permanent profiles, so they come last. */
  async finish(): Promise<ImportResult> {
    const people = await this.#peopleOf(this.#kept);
    for (const { key, profile, email } of this.#kept) {
      const personId = people.get(key)?.personId ?? '';
      const isStored = await this.store.people.putProposal(personId, storedForm(profile, personId, email));
      if (isStored) this.#updated += 1;
      else this.#refused += 1;
    }
    if (this.#refused > 0) {
      throw new CommandFailed(
        `${this.#refused} profiles changed while they were imported and were left alone. Import the file again.`,
      );
    }
    return { created: this.#created, updated: this.#updated, unchanged: this.#unchanged };
  }

  #isProposal({ key, isTemporary }: ImportEntry, { profile }: PersonDocument): boolean {
    return isTemporary && (this.proposals.has(key) || (profile !== undefined && profile.isTemporaryUser !== true));
  }

  async #peopleOf(entries: readonly ImportEntry[]): Promise<ReadonlyMap<string, PersonDocument>> {
    const { people } = this.store;
    const found = new Map<string, PersonDocument>();
    for (const source of new Set(entries.map((entry) => entry.source))) {
      const employeeIds = entries.filter((entry) => entry.source === source).map(({ employeeId }) => employeeId);
      const ids = await people.reserve(source, employeeIds);
      const documents = await people.collection.find({ _id: { $in: [...ids.values()] } }).toArray();
      const byId = new Map(documents.map((document) => [document._id, document]));
      for (const [employeeId, id] of ids) {
        const document = byId.get(id);
        if (document !== undefined) found.set(sourceKey(source, employeeId), document);
      }
    }
    return found;
  }

  async #bulkWrite(writes: readonly Write[]): Promise<number> {
    const operations = writes.map(({ operation }) => operation);
    try {
      const { matchedCount } = await this.store.people.collection.bulkWrite(operations, { ordered: false });
      return matchedCount;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const { result } = error as { readonly result?: { readonly matchedCount?: number } };
      return result?.matchedCount ?? 0;
    }
  }
}

/** The write of one permanent profile; null when it is stored as it is. */
function writeOf({ profile, email, key }: ImportEntry, person: PersonDocument, by: string): Write | null {
  const next = storedForm(profile, person.personId, email);
  const keys = [key, ...(profile.sourceKeys ?? []).map(({ source, employeeId }) => sourceKey(source, employeeId))];
  const isSame = isDeepStrictEqual(person.profile, next) && person.employeeKey === key;
  if (isSame && keys.every((one) => person.keys?.includes(one))) return null;
  return {
    operation: {
      updateOne: {
        // Nobody may have written in between, and no flow may work on the person.
        filter: { _id: person._id, version: person.version, 'queue.0': { $exists: false } },
        update: {
          $set: { profile: next, emailKey: email, employeeKey: key },
          $addToSet: { keys: { $each: keys } },
          $inc: { version: 1 },
        },
      },
    },
    evidence: {
      _id: `${person.personId}/import/${person.version}`,
      at: new Date().toISOString(),
      kind: 'profile',
      personId: person.personId,
      cause: `import by ${by}`,
      changes: profileChanges(person.profile ?? {}, next),
    },
    isNew: person.profile === undefined,
  };
}

/** A profile as it is stored: of this person, in the hands of no incident. */
function storedForm(profile: UserProfile, personId: string, email: string): UserProfile {
  const { processedBy: _owner, isProcessed, ...fields } = profile;
  return { ...fields, personId, email, ...(isProcessed === undefined ? {} : { isProcessed: false }) };
}
