import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  compileDateReader,
  datePatternFault,
  deactivationMinute,
  isDateReached,
  isThresholdReached,
  localTimes,
} from '../../domain/dates.js';

const read = (pattern: string, text: string): string | undefined => compileDateReader(pattern)(text)?.text;
const dayOf = (text: string): number => compileDateReader('%m/%d/%Y')(text)!.day;

describe('dates of a report', () => {
  const readable = [
    ['%m/%d/%Y', '3/5/2021', '03/05/2021'],
    ['%Y-%m-%d', '2021-03-25', '03/25/2021'],
    ['%Y%m%d', '20210325', '03/25/2021'],
    ['%d.%m.%y', '25.03.21', '03/25/2021'],
    ['%d.%m.%y', '25.03.69', '03/25/1969'],
    ['%d-%b-%Y', '25-MAR-2021', '03/25/2021'],
    ['%B %d, %Y', 'March 5, 2021', '03/05/2021'],
    ['%a, %e %b %Y', 'Thu,  5 Mar 2021', '03/05/2021'],
    ['%Y-%m-%dT%H:%M:%S.%f%z', '2021-03-25T23:59:59.123-07:00', '03/25/2021'],
    ['%F %T', '2021-03-25 07:08:09', '03/25/2021'],
    ['%m/%d/%Y %I:%M %p', '03/25/2021 11:30 pm', '03/25/2021'],
    ['%m/%d/%Y', '02/29/2020', '02/29/2020'],
  ] as const;
  for (const [pattern, text, expected] of readable) {
    it(`reads '${text}' by ${pattern}, dropping the time of day`, () => {
      assert.equal(read(pattern, text), expected);
    });
  }

  it('refuses what does not fit the pattern or names no day', () => {
    const wrong = [
      '02/30/2021',
      '02/29/2021',
      '13/01/2021',
      '00/10/2021',
      '2021-03-25',
      '03/25/21',
      '03/25/2021 x',
      'soon',
    ];

    assert.deepEqual(
      wrong.map((text) => read('%m/%d/%Y', text)),
      wrong.map(() => undefined),
    );
  });

  it('says why a pattern cannot be used', () => {
    assert.equal(datePatternFault('%m/%d/%Y'), null);
    assert.match(datePatternFault('%m/%Y') ?? '', /no day/);
    assert.match(datePatternFault('%d/%Y') ?? '', /no month/);
    assert.match(datePatternFault('%m/%d') ?? '', /no year/);
    assert.match(datePatternFault('%m/%d/%Q') ?? '', /'%Q' is not a known directive/);
    assert.match(datePatternFault('%m/%m/%d/%Y') ?? '', /occurs twice/);
    assert.throws(() => compileDateReader('MM/DD/YYYY'), /workdayDateFormat/);
  });

  it('treats letters and signs of a pattern as they are', () => {
    assert.equal(read('(%Y) %m+%d', '(2021) 03+25'), '03/25/2021');
    assert.equal(read('%Y.%m.%d', '2021x03x25'), undefined);
  });

  it('counts days as the calendar does, whatever the order of parts', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }),
        (date) => {
          const iso = date.toISOString().slice(0, 10);
          const read = compileDateReader('%Y-%m-%d')(iso);

          assert.equal(read?.day, Math.floor(date.getTime() / 86_400_000));
          assert.equal(dayOf(read.text), read.day);
        },
      ),
    );
  });
});

describe('days and zones', () => {
  it('reaches a threshold when the hire date is at most so many whole days away', () => {
    const today = dayOf('06/10/2021');

    assert.equal(isThresholdReached(dayOf('06/17/2021'), today, 7), true);
    assert.equal(isThresholdReached(dayOf('06/18/2021'), today, 7), false);
    assert.equal(isThresholdReached(dayOf('06/10/2021'), today, 0), true);
    assert.equal(isThresholdReached(dayOf('06/11/2021'), today, 0), false);
    assert.equal(isThresholdReached(dayOf('01/01/2000'), today, 0), true);
    assert.equal(isThresholdReached(dayOf('01/01/2100'), today, null), true);
    assert.equal(isThresholdReached(dayOf('01/01/2100'), today, undefined), true);
  });

  it('knows the day and the minute of an instant in any zone', () => {
    const local = localTimes(Date.UTC(2021, 5, 10, 22, 30), 'UTC');

    assert.deepEqual(local(), { day: dayOf('06/10/2021'), minute: 22 * 60 + 30 });
    assert.deepEqual(local('Asia/Tokyo'), { day: dayOf('06/11/2021'), minute: 7 * 60 + 30 });
    assert.deepEqual(local('America/Los_Angeles'), { day: dayOf('06/10/2021'), minute: 15 * 60 + 30 });
    assert.deepEqual(local('Nowhere/Land'), local());
  });

  it('lets a deactivation date take effect at the start of the day, at a time, or at its end', () => {
    const day = dayOf('06/10/2021');
    const reached = (at: string, minute: number, today = day): boolean =>
      isDateReached(day, { day: today, minute }, deactivationMinute(at));

    assert.deepEqual([reached('startOfDay', 0), reached('startOfDay', 1439, day - 1)], [true, false]);
    assert.deepEqual(
      [reached('17:30', 1049), reached('17:30', 1050), reached('17:30', 0, day + 1)],
      [false, true, true],
    );
    assert.deepEqual([reached('endOfDay', 1439), reached('endOfDay', 0, day + 1)], [false, true]);
  });
});
