/** Receives one line about what is going on; long work sends one at least every five seconds. */
export type Progress = (line: string) => void;

const LONGEST_SILENCE_MS = 4_000;

/** Prints to standard error, so that standard output stays free for results. */
export const printProgress: Progress = (line) => {
  process.stderr.write(`${line}\n`);
};

/** Runs long work and says every four seconds that it is still under way. */
export async function withProgress<T>(progress: Progress, what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const timer = setInterval(() => {
    progress(`${what} ... ${Math.round((performance.now() - began) / 1_000)} s`);
  }, LONGEST_SILENCE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
