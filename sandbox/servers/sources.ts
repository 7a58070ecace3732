import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Progress } from './progress.js';

/** One place that a server can come from. */
export interface Source<T> {
  /** As people read it, e.g. `temporal on the PATH`. */
  readonly name: string;
  /**
   * The server, ready for use; or, thrown as {@link Unavailable}, the reason why this source has none. Any other error
   * counts as such a reason too, except {@link MisconfiguredError}.
   */
  readonly take: () => Promise<T>;
  /** For a source that fetches something: whether its copy is in the cache, so that nothing has to be fetched. */
  readonly held?: () => Promise<boolean>;
}

/** Thrown by a source that cannot supply the server; its message is the reason, a few words. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable' as const;
}

/** Thrown when the environment names a server that does not answer. Another one in its place would be a surprise. */
export class MisconfiguredError extends Error {
  override readonly name = 'MisconfiguredError' as const;
}

/** Thrown when no source has the server. The message names every source that was tried and what to do. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError' as const;
}

/**
 * Takes a server from the first source that works and says in one line which one it was and why the earlier ones were
 * not used. A source that would have to fetch comes last while a later one has its copy in the cache: a start must not
 * depend on the network for what an earlier start has obtained.
 *
 * @throws NoServerError when none works
 * @throws MisconfiguredError when a configured server does not answer
 */
export async function takeFirst<T>(
  server: string,
  sources: readonly Source<T>[],
  remedy: string,
  progress: Progress,
): Promise<T> {
  const refusals: string[] = [];
  const queue = sources.map((source, index) => ({ source, later: sources.slice(index + 1) }));
  for (const { source, later } of queue) {
    const copy = await copyElsewhere(source, later);
    if (copy !== undefined) {
      refusals.push(`${source.name}: not asked, as a copy from ${copy.name} is there`);
      queue.push({ source, later: [] });
      continue;
    }
    try {
      const taken = await source.take();
      progress(`${server}: ${source.name}${refusals.length === 0 ? '' : ` (${refusals.join('; ')})`}`);
      return taken;
    } catch (error) {
      if (error instanceof MisconfiguredError) throw error;
      refusals.push(`${source.name}: ${reasonOf(error)}`);
    }
  }
  const tried = refusals.map((refusal, index) => `  ${index + 1}. ${refusal}`).join('\n');
  throw new NoServerError(`No ${server} could be had. Tried in this order:\n${tried}\n${remedy}`);
}

async function copyElsewhere<T>(source: Source<T>, later: readonly Source<T>[]): Promise<Source<T> | undefined> {
  if (source.held === undefined || (await source.held())) return undefined;
  for (const other of later) if ((await other.held?.()) === true) return other;
  return undefined;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' | ');
}

/** The value of an environment variable; unset and empty are both "not set". */
export function configured(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') throw new Unavailable('not set');
  return value;
}

/** Full path of a program on the PATH (or in the extra folders, which are looked at first). */
export async function onPath(program: string, extraFolders: readonly string[] = []): Promise<string> {
  const folders = [...extraFolders, ...(process.env['PATH'] ?? '').split(delimiter)].filter((folder) => folder !== '');
  for (const folder of folders) {
    const file = join(folder, program);
    if (await isExecutable(file)) return file;
  }
  throw new Unavailable('not found');
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
