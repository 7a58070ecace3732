import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storedFields } from '../../domain/ownership.js';
import { sliceSize } from '../../domain/slices.js';
import { aProfile, aRow, eventOf, evaluateAll, evaluateOne, inWord, TOMORROW, YESTERDAY } from './people.js';

/** The register of differences of the specification; D7, D8, D12 and D16 also have tests of their own. */
describe('where guide and original product disagree', () => {
  it('D1 terminates a pending leaver instead of enabling the account', async () => {
    const outcome = await evaluateOne(aRow({ Employment_Status: 'Terminated' }), [
      aProfile({ adAccountStatus: 'Pending' }),
    ]);

    assert.equal(inWord(outcome), 'Terminate User');
  });

  it('D2 hires a person without any deactivation date', async () => {
    const outcome = await evaluateOne(aRow({ Termination_Date: undefined }), []);

    assert.equal(inWord(outcome), 'New Hire');
  });

  it('D3 does not hire a pre-hire whose deactivation date is reached', async () => {
    const row = aRow({ Employment_Status: '', Prehire_Flag: 'True', Termination_Date: YESTERDAY });

    assert.equal(inWord(await evaluateOne(row, [])), 'skipped: goneUnknown');
  });

  it('D4 takes a deactivation date that left the entry for emptied, and really clears it', async () => {
    const profile = aProfile({ adAccountStatus: 'Disabled', terminationDate: YESTERDAY });

    const event = eventOf(await evaluateOne(aRow(), [profile]));

    assert.equal(event.type, 'IAM - Rehire User');
    assert.deepEqual(event.changedFields, { terminationDate: { old: YESTERDAY, new: '' } });
    assert.deepEqual(event.userProfile.clearedFields, ['terminationDate']);
    assert.equal(event.userProfile.fields.terminationDate, '');
    assert.equal(storedFields(event.userProfile).set.terminationDate, '');
  });

  it('D4 leaves the other date alone, because only the chosen one deactivates', async () => {
    const outcome = await evaluateOne(aRow(), [aProfile({ lastDayOfWork: YESTERDAY })]);

    assert.equal(inWord(outcome), 'unchanged');
  });

  it('D5 takes empty, null and absent for the same', async () => {
    const emptyInReport = await evaluateOne(aRow({ City: '', State: null }), [aProfile()]);
    const emptyInProfile = await evaluateOne(aRow({ City: '' }), [aProfile({ city: null, state: '' })]);
    const emptiedField = eventOf(await evaluateOne(aRow({ Title: '' }), [aProfile()]));

    assert.equal(inWord(emptyInReport), 'unchanged');
    assert.equal(inWord(emptyInProfile), 'unchanged');
    assert.deepEqual(emptiedField.changedFields, { title: { old: 'Engineer', new: '' } });
  });

  it('D6 does not rehire a person by a later date while the status is still Terminated', async () => {
    const row = aRow({ Employment_Status: 'Terminated', Termination_Date: TOMORROW });
    const profile = aProfile({
      adAccountStatus: 'Disabled',
      employmentStatus: 'Terminated',
      terminationDate: YESTERDAY,
    });

    assert.equal(inWord(await evaluateOne(row, [profile])), 'unchanged');
  });

  it('D8 looks at the full percentage of the report, and at one entry at least', () => {
    assert.equal(sliceSize(10, 50), 5);
    assert.equal(sliceSize(20, 1), 1);
  });

  it('D9 does not take a temporary profile for the holder of its own name', async () => {
    const outcome = await evaluateOne(aRow({ Title: 'Manager' }), [aProfile({ isTemporaryUser: true })]);

    assert.equal(inWord(outcome), 'Update User');
  });

  it('D10 merges the name holder with the report, under the holder’s e-mail and user name', async () => {
    const holder = aProfile({
      email: 'ann.lee@old.example.com',
      username: 'annlee',
      employeeId: '77',
      adAccountStatus: 'Disabled',
      title: 'Clerk',
      city: 'Springfield',
    });

    const event = eventOf(await evaluateOne(aRow(), [holder]));

    assert.equal(event.type, 'IAM - New Hire');
    assert.equal(event.mergedWith, 'ann.lee@old.example.com');
    const merged = event.userProfile.mergedUserProfile!;
    assert.equal(merged.email, 'ann.lee@old.example.com');
    assert.equal(merged.username, 'annlee');
    assert.equal(merged.employeeId, '1001');
    assert.equal(merged.title, 'Engineer');
    assert.equal(merged.city, 'Springfield');
    assert.equal(merged.adAccountStatus, 'Disabled');
  });

  it('D11 takes an unset source priority for 1, which is no conversion', async () => {
    const profile = aProfile({ sourcePriority: undefined, sourceOfTruth: undefined });

    const unchanged = await evaluateOne(aRow(), [profile]);
    const update = eventOf(await evaluateOne(aRow({ Title: 'Manager' }), [profile]));

    assert.equal(inWord(unchanged), 'unchanged');
    assert.equal(update.conversionHire, false);
  });

  it('D13 lets the source with the lower number win', async () => {
    const row = aRow({ Title: 'Manager' });

    const ofBetterSource = await evaluateOne(row, [aProfile({ sourcePriority: 1 })], {
      settings: { sourcePriority: 2 },
    });
    const ofWorseSource = eventOf(
      await evaluateOne(row, [aProfile({ sourcePriority: 3 })], { settings: { sourcePriority: 2 } }),
    );

    assert.equal(inWord(ofBetterSource), 'skipped: otherSource');
    assert.equal(ofWorseSource.conversionHire, true);
    assert.deepEqual(ofWorseSource.changedFields.sourcePriority, { old: 3, new: 2 });
  });

  it('D14 reads the temporary flag from Is Temporary User, and only when it is boolean true', async () => {
    const asText = aProfile({ isTemporaryUser: 'true', isProcessed: 'True', forceSync: 'True' });

    assert.equal(
      inWord(await evaluateOne(aRow(), [aProfile({ isTemporaryUser: true })])),
      'skipped: temporaryUnchanged',
    );
    assert.equal(inWord(await evaluateOne(aRow(), [asText])), 'unchanged');
  });

  it('D15 rehires by flags only together with a change', async () => {
    const row = aRow({ Prehire_Flag: 'True', Rehired_Employee: 'Yes' });
    const stored = { adAccountStatus: 'Disabled', prehireFlag: 'True', rehiredEmployee: 'Yes' };

    assert.equal(inWord(await evaluateOne(row, [aProfile(stored)])), 'unchanged');
    assert.equal(inWord(await evaluateOne(row, [aProfile({ ...stored, rehiredEmployee: 'No' })])), 'Rehire User');
  });

  it('D17 names Workday as the source of truth', async () => {
    const event = eventOf(await evaluateOne(aRow(), []));

    assert.equal(event.userProfile.fields.sourceOfTruth, 'Workday');
    assert.equal(event.userProfile.fields.sourcePriority, 1);
  });

  it('D18 terminates on the state, because a date that passes is no change in the report', async () => {
    const outcome = await evaluateOne(aRow({ Termination_Date: YESTERDAY }), [
      aProfile({ terminationDate: YESTERDAY }),
    ]);

    assert.equal(inWord(outcome), 'Terminate User');
  });

  it('D19 updates whatever the AD status, and forces an update even for a terminated person', async () => {
    const disabled = aProfile({ adAccountStatus: 'Disabled' });
    const terminated = aProfile({ adAccountStatus: 'Disabled', employmentStatus: 'Terminated', forceSync: true });

    const update = await evaluateOne(aRow({ Title: 'Manager' }), [disabled]);
    const forced = eventOf(await evaluateOne(aRow({ Employment_Status: 'Terminated' }), [terminated]));

    assert.equal(inWord(update), 'Update User');
    assert.equal(forced.forced, true);
    assert.equal(forced.userProfile.fields.forceSync, false);
  });

  it('gives an update and no rehire when only the status returns from Terminated', async () => {
    const profile = aProfile({ adAccountStatus: 'Disabled', employmentStatus: 'Terminated' });

    assert.equal(inWord(await evaluateOne(aRow(), [profile])), 'Update User');
  });

  it('judges every row by itself, so that one faulty row stops nobody else', async () => {
    const rows = [aRow({ Last_Hire_Date: 'soon' }), null, aRow({ Emp_ID: '9', Email_Address: 'cy@example.com' })];

    const outcomes = await evaluateAll(rows, []);

    assert.deepEqual(outcomes.map(inWord), ['rejected: badDate', 'rejected: badShape', 'New Hire']);
  });
});
