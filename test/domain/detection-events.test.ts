import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WORKDAY_MAPPER } from '../../domain/mapping.js';
import { aProfile, aRow, eventOf, evaluateOne, NEXT_MONTH, YESTERDAY } from './people.js';
import type { DetectOptions, Fields, Row } from './people.js';

const detect = async (row: Row, profile?: Fields, options?: DetectOptions) =>
  eventOf(await evaluateOne(aRow(row), profile === undefined ? [] : [aProfile(profile)], options));

describe('the data of an event', () => {
  it('is the report alone for a hire', async () => {
    const event = await detect({ Location: 'Springfield' });

    assert.equal(event.type, 'IAM - New Hire');
    assert.deepEqual(event.changedFields, {});
    assert.equal(event.userProfile.fields.location, 'Springfield');
    assert.equal(event.userProfile.fields.adAccountStatus, undefined);
    assert.equal(event.userProfile.oldUserData, undefined);
  });

  it('is the stored profile overlaid by the report for everything else', async () => {
    const event = await detect({ Title: 'Manager' }, { personId: 'p-1', city: 'Springfield' });

    assert.equal(event.userProfile.fields.title, 'Manager');
    assert.equal(event.userProfile.fields.city, 'Springfield');
    assert.equal(event.userProfile.fields.personId, 'p-1');
  });

  it('carries the complete old profile with every update, forced ones included, and with nothing else', async () => {
    const update = await detect({ Title: 'Manager' }, {});
    const forced = await detect({}, { forceSync: true });
    const terminate = await detect({ Termination_Date: YESTERDAY }, {});

    assert.deepEqual(update.userProfile.oldUserData, aProfile());
    assert.deepEqual(forced.userProfile.oldUserData, aProfile({ forceSync: true }));
    assert.equal(terminate.userProfile.oldUserData, undefined);
    assert.deepEqual(
      [update, forced, terminate].map(({ oldUserData }) => oldUserData),
      [true, true, false],
    );
  });

  it('names the source as the trigger of an ordinary termination, so that no older one survives', async () => {
    const workday = await detect({ Termination_Date: YESTERDAY }, { terminationTrigger: 'TUFE' });
    const wand = await detect({ Termination_Date: YESTERDAY }, {}, { settings: { sourceOfTruth: 'Wand' } });
    const update = await detect({ Title: 'Manager' }, {});

    assert.equal(workday.terminationTrigger, 'Workday');
    assert.equal(wand.terminationTrigger, 'Wand');
    assert.equal(update.terminationTrigger, undefined);
  });

  it('holds Acquisition Hire and every custom field of the mapper', async () => {
    const mapper = { ...WORKDAY_MAPPER, badge: 'Badge_No' };

    const event = await detect({ Acquisition_Hire: 'Yes', Badge_No: '7' }, {}, { mapper });

    assert.deepEqual(event.changedFields, {
      acquisitionHire: { old: null, new: 'Yes' },
      badge: { old: null, new: '7' },
    });
    assert.equal(event.userProfile.fields.badge, '7');
  });

  it('keeps columns without a mapping out of the profile', async () => {
    const event = await detect({ Workday_ID: 'W-1' });

    assert.equal(JSON.stringify(event).includes('W-1'), false);
  });
});

describe('the text of an event', () => {
  it('has one line per changed field of an update, with old and new value', async () => {
    const { details } = await detect({ Title: 'Manager', City: 'Springfield', Department: '' }, { department: 'IT' });

    assert.deepEqual(details.split('\n').slice(1), [
      "Title: changed from 'Engineer' to 'Manager'",
      "Department: changed from 'IT' (removed)",
      "City: changed to 'Springfield'",
    ]);
  });

  it('keeps the values of personal fields out, custom ones included', async () => {
    const columns = {
      'Email_-_Primary_Home': 'private@example.com',
      Public_Work_Mobile_Phone_Number: '555-0100',
      Street_Address: '12 Elm Street',
      Shirt: 'XXL',
    };

    const { details } = await detect(
      columns,
      {},
      {
        mapper: { ...WORKDAY_MAPPER, shirtSize: 'Shirt' },
        personalFields: new Set(['shirtSize']),
      },
    );

    for (const value of Object.values(columns)) assert.equal(details.includes(value), false);
    for (const label of ['Personal Email', 'Mobile Phone', 'Street Address', 'Shirt Size']) {
      assert.equal(details.includes(`${label}: changed`), true);
    }
  });

  it('says what happened', async () => {
    const far = { settings: { daysBeforeHireToEnableAd: 7 } };
    const rehired = { Prehire_Flag: 'True', Rehired_Employee: 'Yes' };

    assert.match((await detect({})).details, /was hired/);
    assert.match((await detect({ Termination_Date: YESTERDAY }, {})).details, /was terminated/);
    assert.match((await detect({}, { adAccountStatus: 'Pending' })).details, /to be enabled/);
    assert.match((await detect({ Last_Hire_Date: NEXT_MONTH }, {}, far)).details, /hire date was postponed/);
    assert.match((await detect(rehired, { adAccountStatus: 'Disabled' })).details, /was rehired/);
    assert.match((await detect({}, { forceSync: true })).details, /forced/);
  });

  it('warns of a rehire whose deactivation date has been reached, since a termination follows', async () => {
    const row = { Prehire_Flag: 'True', Rehired_Employee: 'Yes', Termination_Date: YESTERDAY };

    const { details } = await detect(row, { adAccountStatus: 'Disabled', terminationDate: YESTERDAY });

    assert.match(details, /already been reached/);
  });
});
