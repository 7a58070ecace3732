import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionSettings } from '../../domain/config.js';
import { createDetector } from '../../domain/detection.js';
import { firstSyncProfile } from '../../domain/first-sync.js';
import type { FirstSync } from '../../domain/first-sync.js';
import { compileMapper, WORKDAY_MAPPER } from '../../domain/mapping.js';
import type { RowStanding } from '../../domain/report-index.js';
import { samplesOf } from '../../domain/samples.js';
import { aRow, NEXT_MONTH, NOW, settingsWith, TODAY, YESTERDAY } from './people.js';
import type { Row } from './people.js';

const mapper = compileMapper({ ...WORKDAY_MAPPER, correlationId: 'Global_ID' });

function sync(row: Row, settings: Partial<DetectionSettings> = {}, standing: RowStanding = 'first'): FirstSync {
  const detector = createDetector(settingsWith(settings), { now: NOW, fields: mapper.targets });
  const entry = detector.read(mapper.toValues(aRow(row)), 0);
  if (entry.kind === 'rejected') throw new Error(entry.reason);
  return firstSyncProfile(entry, standing, detector, { instance: 'workday', seenAt: '2021-06-10T12:00:00Z' });
}

describe('the first sync', () => {
  it('stores all mapped fields, the source, and where HR’s word came from', () => {
    assert.deepEqual(sync({ Global_ID: 'G-1' }), {
      kind: 'profile',
      profile: {
        email: 'ann.lee@example.com',
        username: 'ann.lee@example.com',
        employeeId: '1001',
        displayName: 'Ann Lee',
        givenName: 'Ann',
        surname: 'Lee',
        employmentStatus: 'Active',
        prehireFlag: 'False',
        rehiredEmployee: 'No',
        hireDate: '01/15/2020',
        title: 'Engineer',
        correlationId: 'G-1',
        sourcePriority: 1,
        sourceOfTruth: 'Workday',
        sourceInstance: 'workday',
        sourceKeys: [{ source: 'Workday', employeeId: '1001', correlationId: 'G-1' }],
        lastSeenAt: '2021-06-10T12:00:00Z',
      },
    });
  });

  it('leaves the AD status empty, or Pending while the hire date is further away than Y', () => {
    const near = sync({ Last_Hire_Date: NEXT_MONTH }, { daysBeforeHireToEnableAd: 30 });
    const far = sync({ Last_Hire_Date: NEXT_MONTH }, { daysBeforeHireToEnableAd: 29 });

    assert.equal(near.kind === 'profile' && near.profile.adAccountStatus, undefined);
    assert.equal(far.kind === 'profile' && far.profile.adAccountStatus, 'Pending');
  });

  it('skips, in this order, hires beyond X, later duplicates and people who have gone', () => {
    const reasonOf = (outcome: FirstSync): string => (outcome.kind === 'skipped' ? outcome.reason : 'profile');
    const farAndGone = { Last_Hire_Date: NEXT_MONTH, Termination_Date: YESTERDAY };

    assert.equal(reasonOf(sync(farAndGone, { daysBeforeHireToSync: 7 }, 'duplicateEmail')), 'hireDateTooFar');
    assert.equal(reasonOf(sync(farAndGone, {}, 'duplicateEmail')), 'duplicateEmail');
    assert.equal(reasonOf(sync({}, {}, 'duplicateEmployeeId')), 'duplicateEmployeeId');
    assert.equal(reasonOf(sync({ Termination_Date: TODAY })), 'gone');
    assert.equal(reasonOf(sync({ Employment_Status: 'Terminated' })), 'gone');
    assert.equal(reasonOf(sync({ Employment_Status: 'Terminated', Prehire_Flag: 'True' })), 'profile');
  });
});

describe('samples', () => {
  const sample = (rows: readonly Row[]) => {
    const detector = createDetector(settingsWith({ workdayDateFormat: '%Y-%m-%d' }), {
      now: NOW,
      fields: mapper.targets,
    });
    return samplesOf(
      rows.map((row, position) => ({
        read: detector.read(mapper.toValues(row), position),
        mapped: mapper.toFields(row),
      })),
      detector,
    );
  };

  it('shows the first five entries as mapped, dates normalised, without guards and source fields (D16)', () => {
    const row = aRow({ Last_Hire_Date: '2020-01-15', Employment_Status: 'Terminated' });

    const samples = sample(Array.from({ length: 7 }, () => row));

    assert.equal(samples.length, 5);
    assert.equal(samples[0]?.name, 'ann.lee@example.com');
    assert.equal(samples[0].fields.hireDate, '01/15/2020');
    assert.equal('sourcePriority' in samples[0].fields, false);
  });

  it('shows a faulty entry with its fault', () => {
    const [faulty] = sample([aRow({ Last_Hire_Date: '01/15/2020' })]);

    assert.equal(faulty?.fault?.reason, 'badDate');
    assert.equal(faulty.fields.title, 'Engineer');
  });
});
