import { setTimeout as pause } from 'node:timers/promises';

/** Longer than any retry that these tests wait for; only a broken service reaches it. */
const DEADLINE_SECONDS = 180;
const PAUSE_MS = 50;

/**
 * Looks until something is there. The deadline only keeps a broken test from hanging.
 *
 * @throws Error that names what never happened, and what was seen last when `describe` tells it
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  describe: () => Promise<unknown> = async () => Promise.resolve(),
): Promise<T> {
  const deadline = performance.now() + DEADLINE_SECONDS * 1_000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      throw new Error(`this never happened: ${what}; ${JSON.stringify(await describe()) ?? ''}`);
    }
    await pause(PAUSE_MS);
  }
}
