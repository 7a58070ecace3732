import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gateSchema, reportGuardSchema } from '../../domain/config.js';
import { compileMapper, WORKDAY_MAPPER } from '../../domain/mapping.js';
import { previewReport } from '../../domain/preview.js';
import type { Preview, PreviewInput } from '../../domain/preview.js';
import { previewParamsSchema } from '../../domain/preview-params.js';
import type { UserProfile } from '../../domain/profile.js';
import { anotherProfile, anotherRow, aProfile, aRow, NEXT_MONTH, NOW, YESTERDAY } from './people.js';
import type { Row } from './people.js';

const preview = async (
  rows: readonly unknown[],
  profiles: readonly UserProfile[],
  params: object = {},
  changes: Partial<PreviewInput> = {},
): Promise<Preview> =>
  await previewReport({
    report: { Report_Entry: rows },
    profiles,
    settings: previewParamsSchema.parse(params),
    now: NOW,
    ...changes,
  });

const numbered = (number: number) => ({
  row: anotherRow({
    Emp_ID: `E${number}`,
    Email_Address: `person${number}@example.com`,
    User_Name: `person${number}@example.com`,
    Preferred_Name: `Person ${number}`,
  }),
  profile: anotherProfile({
    employeeId: `E${number}`,
    email: `person${number}@example.com`,
    username: `person${number}@example.com`,
    displayName: `Person ${number}`,
  }),
});
const company = Array.from({ length: 30 }, (_, number) => numbered(number));
const rowsOf = (from = 0): Row[] => company.slice(from).map(({ row }) => row);
const profilesOf = (): UserProfile[] => company.map(({ profile }) => profile);

describe('the preview of a report', () => {
  it('prints an event exactly as documented, without the data to provision', async () => {
    const { events } = await preview([aRow({ Title: 'Manager' })], [aProfile()]);

    assert.deepEqual(events, [
      {
        type: 'IAM - Update User',
        email: 'ann.lee@example.com',
        employeeId: '1001',
        changedFields: { title: { old: 'Engineer', new: 'Manager' } },
        oldUserData: true,
        mergedWith: null,
        conversionHire: false,
        forced: false,
        details: "The person was updated.\nTitle: changed from 'Engineer' to 'Manager'",
      },
    ]);
  });

  it('lists skipped and rejected entries and orphans, and only counts unchanged ones', async () => {
    const rows = [
      aRow(),
      anotherRow({ Last_Hire_Date: NEXT_MONTH }),
      aRow({ Emp_ID: '3', Email_Address: 'c@example.com', Last_Hire_Date: 'soon' }),
    ];
    const orphan = anotherProfile({ email: 'gone@example.com', employeeId: '4' });

    const result = await preview(rows, [aProfile(), orphan], { daysBeforeHireToSync: 5 });

    assert.deepEqual(result.skipped, [{ email: 'bo.kim@example.com', employeeId: '2002', reason: 'hireDateTooFar' }]);
    assert.deepEqual(result.rejected, [
      { entry: 2, email: 'c@example.com', employeeId: '3', reason: 'badDate', field: 'hireDate', value: 'soon' },
    ]);
    assert.deepEqual(result.orphans, [{ email: 'gone@example.com', employeeId: '4' }]);
    assert.deepEqual(result.summary, {
      entries: 3,
      events: {
        'IAM - New Hire': 0,
        'IAM - Update User': 0,
        'IAM - Terminate User': 0,
        'IAM - Rehire User': 0,
        'IAM - AD User Activation': 0,
        'IAM - AD User Deactivation': 0,
      },
      unchanged: 1,
      skipped: 1,
      rejected: 1,
      orphans: 1,
      runs: 3,
      guards: [],
    });
  });

  it('changes only the number of runs by fetch limit and percentage', async () => {
    const rows = rowsOf();
    const { summary: small, ...smallRest } = await preview(rows, [], { fetchLimit: 3, processedEntriesPercentage: 10 });
    const { summary: large, ...largeRest } = await preview(rows, [], {
      fetchLimit: 50,
      processedEntriesPercentage: 100,
    });

    assert.deepEqual(smallRest, largeRest);
    assert.equal(small.runs, 10);
    assert.equal(large.runs, 1);
  });

  it('treats every kind of nothing as a report without entries, which terminates nobody', async () => {
    for (const report of [{ Report_Entry: [] }, {}, null, undefined, '']) {
      const result = await preview([], [aProfile()], {}, { report });

      assert.deepEqual(result.orphans, []);
      assert.deepEqual(
        result.summary.guards.map(({ guard }) => guard),
        ['emptyReport'],
      );
    }
    await assert.rejects(preview([], [], {}, { report: { Report_Entry: 'x' } }), /no list/);
    await assert.rejects(preview([], [], {}, { report: [] }), /no JSON object/);
  });

  it('names the limits that the events would trip and lists the events all the same', async () => {
    const terminated = rowsOf().map((row, index) => (index < 12 ? { ...row, Termination_Date: YESTERDAY } : row));

    const { events, summary } = await preview(terminated, profilesOf());

    assert.equal(events.length, 12);
    assert.deepEqual(
      summary.guards.map((guard) =>
        'action' in guard ? [guard.guard, guard.action, guard.planned, guard.limit] : guard,
      ),
      [['gate', 'terminate', 12, 10]],
    );
  });

  it('counts orphans as terminations, and misses the rows of people who are stored', async () => {
    const { orphans, summary } = await preview(rowsOf(11), profilesOf());

    assert.equal(orphans.length, 11);
    assert.deepEqual(
      summary.guards.map(({ guard }) => guard),
      ['missingRows', 'gate'],
    );
  });

  it('notices a lost column by the stored profiles when no earlier report is known', async () => {
    const rows = rowsOf().map((row) => ({ ...row, Employment_Status: undefined }));
    const dated = profilesOf().map((profile) => ({ ...profile, terminationDate: '01/01/2030' }));

    const { summary } = await preview(rows, dated);

    assert.deepEqual(
      summary.guards.map((guard) => ('field' in guard ? `${guard.guard} ${guard.field}` : guard.guard)),
      ['missingColumn employmentStatus', 'deactivationColumn terminationDate', 'gate'],
    );
  });

  it('takes limits, facts of the last good report and a mapper from its caller', async () => {
    const limits = {
      reportGuard: reportGuardSchema.parse(undefined),
      gate: gateSchema.parse({ hire: { count: 0, percent: 0 } }),
    };
    const mapper = compileMapper({ ...WORKDAY_MAPPER, badge: { expression: "'B' & Emp_ID" } });
    const lastGood = { rows: 100, fields: [] };

    const { events, summary } = await preview([aRow()], [aProfile()], {}, { limits, mapper, lastGood });

    assert.deepEqual(events[0]?.changedFields, { badge: { old: null, new: 'B1001' } });
    assert.deepEqual(
      summary.guards.map(({ guard }) => guard),
      ['missingRows'],
    );
    assert.equal((await preview([aRow()], [], {}, { limits })).summary.guards.length, 1);
  });

  it('takes the one instance that the profiles name for its own', async () => {
    const mine = aProfile({ sourceInstance: 'workday-emea' });
    const theirs = anotherProfile({ employeeId: '9', email: 'x@example.com', sourceInstance: 'workday-apac' });

    assert.equal((await preview([anotherRow()], [mine])).orphans.length, 1);
    assert.equal((await preview([anotherRow()], [mine, theirs])).orphans.length, 0);
    assert.equal((await preview([anotherRow()], [mine, theirs], {}, { instance: 'workday-emea' })).orphans.length, 1);
  });

  it('writes nothing: the same input gives the same answer and stays as it was', async () => {
    const rows = [aRow({ Title: 'Manager', Email_Address: 'Ann.Lee@example.com' })];
    const before = structuredClone(rows);

    const first = await preview(rows, [aProfile()]);
    const second = await preview(rows, [aProfile()]);

    assert.deepEqual(first, second);
    assert.deepEqual(rows, before);
  });
});

describe('the parameters of a preview', () => {
  it('default to the product’s: UTC, start of day, termination date, fifty', () => {
    const { timeZone, deactivateAt, deactivationDateField, fetchLimit, processedEntriesPercentage, sourcePriority } =
      previewParamsSchema.parse({});

    assert.deepEqual(
      [timeZone, deactivateAt, deactivationDateField, fetchLimit, processedEntriesPercentage, sourcePriority],
      ['UTC', 'startOfDay', 'terminationDate', 50, 50, 1],
    );
  });

  it('take the report’s spellings of the deactivation date field', () => {
    const field = (deactivationDateField: string) =>
      previewParamsSchema.parse({ deactivationDateField }).deactivationDateField;

    assert.deepEqual(
      ['Termination_Date', 'Termination Date', 'terminationdate'].map(field),
      Array(3).fill('terminationDate'),
    );
    assert.deepEqual(
      ['Last_Day_of_Work', 'Last_Day_Of_Work', 'lastDayOfWork'].map(field),
      Array(3).fill('lastDayOfWork'),
    );
  });

  it('take an empty number of days for "at once"', () => {
    for (const empty of [null, ''])
      assert.equal(previewParamsSchema.parse({ daysBeforeHireToSync: empty }).daysBeforeHireToSync, null);
  });

  it('refuse what cannot be used', () => {
    const faulty = [
      { processedEntriesPercentage: 0 },
      { processedEntriesPercentage: 101 },
      { fetchLimit: 0 },
      { daysBeforeHireToSync: -1 },
      { deactivationDateField: 'hireDate' },
      { workdayDateFormat: '%m/%Y' },
      { timeZone: 'Mars/Base' },
      { deactivateAt: '25:00' },
      { fetchLimits: 3 },
    ];

    for (const params of faulty)
      assert.equal(previewParamsSchema.safeParse(params).success, false, JSON.stringify(params));
  });
});
