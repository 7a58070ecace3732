import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { ReportFormatError, readRows } from '../../activities/report/row-stream.js';
import type { UserProfile } from '../../domain/profile.js';
import { InputError } from '../faults.js';
import { fileFault } from './rules.js';

const OWNER_ONLY = 0o600;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a file of profiles in batches, so that memory holds one batch and not the file. What is in it is not checked.
 *
 * @throws InputError when it cannot be read or is no JSON list
 */
export async function* readProfiles(file: string): AsyncGenerator<readonly unknown[]> {
  try {
    yield* readRows(asReport(createReadStream(file) as AsyncIterable<Buffer>));
  } catch (error) {
    throw explained(file, error);
  }
}

/** A list becomes the list of a report, which the reader of reports takes apart. */
async function* asReport(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"Report_Entry":');
  let isFirst = true;
  for await (const chunk of chunks) {
    yield isFirst && chunk.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
  yield Buffer.from('}');
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof ReportFormatError) {
    const problem = error.isCutOff ? 'ends in the middle of the list' : 'must be a list of profiles in valid JSON';
    return new InputError([fileFault(file, problem)]);
  }
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !(error instanceof Error)) return error;
  return new InputError([
    {
      option: '<file>',
      value: file,
      problem: `cannot be read (${code})`,
      remedy: 'Name a file that exists and may be read.',
    },
  ]);
}

/**
 * Writes profiles as a JSON list, one to a line, while they arrive.
 *
 * @param file where to; readable by its owner only, since it holds personal data. Without one, standard output
 */
export async function writeProfiles(profiles: AsyncIterable<UserProfile>, file: string | undefined): Promise<void> {
  const lines = Readable.from(jsonLines(profiles));
  if (file === undefined) await pipeline(lines, process.stdout, { end: false });
  else await pipeline(lines, createWriteStream(file, { mode: OWNER_ONLY }));
}

async function* jsonLines(profiles: AsyncIterable<UserProfile>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const profile of profiles) {
    yield separator + JSON.stringify(profile);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
