import type { Detector } from './detection.js';
import type { RejectedEntry, ReportEntry } from './evaluation.js';
import type { ReportFields } from './profile.js';

/** Most entries that Fetch Samples shows (guide, *Fetching Samples*). */
export const SAMPLE_SIZE = 5;

/** One sample: how the mapper reads an entry. It is compared with nothing, guarded by nothing and starts nothing. */
export interface Sample {
  /** The mapped e-mail; the empty text when the entry has none. */
  readonly name: string;
  readonly fields: ReportFields;
  /** Why the entry could not be used in a cycle, when it could not. */
  readonly fault?: RejectedEntry;
}

/** The samples of a report: its first five rows, mapped, dates normalised, without source fields. */
export function samplesOf(
  rows: Iterable<{ readonly read: ReportEntry | RejectedEntry; readonly mapped: ReportFields }>,
  detector: Detector,
): Sample[] {
  const samples: Sample[] = [];
  for (const { read, mapped } of rows) {
    if (samples.length === SAMPLE_SIZE) break;
    samples.push(
      read.kind === 'entry'
        ? { name: read.email, fields: detector.fieldsOf(read) }
        : { name: read.email ?? '', fields: mapped, fault: read },
    );
  }
  return samples;
}
