import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionSettings } from '../../domain/config.js';
import { WORKDAY_MAPPER } from '../../domain/mapping.js';
import { aProfile, aRow, evaluateOne, inWord, NEXT_MONTH, TODAY, YESTERDAY } from './people.js';
import type { DetectOptions, Fields, Row } from './people.js';

const word = async (row: Row, profile: Fields, options: DetectOptions = {}): Promise<string> =>
  inWord(await evaluateOne(aRow(row), [aProfile(profile)], options));

describe('time in detection', () => {
  it('terminates at the start of the day in the instance’s zone', async () => {
    const at = (now: number): Promise<string> =>
      word(
        { Termination_Date: TODAY },
        { terminationDate: TODAY },
        { now, settings: { timeZone: 'America/New_York' } },
      );

    assert.equal(await at(Date.UTC(2021, 5, 10, 3, 59)), 'unchanged');
    assert.equal(await at(Date.UTC(2021, 5, 10, 4, 0)), 'Terminate User');
  });

  it('prefers the person’s own zone, from the entry or from the profile, and survives a faulty one', async () => {
    const now = Date.UTC(2021, 5, 9, 16);
    const mapper = { ...WORKDAY_MAPPER, timeZone: 'Time_Zone' };
    const stored = { terminationDate: TODAY };

    assert.equal(await word({ Termination_Date: TODAY }, stored, { now }), 'unchanged');
    assert.equal(
      await word({ Termination_Date: TODAY }, { ...stored, timeZone: 'Asia/Tokyo' }, { now }),
      'Terminate User',
    );
    const reported = await word({ Termination_Date: TODAY, Time_Zone: 'Asia/Tokyo' }, stored, { now, mapper });
    assert.equal(reported, 'Terminate User');
    assert.equal(await word({ Termination_Date: TODAY }, { ...stored, timeZone: 'Mars' }, { now }), 'unchanged');
  });

  it('terminates at the configured time of the last day', async () => {
    const at = (hour: number, deactivateAt: string): Promise<string> =>
      word(
        { Last_Day_of_Work: TODAY },
        { lastDayOfWork: TODAY },
        { now: Date.UTC(2021, 5, 10, hour), settings: { deactivationDateField: 'lastDayOfWork', deactivateAt } },
      );

    assert.equal(await at(0, 'startOfDay'), 'Terminate User');
    assert.equal(await at(16, '17:00'), 'unchanged');
    assert.equal(await at(17, '17:00'), 'Terminate User');
    assert.equal(await at(23, 'endOfDay'), 'unchanged');
    assert.equal(await at(24, 'endOfDay'), 'Terminate User');
  });

  it('deactivates by the chosen date only; the other one is ordinary data', async () => {
    const settings: Partial<DetectionSettings> = { deactivationDateField: 'lastDayOfWork' };

    assert.equal(await word({ Termination_Date: YESTERDAY }, {}, { settings }), 'Update User');
    assert.equal(await word({ Last_Day_of_Work: YESTERDAY }, {}, { settings }), 'Terminate User');
  });

  it('stores and compares dates as MM/DD/YYYY, whatever the report’s format', async () => {
    const settings: Partial<DetectionSettings> = { workdayDateFormat: '%Y-%m-%d' };

    assert.equal(await word({ Last_Hire_Date: '2020-01-15' }, {}, { settings }), 'unchanged');
  });

  it('activates a pending person Y days before the hire date and not earlier', async () => {
    const pending = { adAccountStatus: 'Pending', hireDate: NEXT_MONTH };
    const near = (days: number): Promise<string> =>
      word({ Last_Hire_Date: NEXT_MONTH }, pending, { settings: { daysBeforeHireToEnableAd: days } });

    assert.equal(await near(30), 'AD User Activation');
    assert.equal(await near(29), 'unchanged');
  });
});

describe('leave of absence', () => {
  const onLeave: Row = { Employment_Status: 'Leave of Absence' };
  const stored: Fields = { employmentStatus: 'Leave of Absence' };
  const disable: DetectOptions = { settings: { leavePolicy: 'disable' } };

  it('changes nothing but data while the policy is to keep', async () => {
    assert.equal(await word(onLeave, {}), 'Update User');
    assert.equal(await word(onLeave, stored), 'unchanged');
  });

  it('disables the account once, stays quiet for the time of the leave, and enables it on return', async () => {
    const pending: Fields = { adAccountStatus: 'Pending' };

    assert.equal(await word(onLeave, {}, disable), 'AD User Deactivation');
    assert.equal(await word(onLeave, pending, disable), 'Update User');
    assert.equal(await word(onLeave, { ...stored, ...pending }, disable), 'unchanged');
    assert.equal(await word({}, { ...stored, ...pending }, disable), 'AD User Activation');
    assert.equal(await word({}, stored, disable), 'Update User');
  });

  it('leaves the account alone for as long as somebody has decided, and terminates all the same', async () => {
    const kept = (until: string): Fields => ({ keptAs: 'adDeactivation', keptUntil: until });
    const [later, earlier] = ['2021-06-10T12:00:01Z', '2021-06-10T12:00:00Z'];
    const gone = { ...onLeave, Termination_Date: YESTERDAY };

    assert.equal(await word(onLeave, kept(later), disable), 'Update User');
    assert.equal(await word(onLeave, { ...stored, ...kept(later) }, disable), 'unchanged');
    assert.equal(await word(onLeave, { ...stored, ...kept(earlier) }, disable), 'AD User Deactivation');
    assert.equal(await word(gone, { ...stored, ...kept(later) }, disable), 'Terminate User');
  });

  it('disables a first-synced person, too, but not while a flow is at work', async () => {
    const undetermined: Fields = { ...stored, adAccountStatus: '' };

    assert.equal(await word(onLeave, undetermined, disable), 'AD User Deactivation');
    assert.equal(
      await word({ ...onLeave, Title: 'X' }, { ...undetermined, isProcessed: true }, disable),
      'Update User',
    );
  });

  it('still terminates, and leaves accounts of another source alone', async () => {
    const gone = { ...onLeave, Termination_Date: YESTERDAY };

    assert.equal(await word(gone, stored, disable), 'Terminate User');
    assert.equal(await word(onLeave, { ...stored, sourcePriority: 2 }, disable), 'Update User');
  });
});
