import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How long an ended process may take to be gone, in milliseconds: the promise of `npm start`. */
const LONGEST_END_MS = 10_000;

/** Waits, ten seconds at most, until none of the processes lives, and returns those that still do. */
export async function untilGone(pids: readonly number[]): Promise<readonly number[]> {
  const deadline = performance.now() + LONGEST_END_MS;
  for (;;) {
    const living = pids.filter(isAlive);
    if (living.length === 0 || performance.now() > deadline) return living;
    await pause(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** A process that has ended and that nobody has asked about yet, as in a container whose first process never asks. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
