import { reportRows } from '../../domain/report-reader.js';

/** A document that is not a report, or only the beginning of one. Messages hold no data. */
export class ReportFormatError extends Error {
  override readonly name = 'ReportFormatError' as const;

  /** @param isCutOff the document ends too early, so that another download may be whole */
  constructor(
    message: string,
    readonly isCutOff: boolean,
  ) {
    super(message);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BYTE_ORDER_MARK = '\uFEFF';

/** Rows are parsed in batches of about this size, so that memory holds one batch and not the report. */
const BATCH_BYTES = 64 * 1024;
/** Largest single row, and largest text around the rows. A report is far below; a wrong address may not be. */
const LARGEST_PIECE = 16 * 1024 * 1024;
const ROWS_KEY = 'Report_Entry';

/**
 * Reads a RaaS document row by row while it arrives: yields batches of parsed rows. An empty document has none. Only
 * the list itself is cut into pieces; every piece, and what stands around the list, is judged by `JSON.parse`.
 *
 * @throws ReportFormatError when the document is cut off, is no JSON or has another shape
 */
export async function* readRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown[]> {
  const splitter = new RowSplitter();
  for await (const bytes of body) {
    for (const batch of splitter.push(bytes)) yield parseBatch(batch);
  }
  assertShape(splitter.end());
}

function parseBatch(text: string): unknown[] {
  try {
    return JSON.parse(`[${text}]`) as unknown[];
  } catch {
    throw new ReportFormatError('The report is no valid JSON. Check the address of the report.', false);
  }
}

/** Judges the document without its rows. */
function assertShape(envelope: string): void {
  const text = envelope.startsWith(BYTE_ORDER_MARK) ? envelope.slice(1) : envelope;
  if (text.trim() === '') return;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ReportFormatError('The report is no valid JSON. Check the address of the report.', false);
  }
  try {
    reportRows(document);
  } catch (error) {
    throw new ReportFormatError(error instanceof Error ? error.message : String(error), false);
  }
}

/** Bytes of one piece that may arrive in several chunks. */
class Piece {
  #parts: Buffer[] = [];
  size = 0;

  add(bytes: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    // A copy, because the network's buffer is used again.
    this.#parts.push(Buffer.from(bytes.subarray(from, to)));
    this.size += to - from;
    if (this.size > LARGEST_PIECE) {
      throw new ReportFormatError('A row of the report is larger than 16 MB. Check the address of the report.', false);
    }
  }

  take(): string {
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.size = 0;
    return text;
  }
}

/** Finds the rows in the bytes of a document. Structure is ASCII, so no character needs decoding. */
class RowSplitter {
  readonly #envelope = new Piece();
  readonly #rows = new Piece();
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInRows = false;
  #hasSeenRows = false;
  /** The batch before ended at a comma, so that another row has to follow. */
  #owesRow = false;
  /** The last string on the outermost level, which may be the key of the list. */
  #outerString = '';
  #isKey = false;

  push(bytes: Uint8Array): string[] {
    const batches: string[] = [];
    let start = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#isInString) {
        at = this.#passString(bytes, at);
        continue;
      }
      at = this.#passStructure(bytes, at, start);
      if (at >= bytes.length) break;
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#isInString = true;
        if (this.#depth === 1) this.#outerString = '';
      } else if (byte === OPEN_LIST && this.#depth === 1 && this.#isKey) {
        this.#envelope.add(bytes, start, at + 1);
        start = at + 1;
        this.#enterRows();
        this.#depth += 1;
      } else if (byte === COMMA && this.#depth === 2) {
        this.#rows.add(bytes, start, at);
        start = at + 1;
        this.#owesRow = true;
        batches.push(this.#rows.take());
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        this.#depth -= 1;
        this.#rows.add(bytes, start, at);
        start = at;
        batches.push(...this.#leaveRows());
      }
      at += 1;
    }
    (this.#isInRows ? this.#rows : this.#envelope).add(bytes, start, bytes.length);
    return batches;
  }

  /** Goes to the end of a string, which may lie in a later chunk. */
  #passString(bytes: Uint8Array, from: number): number {
    let at = from;
    let isEscaped = this.#isEscaped;
    let isOpen = true;
    for (; at < bytes.length && isOpen; at += 1) {
      const byte = bytes[at];
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) isOpen = false;
    }
    this.#isEscaped = isEscaped;
    this.#isInString = isOpen;
    if (this.#depth === 1)
      this.#outerString += Buffer.from(bytes.subarray(from, isOpen ? at : at - 1)).toString('latin1');
    return at;
  }

  /** Goes to the next byte that starts a string, or begins, divides or ends the list of rows. */
  #passStructure(bytes: Uint8Array, from: number, start: number): number {
    let depth = this.#depth;
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        if (depth === 1) break;
        // Strings inside rows are most of a report: passed over on the spot, unless they go on in the next chunk.
        let end = at + 1;
        while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
        if (end >= bytes.length) break;
        at = end;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if (byte === OPEN_LIST && depth === 1 && this.#isKey) break;
        depth += 1;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        if (depth === 2 && this.#isInRows) break;
        depth -= 1;
      } else if (byte === COMMA) {
        if (depth === 1) this.#isKey = false;
        if (depth === 2 && this.#isInRows && this.#rows.size + at - start >= BATCH_BYTES) break;
      } else if (byte === COLON && depth === 1) {
        this.#isKey = this.#outerString === ROWS_KEY;
      }
    }
    this.#depth = depth;
    return at;
  }

  #enterRows(): void {
    if (this.#hasSeenRows) {
      throw new ReportFormatError('The report has two lists Report_Entry. Check the address of the report.', false);
    }
    this.#hasSeenRows = true;
    this.#isInRows = true;
  }

  #leaveRows(): string[] {
    this.#isInRows = false;
    const text = this.#rows.take();
    if (text.trim() !== '') return [text];
    if (this.#owesRow) throw new ReportFormatError('The report is no valid JSON: a row is missing.', false);
    return [];
  }

  /** What stands around the rows; the rows themselves are left out of the list. */
  end(): string {
    if (this.#depth > 0 || this.#isInString) {
      throw new ReportFormatError('The report was cut off before its end.', true);
    }
    return this.#envelope.take();
  }
}
