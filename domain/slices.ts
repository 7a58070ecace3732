/** How much of a report one run looks at (spec workday-cycle 6). */
export interface SliceLimits {
  /** Entries per run, fixed for the whole cycle. */
  readonly sliceSize: number;
  /** Most events per run. */
  readonly fetchLimit: number;
}

// Products such as 1000 * 1.1 / 100 come out a hair above the whole number they stand for.
const ROUNDING = 1e-9;

/** Entries per run: the percentage of the full report, rounded up, at least one. Stays the same for the whole cycle. */
export const sliceSize = (entries: number, percentage: number): number =>
  Math.max(1, Math.ceil((entries * percentage) / 100 - ROUNDING));

/** Whether a run stops looking at entries. Entries without an event count towards the slice only. */
export const isSliceDone = (looked: number, events: number, limits: SliceLimits): boolean =>
  looked >= limits.sliceSize || events >= limits.fetchLimit;

/**
 * How many runs a cycle takes: slices until the report is used up, then portions of orphan events.
 *
 * @param hasEvent for each entry in order, whether it gives an event
 */
export function countRuns(hasEvent: Iterable<boolean>, orphans: number, limits: SliceLimits): number {
  let runs = 0;
  let looked = 0;
  let events = 0;
  for (const event of hasEvent) {
    if (looked === 0) runs += 1;
    looked += 1;
    if (event) events += 1;
    if (isSliceDone(looked, events, limits)) {
      looked = 0;
      events = 0;
    }
  }
  return runs + Math.ceil(orphans / limits.fetchLimit);
}
