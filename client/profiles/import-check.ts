import type { Store } from '../../activities/store/index.js';
import { sourceKey } from '../../activities/store/person-document.js';
import { pathText } from '../../activities/configuration/faults.js';
import { DEFAULT_SOURCE } from '../../domain/lookup.js';
import type { UserProfile } from '../../domain/profile.js';
import { CommandFailed, InputError } from '../faults.js';
import type { InputFault } from '../faults.js';
import { readProfiles } from './file.js';
import { fieldFault, profileFaults } from './rules.js';

/** One entry of a file of profiles. */
export interface ImportEntry {
  readonly index: number;
  readonly profile: UserProfile;
  readonly email: string;
  readonly source: string;
  readonly employeeId: string;
  /** `<source>|<employee id>`. */
  readonly key: string;
  readonly isTemporary: boolean;
}

const MOST_NAMED = 10;

/** The entry of a profile that has been checked. */
export function entryOf(profile: UserProfile, index: number): ImportEntry {
  const { email = '', employeeId = '', sourceOfTruth = '' } = profile;
  const source = sourceOfTruth === '' ? DEFAULT_SOURCE : sourceOfTruth;
  return {
    index,
    profile,
    email: email.toLowerCase(),
    source,
    employeeId,
    key: sourceKey(source, employeeId),
    isTemporary: profile.isTemporaryUser === true,
  };
}

/**
 * Checks every entry of a file, by itself, against the others and against what is stored. Nothing is written.
 *
 * @returns HR keys that have a temporary profile beside a permanent one: a proposal (guide, *Temporary User Profiles*)
 * @throws InputError with every fault of the file; CommandFailed while incidents work on people of the file
 */
export async function checkImport(
  store: Store,
  file: string,
  progress: (checked: number) => void,
): Promise<ReadonlySet<string>> {
  const check = new ImportCheck(store, file);
  let index = 0;
  for await (const batch of readProfiles(file)) {
    await check.add(batch, index);
    index += batch.length;
    progress(index);
  }
  return check.finish();
}

class ImportCheck {
  readonly #faults: InputFault[] = [];
  readonly #emails = new Map<string, number>();
  readonly #permanent = new Map<string, number>();
  readonly #temporary = new Map<string, number>();
  readonly #busy: string[] = [];

  constructor(
    readonly store: Store,
    readonly file: string,
  ) {}

  async add(batch: readonly unknown[], from: number): Promise<void> {
    const entries = batch.flatMap((value, at) => {
      const faults = [...profileFaults(this.file, value, from + at), ...this.#missing(value, from + at)];
      this.#faults.push(...faults);
      return faults.length > 0 ? [] : [entryOf(value as UserProfile, from + at)];
    });
    for (const entry of entries) {
      this.#once(this.#emails, entry.email, entry.index, 'email');
      this.#once(entry.isTemporary ? this.#temporary : this.#permanent, entry.key, entry.index, 'employeeId');
    }
    await this.#compare(entries);
  }

  finish(): ReadonlySet<string> {
    if (this.#faults.length > 0) throw new InputError(this.#faults);
    if (this.#busy.length > 0) {
      const more = this.#busy.length > MOST_NAMED ? ` and ${this.#busy.length - MOST_NAMED} more` : '';
      throw new CommandFailed(
        `Nothing was imported: incidents work on ${this.#busy.slice(0, MOST_NAMED).join(', ')}${more}. ` +
          'Wait until they are closed (ilm incident list), or take these people out of the file.',
      );
    }
    return new Set([...this.#temporary.keys()].filter((key) => this.#permanent.has(key)));
  }

  #missing(value: unknown, index: number): InputFault[] {
    if (typeof value !== 'object' || value === null) return [];
    const profile = value as UserProfile;
    return (['email', 'employeeId'] as const).flatMap((field) =>
      profile[field] === undefined || profile[field] === ''
        ? [fieldFault(this.file, [index, field], 'is missing')]
        : [],
    );
  }

  #once(seen: Map<string, number>, value: string, index: number, field: 'email' | 'employeeId'): void {
    const before = seen.get(value);
    if (before === undefined) seen.set(value, index);
    else this.#add(index, field, value, `is that of ${pathText([before])} too`, 'Keep one of the two.');
  }

  async #compare(entries: readonly ImportEntry[]): Promise<void> {
    const stored = await this.store.people.collection
      .find(
        {
          $or: [
            { emailKey: { $in: entries.map(({ email }) => email) } },
            { keys: { $in: entries.map(({ key }) => key) } },
          ],
        },
        { projection: { personId: 1, emailKey: 1, keys: 1, queue: 1, 'profile.email': 1 } },
      )
      .toArray();
    const byEmail = new Map(stored.map((person) => [person.emailKey, person]));
    const byKey = new Map(stored.flatMap((person) => (person.keys ?? []).map((key) => [key, person])));
    for (const { index, email, key } of entries) {
      const person = byKey.get(key);
      const holder = byEmail.get(email);
      if (holder !== undefined && holder.personId !== person?.personId) {
        const problem = 'belongs to somebody else who is stored already';
        this.#add(
          index,
          'email',
          email,
          problem,
          'Correct the e-mail, or the employee id and sourceOfTruth beside it.',
        );
      }
      if (person !== undefined && person.queue.length > 0) this.#busy.push(email);
    }
  }

  #add(index: number, field: string, value: string, problem: string, remedy: string): void {
    this.#faults.push({ ...fieldFault(this.file, [index, field], problem, value), remedy });
  }
}
