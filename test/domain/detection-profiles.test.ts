import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionSettings } from '../../domain/config.js';
import { aProfile, aRow, evaluateOne, inWord, NEXT_MONTH, TOMORROW, YESTERDAY } from './people.js';
import type { Fields, Row } from './people.js';

const GONE_BY_STATUS: Row = { Employment_Status: 'Terminated' };
const GONE_BY_DATE: Row = { Termination_Date: YESTERDAY };
const CHANGED: Row = { Title: 'Principal Engineer' };
const REHIRED: Row = { Prehire_Flag: 'True', Rehired_Employee: 'Yes' };
/** Y = 7 days, and the hire date a month away: threshold Y is not reached. */
const FAR: Partial<DetectionSettings> = { daysBeforeHireToEnableAd: 7 };
const HIRED_LATER: Row = { Last_Hire_Date: NEXT_MONTH };
const STORED_LATER: Fields = { hireDate: NEXT_MONTH };
const DATE_STORED: Fields = { terminationDate: YESTERDAY };

interface ProfileCase {
  readonly when: string;
  readonly row?: Row;
  readonly profile?: Fields;
  readonly settings?: Partial<DetectionSettings>;
  readonly expected: string;
}

const STATUS_EMPTY: Fields = { adAccountStatus: '' };
const DISABLED: Fields = { adAccountStatus: 'Disabled' };
const PENDING: Fields = { adAccountStatus: 'Pending' };
const FORCED: Fields = { forceSync: true };

const PROFILE_CASES: readonly ProfileCase[] = [
  {
    when: 'AD status empty and gone by status',
    row: GONE_BY_STATUS,
    profile: STATUS_EMPTY,
    expected: 'Terminate User',
  },
  { when: 'AD status empty and gone by date', row: GONE_BY_DATE, profile: STATUS_EMPTY, expected: 'Terminate User' },
  {
    when: 'AD status absent and gone',
    row: GONE_BY_DATE,
    profile: { adAccountStatus: undefined },
    expected: 'Terminate User',
  },
  { when: 'AD status empty and something changed', row: CHANGED, profile: STATUS_EMPTY, expected: 'Update User' },
  {
    when: 'AD status empty and the deactivation date moved to the future',
    row: { Termination_Date: TOMORROW },
    profile: { ...STATUS_EMPTY, ...DATE_STORED },
    expected: 'Update User',
  },
  {
    when: 'AD status empty, far from the hire date, and something changed',
    row: { ...CHANGED, ...HIRED_LATER },
    profile: { ...STATUS_EMPTY, ...STORED_LATER },
    settings: FAR,
    expected: 'Update User',
  },
  { when: 'AD status empty and nothing changed', profile: STATUS_EMPTY, expected: 'unchanged' },
  {
    when: 'AD status empty, nothing changed, Force Sync',
    profile: { ...STATUS_EMPTY, ...FORCED },
    expected: 'forced Update User',
  },
  { when: 'AD status Enabled and gone by status', row: GONE_BY_STATUS, expected: 'Terminate User' },
  { when: 'AD status Enabled and gone by date', row: GONE_BY_DATE, expected: 'Terminate User' },
  {
    when: 'AD status Enabled, gone, far from the hire date (original: AD Deactivation)',
    row: { ...GONE_BY_STATUS, ...HIRED_LATER },
    settings: FAR,
    expected: 'Terminate User',
  },
  { when: 'AD status Enabled and something changed', row: CHANGED, expected: 'Update User' },
  {
    when: 'AD status Enabled and the deactivation date was emptied',
    row: { Termination_Date: '' },
    profile: DATE_STORED,
    expected: 'Update User',
  },
  { when: 'AD status Enabled and nothing changed', expected: 'unchanged' },
  { when: 'AD status Enabled, nothing changed, Force Sync', profile: FORCED, expected: 'forced Update User' },
  {
    when: 'AD status Enabled and the hire date postponed beyond Y',
    row: HIRED_LATER,
    settings: FAR,
    expected: 'AD User Deactivation',
  },
  {
    when: 'AD status Enabled, far from the hire date, nothing else changed',
    row: HIRED_LATER,
    profile: STORED_LATER,
    settings: FAR,
    expected: 'AD User Deactivation',
  },
  {
    when: 'AD status Enabled, far from the hire date, conversion hire, something changed',
    row: { ...HIRED_LATER, ...CHANGED },
    profile: { ...STORED_LATER, conversionHire: true },
    settings: FAR,
    expected: 'Update User',
  },
  {
    when: 'AD status Enabled, far from the hire date, owned by another source',
    row: HIRED_LATER,
    profile: { ...STORED_LATER, sourcePriority: 2, sourceOfTruth: 'Wand' },
    settings: FAR,
    expected: 'Update User',
  },
  {
    when: 'AD status Enabled, far from the hire date, conversion hire, nothing changed',
    row: HIRED_LATER,
    profile: { ...STORED_LATER, conversionHire: true },
    settings: FAR,
    expected: 'unchanged',
  },
  {
    when: 'AD status Enabled, far from the hire date, conversion hire, Force Sync',
    row: HIRED_LATER,
    profile: { ...STORED_LATER, ...FORCED, conversionHire: true },
    settings: FAR,
    expected: 'forced Update User',
  },
  {
    when: 'AD status Pending and gone (original: AD Activation)',
    row: GONE_BY_STATUS,
    profile: PENDING,
    expected: 'Terminate User',
  },
  {
    when: 'AD status Pending, gone, far from the hire date',
    row: { ...GONE_BY_DATE, ...HIRED_LATER },
    profile: PENDING,
    settings: FAR,
    expected: 'Terminate User',
  },
  { when: 'AD status Pending, near the hire date, nothing changed', profile: PENDING, expected: 'AD User Activation' },
  {
    when: 'AD status Pending, near the hire date, something changed',
    row: CHANGED,
    profile: PENDING,
    expected: 'AD User Activation',
  },
  {
    when: 'AD status Pending, far from the hire date, something changed',
    row: { ...CHANGED, ...HIRED_LATER },
    profile: { ...PENDING, ...STORED_LATER },
    settings: FAR,
    expected: 'Update User',
  },
  {
    when: 'AD status Pending, far from the hire date, deactivation date emptied',
    row: HIRED_LATER,
    profile: { ...PENDING, ...STORED_LATER, terminationDate: TOMORROW },
    settings: FAR,
    expected: 'Update User',
  },
  {
    when: 'AD status Pending, far from the hire date, nothing changed',
    row: HIRED_LATER,
    profile: { ...PENDING, ...STORED_LATER },
    settings: FAR,
    expected: 'unchanged',
  },
  {
    when: 'AD status Pending, far from the hire date, Force Sync',
    row: HIRED_LATER,
    profile: { ...PENDING, ...STORED_LATER, ...FORCED },
    settings: FAR,
    expected: 'forced Update User',
  },
  {
    when: 'AD status Disabled, prehire and rehired set, something changed',
    row: REHIRED,
    profile: DISABLED,
    expected: 'Rehire User',
  },
  {
    when: 'AD status Disabled, prehire and rehired set, gone by date, something changed',
    row: { ...REHIRED, ...GONE_BY_DATE },
    profile: { ...DISABLED, ...DATE_STORED },
    expected: 'Rehire User',
  },
  {
    when: 'AD status Disabled, prehire and rehired set, status Terminated, something changed',
    row: { ...REHIRED, ...GONE_BY_STATUS },
    profile: { ...DISABLED, employmentStatus: 'Terminated' },
    expected: 'Rehire User',
  },
  {
    when: 'AD status Disabled and the deactivation date moved to the future',
    row: { Termination_Date: TOMORROW },
    profile: { ...DISABLED, ...DATE_STORED },
    expected: 'Rehire User',
  },
  {
    when: 'AD status Disabled and the deactivation date emptied',
    row: { Termination_Date: '' },
    profile: { ...DISABLED, ...DATE_STORED },
    expected: 'Rehire User',
  },
  {
    when: 'AD status Disabled, status-terminated, deactivation date moved to the future',
    row: { ...GONE_BY_STATUS, Termination_Date: TOMORROW },
    profile: { ...DISABLED, ...DATE_STORED, employmentStatus: 'Terminated' },
    expected: 'unchanged',
  },
  {
    when: 'AD status Disabled, gone by date only, something changed',
    row: { ...CHANGED, ...GONE_BY_DATE },
    profile: { ...DISABLED, ...DATE_STORED },
    expected: 'Update User',
  },
  {
    when: 'AD status Disabled, status-terminated, something changed',
    row: { ...CHANGED, ...GONE_BY_STATUS },
    profile: { ...DISABLED, employmentStatus: 'Terminated' },
    expected: 'unchanged',
  },
  { when: 'AD status Disabled, not gone, something changed', row: CHANGED, profile: DISABLED, expected: 'Update User' },
  { when: 'AD status Disabled and nothing changed', profile: DISABLED, expected: 'unchanged' },
  {
    when: 'AD status Disabled, status-terminated, nothing changed, Force Sync',
    row: GONE_BY_STATUS,
    profile: { ...DISABLED, ...FORCED, employmentStatus: 'Terminated' },
    expected: 'forced Update User',
  },
  {
    when: 'status Terminated with prehire true, only something else changed',
    row: { ...CHANGED, ...GONE_BY_STATUS, Prehire_Flag: 'True' },
    profile: { employmentStatus: 'Terminated', prehireFlag: 'True' },
    expected: 'unchanged',
  },
];

describe('a person with a permanent profile (table 10.2)', () => {
  for (const { when, row, profile, settings = {}, expected } of PROFILE_CASES) {
    it(`${when}: ${expected}`, async () => {
      const outcome = await evaluateOne(aRow(row), [aProfile(profile)], { settings });

      assert.equal(inWord(outcome), expected);
    });
  }
});
