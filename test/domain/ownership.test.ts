import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storedFields } from '../../domain/ownership.js';
import { BOOKKEEPING_FIELDS } from '../../domain/profile.js';
import { aProfile, aRow, eventOf, evaluateOne, YESTERDAY } from './people.js';

describe('storing the profile of an event', () => {
  it('writes the report’s fields and the source, and keeps its hands off the e-mail and all bookkeeping', async () => {
    const bookkeeping = {
      personId: 'p-1',
      sourceKeys: [{ source: 'Workday', employeeId: '1001' }],
      sourceInstance: 'workday',
      lastSeenAt: '2021-06-01T00:00:00Z',
      isProcessed: true,
      isTemporaryUser: false,
      active: true,
      applications: '[]',
      keptAs: 'orphan',
      processedBy: 'i-1',
      terminationTrigger: 'Orphan',
    };
    const event = eventOf(await evaluateOne(aRow({ Title: 'Manager' }), [aProfile(bookkeeping)]));

    const { set, unset } = storedFields(event.userProfile);

    assert.equal(set.title, 'Manager');
    assert.equal(set.sourcePriority, 1);
    assert.equal(set.sourceOfTruth, 'Workday');
    assert.deepEqual(unset, []);
    for (const field of [...BOOKKEEPING_FIELDS, 'email', 'oldUserData', 'mergedUserProfile']) {
      assert.equal(field in set, false, field);
    }
  });

  it('really clears a date that left the report, and a field that the report empties', async () => {
    const stored = aProfile({ terminationDate: YESTERDAY, city: 'Springfield' });
    const event = eventOf(await evaluateOne(aRow({ City: '' }), [stored]));

    const { set } = storedFields(event.userProfile);

    assert.equal(set.terminationDate, '');
    assert.equal(set.city, '');
  });

  it('writes Force Sync and Conversion Hire only when this event sets them', async () => {
    const forced = eventOf(await evaluateOne(aRow(), [aProfile({ forceSync: true })]));
    const update = eventOf(
      await evaluateOne(aRow({ Title: 'X' }), [aProfile({ forceSync: true, conversionHire: true })]),
    );
    const conversion = eventOf(await evaluateOne(aRow(), [aProfile({ sourcePriority: 2, sourceOfTruth: 'Wand' })]));

    assert.equal(storedFields(forced.userProfile).set.forceSync, false);
    assert.equal('forceSync' in storedFields(update.userProfile).set, false);
    assert.equal('conversionHire' in storedFields(update.userProfile).set, false);
    assert.equal(storedFields(conversion.userProfile).set.conversionHire, true);
  });

  it('writes custom fields that the mapper fills, and no field that it does not', () => {
    const userProfile = { fields: { title: 'Manager', badge: '7', nickname: 'Annie' } };

    assert.deepEqual(storedFields(userProfile, ['title', 'badge']).set, { title: 'Manager', badge: '7' });
  });

  it('removes a field that the event carries as null', () => {
    assert.deepEqual(storedFields({ fields: { title: null } }), { set: {}, unset: ['title'] });
  });
});
