import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findOrphans, isOrphan, orphanEvent } from '../../domain/orphans.js';
import type { OrphanContext } from '../../domain/orphans.js';
import { storedFields } from '../../domain/ownership.js';
import { ReportIndex } from '../../domain/report-index.js';
import { anotherProfile, aProfile, NOW, settingsWith } from './people.js';
import type { Fields } from './people.js';

/** The orphan check of a report that contains Bo Kim only. */
function context(changes: Partial<OrphanContext> = {}): OrphanContext {
  const presence = new ReportIndex();
  presence.add('Bo.Kim@example.com', '2002');
  return {
    instance: 'workday',
    isSole: true,
    sourcePriority: 1,
    settings: settingsWith(),
    presence,
    now: NOW,
    ...changes,
  };
}

const check = (fields: Fields, changes?: Partial<OrphanContext>): boolean =>
  isOrphan(aProfile(fields), context(changes));

describe('the orphan check', () => {
  it('finds exactly the people without an entry, in the first cycle already (D7)', () => {
    const gone = aProfile();

    assert.deepEqual(findOrphans([gone, anotherProfile()], context()), [gone]);
  });

  it('takes an entry for the person’s by e-mail in any case, or by employee id', () => {
    assert.equal(check({ email: 'BO.KIM@example.com' }), false);
    assert.equal(check({ employeeId: '2002' }), false);
    assert.equal(check({ sourceKeys: [{ source: 'Wand', employeeId: '2002' }] }), true);
  });

  it('goes by AD status and not by employment status (D12)', () => {
    assert.equal(check({ adAccountStatus: 'Disabled' }), false);
    assert.equal(check({ adAccountStatus: undefined }), true);
    assert.equal(check({ employmentStatus: 'Terminated' }), true);
  });

  it('leaves out people in process and temporary profiles, and takes an unset flag for false', () => {
    assert.equal(check({ isProcessed: true }), false);
    assert.equal(check({ isTemporaryUser: true }), false);
    assert.equal(check({ isProcessed: false }), true);
  });

  it('concerns only profiles of its own source priority, an unset one being 1', () => {
    assert.equal(check({ sourcePriority: 2 }), false);
    assert.equal(check({ sourcePriority: undefined }), true);
    assert.equal(check({ sourcePriority: undefined }, { sourcePriority: 2 }), false);
  });

  it('concerns only people of its own instance; those of none only when it is the sole one', () => {
    assert.equal(check({ sourceInstance: 'workday' }, { isSole: false }), true);
    assert.equal(check({ sourceInstance: 'workday-apac' }), false);
    assert.equal(check({}, { isSole: false }), false);
  });

  it('is not made for an empty report or for a partial one', () => {
    assert.equal(check({}, { presence: new ReportIndex() }), false);
    assert.equal(check({}, { settings: settingsWith({ reportScope: 'partial' }) }), false);
  });

  it('respects a reviewer’s answer', () => {
    assert.equal(check({ keptAs: 'orphan' }), false);
    assert.equal(check({ keptAs: 'limit', keptUntil: '2021-06-17T00:00:00Z' }), false);
    assert.equal(check({ keptAs: 'limit', keptUntil: '2021-06-09T00:00:00Z' }), true);
  });

  it('counts faulty and duplicate rows as present', () => {
    const presence = new ReportIndex();
    presence.add('bo.kim@example.com', '2002');
    presence.add('bo.kim@example.com', '1001');

    assert.equal(check({}, { presence }), false);
  });

  it('raises a termination with trigger Orphan and status Terminated', () => {
    const event = orphanEvent(aProfile({ personId: 'p-1' }));

    assert.equal(event.type, 'IAM - Terminate User');
    assert.equal(event.terminationTrigger, 'Orphan');
    assert.equal(event.userProfile.fields.employmentStatus, 'Terminated');
    assert.equal(event.userProfile.fields.personId, 'p-1');
    assert.equal(storedFields(event.userProfile).set.employmentStatus, 'Terminated');
    assert.match(event.details, /not found in the report/);
  });
});
