import type { Detector } from '../../domain/detection.js';
import type { RejectedEntry, ReportEntry } from '../../domain/evaluation.js';
import { ReportIndex } from '../../domain/report-index.js';
import type { ReportSnapshots, SnapshotDocument } from '../store/report-snapshots.js';
import { isRejectedRow, unpack } from './chunks.js';
import type { RowKeys, StagedRow } from './chunks.js';

const LINE_END = 0x0a;

/** Lines of one chunk, still as bytes: about 450 of them per entry, outside the heap. */
interface PackedChunk {
  readonly first: number;
  readonly bytes: Buffer;
  /** Where each line starts; one more at the end. */
  readonly starts: Uint32Array;
}

/** Consecutive rows of a snapshot. They stay packed; each is read when it is asked for. */
export class SnapshotRows {
  readonly #chunks: readonly PackedChunk[];

  private constructor(
    readonly from: number,
    readonly to: number,
    chunks: readonly PackedChunk[],
  ) {
    this.#chunks = chunks;
  }

  /**
   * Loads the chunks of the rows from `from` up to, not including, `to`.
   *
   * @throws Error when a chunk is gone
   */
  static async load(
    snapshots: ReportSnapshots,
    snapshot: SnapshotDocument,
    from: number,
    to: number,
  ): Promise<SnapshotRows> {
    const chunks: PackedChunk[] = [];
    let first = 0;
    for (const { id, rows } of snapshot.chunks) {
      if (first + rows > from && first < to) chunks.push(packed(first, rows, await loadPart(snapshots, id, 'data')));
      first += rows;
    }
    return new SnapshotRows(from, to, chunks);
  }

  /** Whether a row is loaded; whole chunks are, so it can be more than what was asked for. */
  has(position: number): boolean {
    const [first] = this.#chunks;
    const last = this.#chunks.at(-1);
    if (first === undefined || last === undefined) return false;
    return position >= first.first && position < last.first + last.starts.length - 1;
  }

  /** The row as it was staged. */
  row(position: number): StagedRow {
    const chunk = this.#chunkOf(position);
    const at = position - chunk.first;
    const line = chunk.bytes.toString('utf8', chunk.starts[at], (chunk.starts[at + 1] ?? 1) - 1);
    return JSON.parse(line) as StagedRow;
  }

  /** The row as an entry; null for a rejected one. */
  entry(position: number, detector: Detector): ReportEntry | RejectedEntry | null {
    const row = this.row(position);
    if (isRejectedRow(row)) return null;
    return detector.read(
      row.map((value) => value ?? undefined),
      position,
    );
  }

  /** Binary search: chunks are few, questions are many. */
  #chunkOf(position: number): PackedChunk {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.first ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    const chunk = this.#chunks[low];
    if (chunk === undefined) throw new RangeError(`row ${position} is not loaded`);
    return chunk;
  }
}

/** Loads the keys of every row of a snapshot: who is present in the report, unusable rows included. */
export async function loadIndex(snapshots: ReportSnapshots, snapshot: SnapshotDocument): Promise<ReportIndex> {
  const index = new ReportIndex();
  for (const { id } of snapshot.chunks) {
    for (const line of (await loadPart(snapshots, id, 'keys')).toString('utf8').split('\n')) {
      const [email, employeeId] = JSON.parse(line) as RowKeys;
      index.add(email, employeeId);
    }
  }
  return index;
}

async function loadPart(snapshots: ReportSnapshots, id: string, part: 'keys' | 'data'): Promise<Buffer> {
  const chunk = await snapshots.chunks.findOne({ _id: id }, { projection: { [part]: 1 } });
  if (chunk === null) throw new Error(`a chunk of the report's snapshot is gone; the report is downloaded again`);
  return await unpack(chunk[part]);
}

function packed(first: number, rows: number, bytes: Buffer): PackedChunk {
  const starts = new Uint32Array(rows + 1);
  let at = 0;
  for (let row = 1; row < rows; row += 1) {
    at = bytes.indexOf(LINE_END, at) + 1;
    starts[row] = at;
  }
  starts[rows] = bytes.length + 1;
  return { first, bytes, starts };
}
