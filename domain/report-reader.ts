import type { Detector } from './detection.js';
import type { RejectedEntry, ReportEntry } from './evaluation.js';
import type { MappingError } from './mapper-definition.js';
import type { CompiledMapper, MappedValues, MapperSource } from './mapping.js';
import { ReportFactsCollector } from './report-guard.js';
import type { ReportFacts } from './report-guard.js';
import { ReportIndex } from './report-index.js';

/**
 * The rows of a RaaS document. No document, an empty one and one without `Report_Entry` have none (spec workday-cycle 3).
 *
 * @throws Error when `Report_Entry` is something else than a list
 */
export function reportRows(document: unknown): readonly unknown[] {
  if (document === null || document === undefined || document === '') return [];
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new Error('The report is no JSON object with a list Report_Entry. Check the address of the report.');
  }
  const rows = (document as { readonly Report_Entry?: unknown }).Report_Entry;
  if (rows === undefined || rows === null) return [];
  if (!Array.isArray(rows)) throw new Error('Report_Entry of the report is no list. Check the address of the report.');
  return rows;
}

/**
 * Reads a report row by row, in order: maps, normalises, and rejects what cannot be used, duplicates included. Its
 * index knows every row's keys, so it counts as present what was rejected, too.
 */
export class ReportReader {
  readonly index = new ReportIndex();
  readonly #facts: ReportFactsCollector;
  readonly #email: number;
  readonly #employeeId: number;
  // One handler for all rows, since this runs for every row of every report.
  readonly #noteFault = (fault: MappingError): void => {
    this.#fault ??= fault;
  };
  #fault: MappingError | undefined;
  #rejected = 0;

  constructor(
    readonly mapper: CompiledMapper,
    readonly detector: Detector,
  ) {
    this.#facts = new ReportFactsCollector(mapper.targets);
    this.#email = mapper.targets.indexOf('email');
    this.#employeeId = mapper.targets.indexOf('employeeId');
  }

  /** Reads the next row with a mapper that has no expressions. */
  read(row: unknown): ReportEntry | RejectedEntry {
    if (!isRecord(row)) return this.#refuseShape();
    this.#fault = undefined;
    const values = this.mapper.toValues(row, this.#noteFault);
    return this.#finish(values, this.#fault);
  }

  /** Reads the next rows with any mapper. Portions must not be read side by side; 200 rows are a good size. */
  async readAll(rows: readonly unknown[]): Promise<Array<ReportEntry | RejectedEntry>> {
    const faults = new Map<number, MappingError>();
    const sources = rows.map((row) => (isRecord(row) ? row : {}));
    const values = await this.mapper.toValuesOfAll(sources, (fault, position) => {
      if (!faults.has(position)) faults.set(position, fault);
    });
    return rows.map((row, position) =>
      isRecord(row) ? this.#finish(values[position] ?? [], faults.get(position)) : this.#refuseShape(),
    );
  }

  /** What to remember of the report for judging the next one. */
  facts(): ReportFacts {
    return this.#facts.facts();
  }

  /** Rows rejected so far, conflicts with stored profiles not among them. */
  get rejected(): number {
    return this.#rejected;
  }

  #finish(values: MappedValues, fault: MappingError | undefined): ReportEntry | RejectedEntry {
    const position = this.index.size;
    const email = values[this.#email];
    const employeeId = values[this.#employeeId];
    this.#facts.add(values);
    const standing = this.index.add(email, employeeId);
    const keys = { email: email ?? null, employeeId: employeeId ?? null };
    if (fault !== undefined) {
      return this.#reject({ kind: 'rejected', entry: position, ...keys, reason: 'badShape', field: fault.attribute });
    }
    const read = this.detector.read(values, position);
    if (read.kind === 'rejected') return this.#reject(read);
    if (standing === 'first') return read;
    const field = standing === 'duplicateEmail' ? 'email' : 'employeeId';
    return this.#reject({
      kind: 'rejected',
      entry: position,
      email: read.email,
      employeeId: read.employeeId,
      reason: standing,
      field,
      value: read[field],
    });
  }

  #refuseShape(): RejectedEntry {
    const entry = this.index.size;
    this.index.add(null, null);
    this.#facts.add(undefined);
    return this.#reject({ kind: 'rejected', entry, email: null, employeeId: null, reason: 'badShape' });
  }

  #reject(entry: RejectedEntry): RejectedEntry {
    this.#rejected += 1;
    return entry;
  }
}

const isRecord = (row: unknown): row is MapperSource => typeof row === 'object' && row !== null && !Array.isArray(row);
