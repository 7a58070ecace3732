import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a simulated peer keeps its data between two starts. */
export interface StateFile<T> {
  /** The data of the last run, or null when there is none. */
  readonly initial: T | null;
  /** Says that the data changed. It is written soon (0.2 s, large data later), many changes at once. */
  changed(): void;
  /** Writes what is not written yet and stops the timer. */
  close(): void;
}

// How long changes are gathered before they are written; a killed process loses no more than that.
const SAVE_DELAY_MS = 200;
// Large data are gathered longer, so that writing takes a tenth of the peer's time at most.
const REST_PER_WRITE = 10;

/**
 * Keeps a peer's data in one JSON file, readable by its owner only. Without a path nothing is kept. A file is replaced
 * as a whole by renaming, so a killed process leaves the old or the new state, never a part.
 *
 * @param read gives the data as JSON can hold it, at the moment of writing
 * @throws when the file exists but is no JSON, naming it: deleting it starts the peer afresh
 */
export function openStateFile<T>(path: string | undefined, read: () => T): StateFile<T> {
  if (path === undefined) return { initial: null, changed: () => undefined, close: () => undefined };
  let timer: NodeJS.Timeout | null = null;
  let delayMs = SAVE_DELAY_MS;
  const save = (): void => {
    timer = null;
    const startedAt = performance.now();
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(read()), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    delayMs = Math.max(SAVE_DELAY_MS, (performance.now() - startedAt) * REST_PER_WRITE);
  };
  return {
    initial: load<T>(path),
    changed: () => {
      timer ??= setTimeout(save, delayMs);
    },
    close: () => {
      if (timer === null) return;
      clearTimeout(timer);
      save();
    },
  };
}

function load<T>(path: string): T | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`The sandbox's data file ${path} is damaged. Delete it to start that peer afresh.`, {
      cause: error,
    });
  }
}
