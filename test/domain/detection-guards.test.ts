import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDetector } from '../../domain/detection.js';
import {
  anotherProfile,
  anotherRow,
  aProfile,
  aRow,
  evaluateAll,
  evaluateOne,
  inWord,
  NOW,
  settingsWith,
  NEXT_MONTH,
  TODAY,
  YESTERDAY,
} from './people.js';

describe('rows that cannot be used', () => {
  const missing = [
    ['e-mail', 'Email_Address', 'email'],
    ['employee id', 'Emp_ID', 'employeeId'],
    ['hire date', 'Last_Hire_Date', 'hireDate'],
  ] as const;
  for (const [name, column, field] of missing) {
    for (const value of [undefined, '', '  ', null]) {
      it(`G1 rejects a row whose ${name} is ${JSON.stringify(value) ?? 'absent'}, profile or not`, async () => {
        const outcome = await evaluateOne(aRow({ [column]: value }), [aProfile({ terminationDate: YESTERDAY })]);

        assert.equal(inWord(outcome), 'rejected: missingValue');
        assert.equal(outcome.kind === 'rejected' && outcome.field, field);
      });
    }
  }

  it('rejects a date that does not fit the pattern, naming entry, field and value', async () => {
    const [, outcome] = await evaluateAll([anotherRow(), aRow({ Last_Day_of_Work: '2021-06-10' })], []);

    assert.deepEqual(outcome, {
      kind: 'rejected',
      entry: 1,
      email: 'ann.lee@example.com',
      employeeId: '1001',
      reason: 'badDate',
      field: 'lastDayOfWork',
      value: '2021-06-10',
    });
  });

  it('rejects an employment status that nobody explained, and knows explained ones in any case', async () => {
    const unknown = await evaluateOne(aRow({ Employment_Status: 'On Sabbatical' }), []);
    const known = await evaluateOne(aRow({ Employment_Status: 'TERMINATED' }), [aProfile()]);

    assert.equal(inWord(unknown), 'rejected: unknownStatus');
    assert.equal(unknown.kind === 'rejected' && unknown.value, 'On Sabbatical');
    assert.equal(inWord(known), 'Terminate User');
  });

  it('rejects what is no flat record, and reads numbers and booleans as text', async () => {
    const shapes = [null, 'text', 7, ['row'], aRow({ Title: { text: 'Engineer' } }), aRow({ Title: ['Engineer'] })];

    const outcomes = await Promise.all(shapes.map((row) => evaluateOne(row, [])));
    const scalars = await evaluateOne(aRow({ Emp_ID: 1001, Prehire_Flag: false }), [
      aProfile({ prehireFlag: 'false' }),
    ]);

    assert.deepEqual(new Set(outcomes.map(inWord)), new Set(['rejected: badShape']));
    assert.equal(inWord(scalars), 'unchanged');
  });

  it('lets the first row with an e-mail or an employee id win and rejects the later ones', async () => {
    const rows = [
      aRow({ Title: 'Manager' }),
      aRow({ Emp_ID: '9', Email_Address: 'Ann.Lee@Example.com' }),
      aRow({ Email_Address: 'other@example.com' }),
      anotherRow(),
    ];

    const outcomes = await evaluateAll(rows, [aProfile(), anotherProfile()]);

    const expected = ['Update User', 'rejected: duplicateEmail', 'rejected: duplicateEmployeeId', 'unchanged'];
    assert.deepEqual(outcomes.map(inWord), expected);
  });

  it('reports a conflict when the e-mail’s owner is in the report under another id', async () => {
    const rows = [aRow({ Email_Address: 'bo.kim@example.com' }), anotherRow({ Email_Address: 'bo.new@example.com' })];

    const outcomes = await evaluateAll(rows, [aProfile(), anotherProfile()]);

    assert.deepEqual(outcomes.map(inWord), ['rejected: conflict', 'Update User']);
  });

  it('reports no conflict against a temporary profile', async () => {
    const rows = [aRow({ Email_Address: 'bo.kim@example.com' }), anotherRow({ Email_Address: 'bo.new@example.com' })];

    const [outcome] = await evaluateAll(rows, [aProfile(), anotherProfile({ isTemporaryUser: true })]);

    assert.equal(inWord(outcome), 'Update User');
  });

  it('refuses a mapper without the fields that detection needs, or that fills bookkeeping', () => {
    const make = (fields: readonly string[]) => () => createDetector(settingsWith(), { now: NOW, fields });

    assert.throws(make(['email', 'hireDate']), /no attribute 'employeeId'/);
    assert.throws(make(['email', 'employeeId', 'hireDate', 'isProcessed']), /fills 'isProcessed'/);
  });
});

describe('guards', () => {
  it('G2 waits with a person without a profile until X days before the hire date', async () => {
    const row = aRow({ Last_Hire_Date: NEXT_MONTH });
    const word = async (days: number | null): Promise<string> =>
      inWord(await evaluateOne(row, [], { settings: { daysBeforeHireToSync: days } }));

    assert.equal(await word(29), 'skipped: hireDateTooFar');
    assert.equal(await word(30), 'New Hire');
    assert.equal(await word(null), 'New Hire');
  });

  it('G2 with X = 0 syncs on the hire date itself, and does not concern people with a profile', async () => {
    const settings = { daysBeforeHireToSync: 0 };

    const today = await evaluateOne(aRow({ Last_Hire_Date: TODAY }), [], { settings });
    const known = await evaluateOne(aRow({ Last_Hire_Date: NEXT_MONTH }), [aProfile()], { settings });

    assert.equal(inWord(today), 'New Hire');
    assert.equal(inWord(known), 'Update User');
  });

  it('G4 leaves a person of a better source alone until that source has released them', async () => {
    const options = { settings: { sourcePriority: 2, sourceOfTruth: 'Wand' } };
    const row = aRow({ Title: 'Contractor' });

    const owned = await evaluateOne(row, [aProfile({ sourcePriority: '1' })], options);
    const released = await evaluateOne(row, [aProfile({ sourceReleased: true, adAccountStatus: 'Disabled' })], options);

    assert.equal(inWord(owned), 'skipped: otherSource');
    assert.equal(inWord(released), 'Update User');
  });

  it('G5 never hides a termination; only an open one or a reviewer’s limit does', async () => {
    const gone = aRow({ Employment_Status: 'Terminated' });
    const word = async (fields: object, hasOpenTerminate = false): Promise<string> =>
      inWord(
        await evaluateOne(gone, [aProfile({ isProcessed: true, ...fields })], {
          hasOpenTerminate: () => hasOpenTerminate,
        }),
      );
    const stored = { employmentStatus: 'Terminated' };

    assert.equal(await word(stored), 'Terminate User');
    assert.equal(await word({ ...stored, keptAs: 'orphan' }), 'Terminate User');
    assert.equal(await word({ ...stored, keptAs: 'limit', keptUntil: '2021-06-09T00:00:00Z' }), 'Terminate User');
    assert.equal(await word({ ...stored, keptAs: 'limit', keptUntil: '2021-06-17T00:00:00Z' }), 'skipped: inProcess');
    assert.equal(await word({ ...stored, keptAs: 'limit' }), 'skipped: inProcess');
    assert.equal(await word(stored, true), 'skipped: inProcess');
  });

  it('never enables a leaver whose termination a reviewer has put off', async () => {
    const profile = aProfile({ adAccountStatus: 'Pending', keptAs: 'limit', terminationDate: YESTERDAY });

    assert.equal(inWord(await evaluateOne(aRow({ Termination_Date: YESTERDAY }), [profile])), 'unchanged');
  });
});
