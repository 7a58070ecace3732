import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';
import { Binary } from 'mongodb';
import type { RejectedEntry, RejectReason, ReportEntry } from '../../domain/evaluation.js';
import type { ChunkDocument } from '../store/report-snapshots.js';
import type { Fingerprints } from './marks.js';

const deflate = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const inflate = promisify<Buffer, Buffer>(inflateRaw);

/** The keys of one entry, as the report has them: what "present in the report" means. */
export type RowKeys = readonly [email: string | null, employeeId: string | null];

/** A row that cannot be used, as a snapshot keeps it: without its values. */
export interface RejectedRow {
  readonly reason: RejectReason;
  readonly field?: string;
}

/** One row of a snapshot: the mapped values of an entry, dates normalised, or why the row was rejected. */
export type StagedRow = ReadonlyArray<string | null> | RejectedRow;

/** Whether a row of a snapshot was rejected. */
export const isRejectedRow = (row: StagedRow): row is RejectedRow => !Array.isArray(row);

/** A chunk about to be stored. */
export interface Chunk {
  readonly id: string;
  readonly rows: number;
  readonly keys: string;
  readonly data: string;
  /** Made when the chunk has to be stored, since most are stored already. */
  readonly marks: () => string;
}

const MOST_ROWS = 2048;
// One boundary in about 1,000 rows.
const BOUNDARY_MASK = 0x3ff;

/**
 * Cuts the rows of a report into chunks. A boundary depends on a row's own key and not on its position, so that a row
 * that joins or leaves changes one chunk and all others are found stored already.
 */
export class ChunkCutter {
  #rows: Array<ReportEntry | RejectedEntry> = [];
  #keys: string[] = [];
  #data: string[] = [];

  /** @param scope what the content belongs to: the same rows under another mapper are other rows */
  constructor(
    readonly scope: string,
    readonly fingerprints: Fingerprints,
  ) {}

  /** Adds a row; gives the chunk that it completes. */
  add(row: ReportEntry | RejectedEntry): Chunk | undefined {
    this.#rows.push(row);
    this.#keys.push(JSON.stringify([row.email, row.employeeId] satisfies RowKeys));
    this.#data.push(JSON.stringify(stagedRow(row)));
    const isFull = this.#keys.length >= MOST_ROWS || (hashOf(row.employeeId ?? row.email ?? '') & BOUNDARY_MASK) === 0;
    return isFull ? this.finish() : undefined;
  }

  /** The chunk of the rows that are left. */
  finish(): Chunk | undefined {
    const rows = this.#rows;
    if (rows.length === 0) return undefined;
    const keys = this.#keys.join('\n');
    const data = this.#data.join('\n');
    this.#rows = [];
    this.#keys = [];
    this.#data = [];
    const id = createHash('sha256').update(this.scope).update('\0').update(keys).update('\0').update(data);
    const marks = (): string =>
      rows.map((row) => (row.kind === 'entry' ? this.fingerprints.lineOf(row) : 'null')).join('\n');
    return { id: id.digest('base64url'), rows: rows.length, keys, data, marks };
  }
}

function stagedRow(row: ReportEntry | RejectedEntry): StagedRow {
  if (row.kind === 'entry') return row.values as ReadonlyArray<string | null>;
  return { reason: row.reason, ...(row.field === undefined ? {} : { field: row.field }) };
}

/** FNV-1a, 32 bits: spread is all that counts here. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Compresses a chunk for the store. */
export async function packChunk(chunk: Chunk, instance: string, usedAt: string): Promise<ChunkDocument> {
  const options = { level: constants.Z_BEST_SPEED };
  const [keys, data, marks] = await Promise.all(
    [chunk.keys, chunk.data, chunk.marks()].map(async (part) => new Binary(await deflate(Buffer.from(part), options))),
  );
  if (keys === undefined || data === undefined || marks === undefined) throw new Error('a part of a chunk is missing');
  return { _id: chunk.id, instance, rows: chunk.rows, keys, data, marks, usedAt };
}

/** Bytes of a stored part of a chunk: lines of JSON. */
export async function unpack(part: Binary): Promise<Buffer> {
  return await inflate(Buffer.from(part.buffer.buffer, part.buffer.byteOffset, part.length()));
}
