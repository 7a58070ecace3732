import type { ReportPresence } from './lookup.js';

/** Whether a row is the first with its keys; later rows with a known key are rejected (spec workday-cycle 7.3). */
export type RowStanding = 'first' | 'duplicateEmail' | 'duplicateEmployeeId';

/**
 * The keys of every row of one report, held as two maps. The first row with an e-mail or employee id owns it; keys of
 * duplicates and of unusable rows count as present all the same, so that nobody becomes an orphan by a faulty row.
 */
export class ReportIndex implements ReportPresence {
  readonly #emails = new Map<string, number>();
  readonly #employeeIds = new Map<string, number>();
  // Keys that only a rejected duplicate carries. They prove presence and own nothing.
  readonly #presentEmails = new Set<string>();
  readonly #presentIds = new Set<string>();
  #rows = 0;

  /**
   * Adds the next row; rows are numbered from 0 in the order of calls.
   *
   * @param email as the report has it; case does not count
   */
  add(email: string | null | undefined, employeeId: string | null | undefined): RowStanding {
    const row = this.#rows;
    this.#rows += 1;
    const address = email === null || email === undefined || email === '' ? undefined : email.toLowerCase();
    const id = employeeId === null || employeeId === undefined || employeeId === '' ? undefined : employeeId;
    const standing = this.#standing(address, id);
    if (standing === 'first') {
      if (address !== undefined) this.#emails.set(address, row);
      if (id !== undefined) this.#employeeIds.set(id, row);
    } else {
      if (address !== undefined) this.#presentEmails.add(address);
      if (id !== undefined) this.#presentIds.add(id);
    }
    return standing;
  }

  #standing(email: string | undefined, employeeId: string | undefined): RowStanding {
    if (email !== undefined && this.#emails.has(email)) return 'duplicateEmail';
    if (employeeId !== undefined && this.#employeeIds.has(employeeId)) return 'duplicateEmployeeId';
    return 'first';
  }

  get isEmpty(): boolean {
    return this.#emails.size === 0 && this.#employeeIds.size === 0;
  }

  /** Number of rows added. */
  get size(): number {
    return this.#rows;
  }

  /** Number of the row that owns this e-mail. */
  rowOfEmail(email: string): number | undefined {
    return this.#emails.get(email);
  }

  /** Number of the row that owns this employee id. */
  rowOfEmployeeId(employeeId: string): number | undefined {
    return this.#employeeIds.get(employeeId);
  }

  hasEmail(email: string): boolean {
    return this.#emails.has(email) || this.#presentEmails.has(email);
  }

  hasEmployeeId(employeeId: string): boolean {
    return this.#employeeIds.has(employeeId) || this.#presentIds.has(employeeId);
  }
}
