/** How often a fault strikes: a number of requests, or until it is cleared. */
export type FaultTimes = number | 'forever';

/** Faults that wait for the requests they are meant for, oldest first. */
export interface FaultQueue<F> {
  add(fault: F, times?: FaultTimes): void;
  /** The first fault that fits, counted down by one; null when none does. */
  take(fits: (fault: F) => boolean): F | null;
  clear(): void;
  list(): readonly { readonly fault: F; readonly times: FaultTimes }[];
}

/** An empty queue of faults; `times` defaults to one request. */
export function createFaultQueue<F>(): FaultQueue<F> {
  let waiting: { readonly fault: F; times: FaultTimes }[] = [];
  return {
    add: (fault, times = 1) => {
      waiting.push({ fault, times });
    },
    take: (fits) => {
      const entry = waiting.find(({ fault }) => fits(fault));
      if (entry === undefined) return null;
      if (entry.times !== 'forever') {
        entry.times -= 1;
        if (entry.times <= 0) waiting = waiting.filter((other) => other !== entry);
      }
      return entry.fault;
    },
    clear: () => {
      waiting = [];
    },
    list: () => waiting.map(({ fault, times }) => ({ fault, times })),
  };
}
