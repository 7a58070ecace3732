import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionSettings } from '../../domain/config.js';
import type { UserProfile } from '../../domain/profile.js';
import { aProfile, aRow, evaluateOne, inWord } from './people.js';
import type { Fields, Row } from './people.js';

const GONE_BY_STATUS: Row = { Employment_Status: 'Terminated' };
const CHANGED: Row = { Title: 'Principal Engineer' };
const REHIRED: Row = { Prehire_Flag: 'True', Rehired_Employee: 'Yes' };
const DISABLED: Fields = { adAccountStatus: 'Disabled' };
const PENDING: Fields = { adAccountStatus: 'Pending' };
const FORCED: Fields = { forceSync: true };

interface Case {
  readonly when: string;
  readonly row?: Row;
  readonly profile?: Fields;
  readonly settings?: Partial<DetectionSettings>;
  readonly others?: readonly UserProfile[];
  readonly expected: string;
}

describe('modifiers of a profile (table 10.3)', () => {
  const processed: Fields = { isProcessed: true };
  const temporary: Fields = { isTemporaryUser: true };
  const tufe: Fields = { terminationTrigger: 'TUFE' };
  const cases: readonly Case[] = [
    {
      when: 'a source priority below S and a change',
      row: CHANGED,
      settings: { sourcePriority: 2 },
      expected: 'skipped: otherSource',
    },
    {
      when: 'a source priority below S and gone',
      row: GONE_BY_STATUS,
      settings: { sourcePriority: 2 },
      expected: 'skipped: otherSource',
    },
    { when: 'Is Processed and nothing changed', profile: processed, expected: 'skipped: inProcess' },
    {
      when: 'Is Processed, Pending near the hire date, nothing changed',
      profile: { ...processed, ...PENDING },
      expected: 'skipped: inProcess',
    },
    {
      when: 'Is Processed, Force Sync, nothing changed',
      profile: { ...processed, ...FORCED },
      expected: 'skipped: inProcess',
    },
    { when: 'Is Processed and something changed', row: CHANGED, profile: processed, expected: 'Update User' },
    { when: 'temporary and nothing changed', profile: temporary, expected: 'skipped: temporaryUnchanged' },
    {
      when: 'temporary, Force Sync, nothing changed',
      profile: { ...temporary, ...FORCED },
      expected: 'skipped: temporaryUnchanged',
    },
    { when: 'temporary and something changed', row: CHANGED, profile: temporary, expected: 'Update User' },
    {
      when: 'temporary and gone, no permanent profile',
      row: GONE_BY_STATUS,
      profile: temporary,
      expected: 'Update User',
    },
    {
      when: 'temporary, something changed, name taken by somebody else',
      row: CHANGED,
      profile: temporary,
      others: [aProfile({ email: 'ann.lee2@example.com', employeeId: '3003' })],
      expected: 'New Hire',
    },
    { when: 'trigger TUFE and an update', row: CHANGED, profile: tufe, expected: 'skipped: tufe' },
    { when: 'trigger TUFE and an AD activation', profile: { ...tufe, ...PENDING }, expected: 'skipped: tufe' },
    { when: 'trigger TUFE and a forced sync', profile: { ...tufe, ...FORCED }, expected: 'skipped: tufe' },
    { when: 'trigger TUFE and nothing to tell', profile: { ...tufe, ...DISABLED }, expected: 'unchanged' },
    { when: 'trigger TUFE and a rehire', row: REHIRED, profile: { ...tufe, ...DISABLED }, expected: 'Rehire User' },
    {
      when: 'trigger TUFE and gone while not disabled',
      row: GONE_BY_STATUS,
      profile: tufe,
      expected: 'Terminate User',
    },
  ];
  for (const { when, row, profile, settings = {}, others = [], expected } of cases) {
    it(`${when}: ${expected}`, async () => {
      const outcome = await evaluateOne(aRow(row), [aProfile(profile), ...others], { settings });

      assert.equal(inWord(outcome), expected);
    });
  }
});
