import type { Detector, EvaluationContext } from './detection.js';
import type { Evaluation, ReportEntry } from './evaluation.js';
import type { ProfileLookup } from './lookup.js';
import type { ReportReader } from './report-reader.js';

const PORTION = 200;

/**
 * Reads and evaluates a whole report in one pass, against profiles that can be looked up at once. No entry outlives its
 * evaluation, so memory holds the two key maps of the report's index and the outcomes only.
 *
 * An entry whose answer depends on rows further down (a conflict, spec workday-cycle 7.1) is judged after the last row.
 *
 * @param reader a fresh reader; afterwards it knows the report's keys and facts
 * @returns one outcome per row, in the report's order
 */
export async function evaluateReport(
  rows: readonly unknown[],
  reader: ReportReader,
  lookup: ProfileLookup,
): Promise<Evaluation[]> {
  const { detector } = reader;
  const pass = new ReportPass(detector, { lookup, presence: reader.index });
  if (!reader.mapper.isAsync) {
    for (const row of rows) pass.take(reader.read(row));
    return pass.finish();
  }
  for (let start = 0; start < rows.length; start += PORTION) {
    for (const entry of await reader.readAll(rows.slice(start, start + PORTION))) pass.take(entry);
  }
  return pass.finish();
}

class ReportPass {
  readonly #outcomes: Evaluation[] = [];
  readonly #deferred: ReportEntry[] = [];

  constructor(
    readonly detector: Detector,
    readonly context: EvaluationContext,
  ) {}

  take(entry: ReturnType<ReportReader['read']>): void {
    if (entry.kind === 'rejected') {
      this.#outcomes.push(entry);
      return;
    }
    const profile = this.detector.find(entry, this.context.lookup);
    if (profile !== undefined && this.detector.dependsOnReport(entry, profile)) this.#deferred.push(entry);
    this.#outcomes.push(this.detector.evaluate(entry, profile, this.context));
  }

  finish(): Evaluation[] {
    for (const entry of this.#deferred) {
      const profile = this.detector.find(entry, this.context.lookup);
      this.#outcomes[entry.position] = this.detector.evaluate(entry, profile, this.context);
    }
    return this.#outcomes;
  }
}
