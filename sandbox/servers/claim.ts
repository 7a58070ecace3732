import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LONGEST_WAIT_MS = 10_000;
const PAUSE_MS = 50;

/** The right to use a data folder, held by one process at a time. */
export interface Claim {
  /** Notes the processes that use the folder, so that the next start can wait for what is left of them. */
  note(pids: readonly number[]): Promise<void>;
  /** Gives the folder to whoever starts next. It is given up, too, when this process ends in any way. */
  release(): void;
}

/**
 * Claims a data folder for this process. After a start that was killed it waits, ten seconds at most, until the last
 * of its processes has gone.
 *
 * @throws Error when another process holds the folder
 */
export async function claim(dataDir: string): Promise<Claim> {
  const release = await listenFor(dataDir);
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'pids.json');
  await waitUntilGone(await readPids(file));
  return {
    note: (pids) => writeFile(file, JSON.stringify(pids)),
    release,
  };
}

/** A listening socket says, unlike a file with a process id, that its process lives. Its path must be short. */
async function listenFor(dataDir: string): Promise<() => void> {
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  const socket = join(tmpdir(), `ilm-claim-${name}.sock`);
  if (await answers(socket)) {
    throw new Error(`${resolve(dataDir)} is in use by another start. End that one, or choose another folder for data.`);
  }
  await rm(socket, { force: true });
  const server = createServer();
  await new Promise<void>((listening, reject) => {
    server.once('error', reject);
    server.listen(socket, listening);
  });
  server.unref();
  return () => void server.close();
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolveWith) => {
    const client = connect(socket, () => {
      client.destroy();
      resolveWith(true);
    });
    client.once('error', () => resolveWith(false));
  });
}

async function readPids(file: string): Promise<readonly number[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as number[];
  } catch {
    return [];
  }
}

async function waitUntilGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (pids.some(isAlive) && performance.now() < deadline) await pause(PAUSE_MS);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
