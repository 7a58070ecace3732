import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionSettings } from '../../domain/config.js';
import { aRow, evaluateOne, inWord, NEXT_MONTH, TODAY, TOMORROW, YESTERDAY } from './people.js';
import type { Row } from './people.js';

const HIRED_LATER: Row = { Last_Hire_Date: NEXT_MONTH };

describe('a person without a profile (table 10.1)', () => {
  const rows: ReadonlyArray<readonly [status: string, prehire: string, date: string | undefined, expected: string]> = [
    ...['Active', 'Leave of Absence', 'On Assignment'].flatMap((status) =>
      ['True', 'False'].flatMap((prehire) => [
        [status, prehire, undefined, 'New Hire'] as const,
        [status, prehire, TOMORROW, 'New Hire'] as const,
        [status, prehire, TODAY, 'skipped: goneUnknown'] as const,
        [status, prehire, YESTERDAY, 'skipped: goneUnknown'] as const,
      ]),
    ),
    ['', 'True', undefined, 'New Hire'],
    ['', 'False', undefined, 'New Hire'],
    ['', 'True', TOMORROW, 'New Hire'],
    ['', 'False', TOMORROW, 'New Hire'],
    ['', 'True', TODAY, 'skipped: goneUnknown'],
    ['', 'True', YESTERDAY, 'skipped: goneUnknown'],
    ['', 'False', TODAY, 'skipped: goneUnknown'],
    ['Terminated', 'True', undefined, 'skipped: goneUnknown'],
    ['Terminated', 'False', undefined, 'skipped: goneUnknown'],
    ['Terminated', 'False', TOMORROW, 'skipped: goneUnknown'],
    ['Terminated', 'True', YESTERDAY, 'skipped: goneUnknown'],
  ];
  const settings: Partial<DetectionSettings> = {
    employmentStatuses: {
      Active: 'active',
      'Leave of Absence': 'leave',
      Terminated: 'terminated',
      'On Assignment': 'active',
    },
  };
  for (const [status, prehire, date, expected] of rows) {
    it(`with status '${status}', prehire ${prehire} and deactivation date ${date ?? 'none'} gives ${expected}`, async () => {
      const row = aRow({ Employment_Status: status, Prehire_Flag: prehire, Termination_Date: date });

      const outcome = await evaluateOne(row, [], { settings });

      assert.equal(inWord(outcome), expected);
    });
    it(`with status '${status}', prehire ${prehire}, date ${date ?? 'none'} and a hire date beyond X gives none`, async () => {
      const columns = { Employment_Status: status, Prehire_Flag: prehire, Termination_Date: date, ...HIRED_LATER };

      const outcome = await evaluateOne(aRow(columns), [], { settings: { ...settings, daysBeforeHireToSync: 29 } });

      assert.equal(inWord(outcome), 'skipped: hireDateTooFar');
    });
  }
});
