import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WORKDAY_MAPPER } from '../../domain/mapping.js';
import { anotherProfile, aProfile, aRow, eventOf, evaluateOne, inWord, YESTERDAY } from './people.js';

const RENAMED = { Email_Address: 'Ann.Miller@example.com', User_Name: 'Ann.Miller@example.com' };
const WITH_CORRELATION = { ...WORKDAY_MAPPER, correlationId: 'Global_ID' };

describe('finding the profile of an entry', () => {
  it('ignores the case of e-mail addresses on both sides', async () => {
    const outcome = await evaluateOne(aRow({ Email_Address: 'ANN.Lee@Example.com' }), [
      aProfile({ email: 'Ann.Lee@example.COM', employeeId: '1001' }),
    ]);

    assert.equal(inWord(outcome), 'unchanged');
  });

  it('takes the e-mail before the employee id, so that a waiting proposal is found', async () => {
    const permanent = aProfile({ isProcessed: true });
    const proposal = aProfile({
      email: 'ann.miller@example.com',
      username: 'ann.miller@example.com',
      isTemporaryUser: true,
      isProcessed: true,
    });

    for (const profiles of [
      [permanent, proposal],
      [proposal, permanent],
    ]) {
      assert.equal(inWord(await evaluateOne(aRow(RENAMED), profiles)), 'skipped: inProcess');
    }
  });

  it('takes the permanent profile when neither has the entry’s e-mail', async () => {
    const permanent = aProfile({ personId: 'p1' });
    const proposal = aProfile({ personId: 'p1', email: 'x@example.com', isTemporaryUser: true });

    for (const profiles of [
      [permanent, proposal],
      [proposal, permanent],
    ]) {
      const outcome = await evaluateOne(aRow(RENAMED), profiles);
      assert.equal(outcome.kind === 'event' && outcome.profile, permanent);
    }
  });

  it('looks an employee id up within its own source only', async () => {
    const contractor = anotherProfile({ sourceKeys: [{ source: 'Wand', employeeId: '1001' }], employeeId: '1001' });
    const employee = anotherProfile({ sourceKeys: [{ source: 'Workday', employeeId: '1001' }], employeeId: 'C-7' });

    assert.equal(inWord(await evaluateOne(aRow(), [contractor])), 'New Hire');
    assert.equal(inWord(await evaluateOne(aRow(), [employee])), 'Update User');
  });
});

describe('changes of identity', () => {
  it('gives an update with the old profile when the e-mail changes, named after the new e-mail', async () => {
    const profile = aProfile();

    const event = eventOf(await evaluateOne(aRow(RENAMED), [profile]));

    assert.equal(event.type, 'IAM - Update User');
    assert.equal(event.email, 'ann.miller@example.com');
    assert.equal(event.oldUserData, true);
    assert.equal(event.userProfile.oldUserData, profile);
    assert.deepEqual(Object.keys(event.changedFields), ['email', 'username']);
  });

  it('asks who it is when a known e-mail comes with another employee id, whatever the AD status', async () => {
    for (const adAccountStatus of ['Enabled', 'Disabled', 'Pending', '']) {
      const event = eventOf(await evaluateOne(aRow({ Emp_ID: '5005' }), [aProfile({ adAccountStatus })]));

      assert.equal(event.addressReuse, true);
      assert.equal(event.type, 'IAM - Update User');
      assert.deepEqual(event.changedFields, { employeeId: { old: '1001', new: '5005' } });
    }
  });

  it('asks even about a person whom TUFE shields, because the newcomer would never be hired otherwise', async () => {
    const event = eventOf(await evaluateOne(aRow({ Emp_ID: '5005' }), [aProfile({ terminationTrigger: 'TUFE' })]));

    assert.equal(event.addressReuse, true);
  });

  it('does not ask when a correlation id or a source key says that it is the same person', async () => {
    const row = aRow({ Emp_ID: '5005', Global_ID: 'G-1' });
    const correlated = aProfile({ sourceKeys: [{ source: 'Workday', employeeId: '1001', correlationId: 'G-1' }] });
    const keyed = aProfile({
      sourceKeys: [
        { source: 'Workday', employeeId: '1001' },
        { source: 'Workday', employeeId: '5005' },
      ],
    });
    const different = aProfile({ sourceKeys: [{ source: 'Workday', employeeId: '1001', correlationId: 'G-2' }] });
    const isReuse = async (profile: ReturnType<typeof aProfile>): Promise<boolean> =>
      eventOf(await evaluateOne(row, [profile], { mapper: WITH_CORRELATION })).addressReuse === true;

    assert.equal(await isReuse(correlated), false);
    assert.equal(await isReuse(keyed), false);
    assert.equal(await isReuse(different), true);
  });

  it('does not ask when the profile has no employee id yet', async () => {
    const event = eventOf(await evaluateOne(aRow(), [aProfile({ employeeId: undefined })]));

    assert.equal(event.addressReuse, undefined);
  });

  it('hires anew when e-mail and employee id change at once, and finds the name taken', async () => {
    const event = eventOf(await evaluateOne(aRow({ Emp_ID: '5005', ...RENAMED }), [aProfile()]));

    assert.equal(event.type, 'IAM - New Hire');
    assert.equal(event.mergedWith, 'ann.lee@example.com');
  });

  it('flags a conversion hire when another source owned the profile', async () => {
    const contractor = aProfile({ sourcePriority: 2, sourceOfTruth: 'Wand' });

    const event = eventOf(await evaluateOne(aRow(), [contractor]));

    assert.equal(event.type, 'IAM - Update User');
    assert.equal(event.conversionHire, true);
    assert.equal(event.userProfile.fields.conversionHire, true);
    assert.match(event.details, /Conversion hire/);
  });
});

describe('temporary profiles', () => {
  it('terminates the permanent profile of a person whose proposal waits', async () => {
    const permanent = aProfile({ isProcessed: true });
    const proposal = aProfile({ email: 'ann.miller@example.com', isTemporaryUser: true, isProcessed: true });

    const outcome = await evaluateOne(aRow({ ...RENAMED, Termination_Date: YESTERDAY }), [permanent, proposal]);

    assert.equal(inWord(outcome), 'Terminate User');
    assert.equal(outcome.kind === 'event' && outcome.profile, permanent);
  });

  it('gives a New Hire with the changes and the merged profile when the name is taken by somebody else', async () => {
    const temporary = aProfile({ isTemporaryUser: true, isProcessed: true });
    const holder = aProfile({ email: 'ann.lee2@example.com', employeeId: '3003' });

    const event = eventOf(await evaluateOne(aRow({ Title: 'Manager' }), [temporary, holder]));

    assert.equal(event.type, 'IAM - New Hire');
    assert.equal(event.mergedWith, 'ann.lee2@example.com');
    assert.equal(event.oldUserData, false);
    assert.match(event.details, /already used[\s\S]*Title: changed from 'Engineer' to 'Manager'/);
  });
});

describe('partial name match', () => {
  const holder = (fields: object = {}) => aProfile({ email: 'other@example.com', employeeId: '3003', ...fields });
  const mergedWith = async (
    row: object,
    profiles: ReadonlyArray<ReturnType<typeof aProfile>>,
  ): Promise<string | null> => eventOf(await evaluateOne(aRow({ ...row }), profiles)).mergedWith;

  it('compares display names exactly', async () => {
    assert.equal(await mergedWith({}, [holder()]), 'other@example.com');
    assert.equal(await mergedWith({ Preferred_Name: 'ann lee' }, [holder()]), null);
  });

  it('never matches an empty name', async () => {
    for (const name of ['', undefined]) {
      assert.equal(await mergedWith({ Preferred_Name: name }, [holder({ displayName: '' })]), null);
    }
  });

  it('prefers a permanent holder to a temporary one, but takes that too', async () => {
    const temporary = holder({ email: 'temp@example.com', employeeId: '4', isTemporaryUser: true });

    assert.equal(await mergedWith({}, [temporary, holder()]), 'other@example.com');
    assert.equal(await mergedWith({}, [temporary]), 'temp@example.com');
  });

  it('is made for hires only, not for rehires and updates', async () => {
    const profiles = [aProfile(), holder()];

    assert.equal(await mergedWith({ Title: 'Manager' }, profiles), null);
  });
});
