import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countRuns, isSliceDone, sliceSize } from '../../domain/slices.js';

const quiet = (entries: number): boolean[] => new Array<boolean>(entries).fill(false);

describe('slices of a report', () => {
  it('are the percentage of the full report, rounded up, never empty (D8)', () => {
    const cases = [
      [10, 50, 5],
      [10, 100, 10],
      [20, 1, 1],
      [3, 50, 2],
      [101, 1, 2],
      [1000, 33.3, 333],
      [1000, 1.1, 11],
      [0, 50, 1],
    ] as const;

    for (const [entries, percentage, expected] of cases) assert.equal(sliceSize(entries, percentage), expected);
  });

  it('end when the entries or the events of a run are used up', () => {
    const limits = { sliceSize: 5, fetchLimit: 2 };

    assert.equal(isSliceDone(4, 1, limits), false);
    assert.equal(isSliceDone(5, 0, limits), true);
    assert.equal(isSliceDone(2, 2, limits), true);
  });

  it('make ten entries at 50 % two runs, and twenty at 1 % twenty', () => {
    assert.equal(countRuns(quiet(10), 0, { sliceSize: sliceSize(10, 50), fetchLimit: 50 }), 2);
    assert.equal(countRuns(quiet(20), 0, { sliceSize: sliceSize(20, 1), fetchLimit: 50 }), 20);
  });

  it('are cut short by the fetch limit, which also portions orphans', () => {
    const allEvents = quiet(10).map(() => true);

    assert.equal(countRuns(allEvents, 0, { sliceSize: 10, fetchLimit: 3 }), 4);
    assert.equal(countRuns(quiet(10), 7, { sliceSize: 10, fetchLimit: 3 }), 4);
  });

  it('take as many runs as going through the report slice by slice does', () => {
    const limits = fc.record({
      sliceSize: fc.integer({ min: 1, max: 20 }),
      fetchLimit: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), limits, (hasEvent, { sliceSize: size, fetchLimit }) => {
        let runs = 0;
        let rest = hasEvent;
        while (rest.length > 0) {
          let looked = 0;
          let events = 0;
          while (looked < rest.length && looked < size && events < fetchLimit) events += rest[looked++] ? 1 : 0;
          rest = rest.slice(looked);
          runs += 1;
        }

        assert.equal(countRuns(hasEvent, 0, { sliceSize: size, fetchLimit }), runs);
      }),
    );
  });
});
