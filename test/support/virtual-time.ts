/** Time that stands still until a test lets it pass. */
export interface VirtualTime {
  now(): number;
  /** Calls back once after so many milliseconds; what it returns prevents that. */
  after(delayMs: number, call: () => void): () => void;
  wait(delayMs: number): Promise<void>;
  /** Lets so much time pass, with everything that comes due, in order. */
  pass(milliseconds: number): Promise<void>;
}

interface Due {
  readonly at: number;
  readonly call: () => void;
}

/** Starts at 0. */
export function virtualTime(): VirtualTime {
  let now = 0;
  const due = new Set<Due>();

  const after: VirtualTime['after'] = (delayMs, call) => {
    const entry = { at: now + delayMs, call };
    due.add(entry);
    return () => due.delete(entry);
  };
  const nextUntil = (end: number): Due | undefined =>
    [...due]
      .filter(({ at }) => at <= end)
      .reduce<Due | undefined>((one, other) => (one !== undefined && one.at <= other.at ? one : other), undefined);

  return {
    now: () => now,
    after,
    wait: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    pass: async (milliseconds) => {
      const end = now + milliseconds;
      await settled();
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        now = next.at;
        due.delete(next);
        next.call();
        await settled();
      }
      now = end;
    },
  };
}

/** Everything that waits for nothing but promises has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
