import type { Detector } from '../../domain/detection.js';
import type { RejectedEntry, ReportEntry } from '../../domain/evaluation.js';
import { ReportIndex } from '../../domain/report-index.js';
import { notFound } from '../failures.js';
import type { ReportSnapshots, SnapshotDocument } from '../store/report-snapshots.js';
import { isRejectedRow, unpack } from './chunks.js';
import type { RowKeys, StagedRow } from './chunks.js';
import type { Fingerprints, RowMark } from './marks.js';

/** Reads single rows of a snapshot. One chunk is in memory at a time, so ask in the report's order. */
export class RowReader {
  #first = 0;
  #lines: readonly string[] = [];

  constructor(
    readonly snapshots: ReportSnapshots,
    readonly snapshot: SnapshotDocument,
  ) {}

  /**
   * The row as an entry; null for a rejected one.
   *
   * @throws ApplicationFailure `NotFound` when its chunk is gone; a later run downloads the report anew
   */
  async entry(position: number, detector: Detector): Promise<ReportEntry | RejectedEntry | null> {
    if (position < this.#first || position >= this.#first + this.#lines.length) await this.#load(position);
    const line = this.#lines[position - this.#first];
    if (line === undefined) throw new RangeError(`the report has no row ${position}`);
    const row = JSON.parse(line) as StagedRow;
    if (isRejectedRow(row)) return null;
    return detector.read(
      row.map((value) => value ?? undefined),
      position,
    );
  }

  async #load(position: number): Promise<void> {
    let first = 0;
    for (const { id, rows } of this.snapshot.chunks) {
      if (position < first + rows) {
        this.#lines = await loadLines(this.snapshots, id, 'data');
        this.#first = first;
        return;
      }
      first += rows;
    }
  }
}

/** Loads the keys of every row of a snapshot: who is present in the report, unusable rows included. */
export async function loadIndex(snapshots: ReportSnapshots, snapshot: SnapshotDocument): Promise<ReportIndex> {
  const index = new ReportIndex();
  for (const { id } of snapshot.chunks) {
    for (const line of await loadLines(snapshots, id, 'keys')) {
      const [email, employeeId] = JSON.parse(line) as RowKeys;
      index.add(email, employeeId);
    }
  }
  return index;
}

/** Loads the marks of the rows from `from` up to, not including, `to`. */
export async function loadMarks(
  snapshots: ReportSnapshots,
  snapshot: SnapshotDocument,
  from: number,
  to: number,
  fingerprints: Fingerprints,
): Promise<ReadonlyArray<RowMark | null>> {
  const marks: Array<RowMark | null> = [];
  let first = 0;
  for (const { id, rows } of snapshot.chunks) {
    if (first + rows > from && first < to) {
      const lines = await loadLines(snapshots, id, 'marks');
      lines.forEach((line, row) => {
        if (first + row >= from && first + row < to) marks.push(fingerprints.read(line));
      });
    }
    first += rows;
  }
  return marks;
}

async function loadLines(
  snapshots: ReportSnapshots,
  id: string,
  part: 'keys' | 'data' | 'marks',
): Promise<readonly string[]> {
  const chunk = await snapshots.chunks.findOne({ _id: id }, { projection: { [part]: 1 } });
  if (chunk === null) throw notFound("a part of the report's snapshot");
  return (await unpack(chunk[part])).toString('utf8').split('\n');
}
