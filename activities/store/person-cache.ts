import type { People } from './people.js';
import type { PersonDocument } from './person-document.js';

const MOST_REMEMBERED = 1_000;

/**
 * Records of people that this process has just read or written, by person and version. A version's content never
 * changes, so a remembered one is as good as a fresh read; what can be stale is only whether it is the newest, and
 * that is checked by the write under the turn that follows.
 */
export class PersonCache {
  readonly #remembered = new Map<string, PersonDocument>();

  constructor(readonly people: People) {}

  /** Keeps a record for the commands that follow. */
  remember(person: PersonDocument): void {
    this.#remembered.delete(person.personId);
    this.#remembered.set(person.personId, person);
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size > MOST_REMEMBERED && oldest.done !== true) this.#remembered.delete(oldest.value);
  }

  /**
   * The record at a version, from memory or freshly read; a fresh one may be newer. Null = no such person.
   *
   * @param fresh read in any case: an intent or a fact may have been added without a new version
   */
  async at(personId: string, version: number, { fresh = false } = {}): Promise<PersonDocument | null> {
    const remembered = this.#remembered.get(personId);
    if (!fresh && remembered?.version === version) return remembered;
    const person = await this.people.get(personId);
    if (person !== null) this.remember(person);
    return person;
  }
}
