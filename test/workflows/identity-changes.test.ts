import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { NewIncident } from '../../activities/store/incident-document.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, hired, personOf, report, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

/** What is left behind when somebody's address or employee id changes: one record, one account everywhere. */

const AD = 'Active Directory';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas', 'Nimbus'] });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

/** Reports an update of a person. */
const update = (profile: UserProfile, event: Partial<NewIncident> = {}): Promise<string> =>
  report(engine, { type: 'IAM - Update User', profile, ...event });

/** Takes an account away, as somebody in the application does. */
function lose(instance: string, email: string): void {
  const { accounts } = engine.application(instance);
  accounts.splice(
    accounts.findIndex((account) => account.email === email),
    1,
  );
}

/** `<instance>: <action>` of what an incident did, or why it was skipped. */
async function done(incidentId: string): Promise<string[]> {
  const { successfulProvisioning } = await closed(engine, incidentId);
  return successfulProvisioning
    .map(({ instanceName, action, reason }) => `${instanceName}: ${reason ?? action}`)
    .sort();
}

const recordOf = async (email: string): Promise<PersonDocument> => {
  const person = await engine.store.people.byEmail(email);
  assert.ok(person);
  return person;
};

/** Checks that a person has one record without a proposal, free for the next event, and one account everywhere. */
async function isSettled(incidentId: string, profile: ReturnType<typeof aPerson>, former: readonly string[]) {
  const person = await personOf(engine, incidentId);
  assert.deepEqual([person.emailKey, person.profile?.email], [profile.email, profile.email]);
  assert.equal(person.employeeKey, `Workday|${profile.employeeId}`);
  assert.equal(person.profile?.employeeId, profile.employeeId);
  assert.deepEqual([person.profile.isProcessed, person.profile.isTemporaryUser], [false, false]);
  assert.deepEqual([person.queue, person.intents ?? {}], [[], {}]);
  assert.equal(await engine.store.people.proposalOf(person.personId), null);
  assert.deepEqual(await engine.store.incidents.openOf(person.personId), []);
  for (const email of former) assert.equal(await engine.store.people.byEmail(email), null);
  const known = await engine.store.people.reserve('Workday', [profile.employeeId]);
  assert.equal(known.get(profile.employeeId), person.personId);
  for (const [name, application] of engine.applications) {
    const accounts = application.accounts.filter(({ email }) => [...former, profile.email].includes(email));
    assert.deepEqual(
      accounts.map(({ email }) => email),
      [profile.email],
      name,
    );
  }
  return person;
}

test('accounts that only their former address tells are renamed, and none is made a second time', async () => {
  const person = await hired(engine);
  const stored = await engine.store.people.byEmail(person.email);
  await engine.store.people.collection.updateOne({ _id: stored?._id ?? '' }, { $unset: { accounts: '' } });
  const { email } = aPerson();
  const profile = { ...person, email, username: email };
  const incidentId = await update(profile, { userProfile: { fields: profile, oldUserData: stored?.profile ?? {} } });

  await settle(engine, incidentId, 'D3', 'Change Username');

  assert.deepEqual(await done(incidentId), [`${AD}: update`, 'Atlas: update', 'Nimbus: update']);
  for (const [name, application] of engine.applications) {
    assert.equal(application.accountOf(person.email), undefined, name);
    const accounts = application.accounts.filter((account) => account.email === email);
    assert.deepEqual(
      accounts.map(({ username }) => username),
      [email],
      name,
    );
  }
});

test('the former address finds nobody once it belongs to somebody else', async () => {
  const person = await hired(engine);
  const stored = await engine.store.people.byEmail(person.email);
  await engine.store.people.collection.updateOne({ _id: stored?._id ?? '' }, { $unset: { 'accounts.Atlas': '' } });
  const { email } = aPerson();
  const profile = { ...person, email, username: email };
  engine.application('Atlas').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const incidentId = await update(profile, { userProfile: { fields: profile, oldUserData: stored?.profile ?? {} } });
  await settle(engine, incidentId, 'D3', 'Change Username');
  await asked(engine, incidentId, 'H2');
  engine.application('Atlas').calm();
  lose('Atlas', person.email);
  const successor = await report(engine, {
    profile: aPerson({ email: person.email, username: person.email, displayName: 'A Successor' }),
  });
  await closed(engine, successor);

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(engine.application('Atlas').accountOf(person.email)?.displayName, 'A Successor');
  assert.equal(engine.application('Atlas').accountOf(email)?.displayName, person.displayName);
});

test('a new employee id joins the former ones, and the record that was reserved for it is gone', async () => {
  const person = await hired(engine);
  const { personId } = await recordOf(person.email);
  const { employeeId } = aPerson();
  const reserved = (await engine.store.people.reserve('Workday', [employeeId])).get(employeeId) ?? '';
  const profile = { ...person, employeeId };

  const incidentId = await update(profile, { personId });

  await closed(engine, incidentId);
  const after = await isSettled(incidentId, profile, []);
  assert.equal(after.personId, personId);
  assert.deepEqual(after.keys, [`Workday|${person.employeeId}`, `Workday|${employeeId}`]);
  assert.equal(await engine.store.people.get(reserved), null);
});

test('an employee id that goes back to a former one becomes the current one again', async () => {
  const person = await hired(engine);
  const { personId } = await recordOf(person.email);
  const { employeeId } = aPerson();
  await closed(engine, await update({ ...person, employeeId }, { personId }));

  const incidentId = await update(person, { personId });

  await closed(engine, incidentId);
  await isSettled(incidentId, person, []);
});

test('an employee id that is the key of another profile halts, and changes neither', async () => {
  const [person, other] = [await hired(engine), await hired(engine)];
  const [{ personId }, before] = [await recordOf(person.email), await recordOf(other.email)];

  const incidentId = await update({ ...person, employeeId: other.employeeId }, { personId });

  await asked(engine, incidentId, 'H1');
  assert.equal((await recordOf(person.email)).employeeKey, `Workday|${person.employeeId}`);
  assert.deepEqual(await recordOf(other.email), before);
});

test('address and employee id that change together leave one record and one account everywhere', async () => {
  const person = await hired(engine);
  const { personId } = await recordOf(person.email);
  const { email, employeeId } = aPerson();
  const profile = { ...person, email, username: email, employeeId };
  const incidentId = await update(profile, { personId });

  await settle(engine, incidentId, 'D3', 'Change Username');

  await closed(engine, incidentId);
  assert.equal((await isSettled(incidentId, profile, [person.email])).personId, personId);
});

test('a name that was overwritten leaves one person with both keys and one account everywhere', async () => {
  const holder = await hired(engine);
  const { personId } = await recordOf(holder.email);
  const newcomer = aPerson({ displayName: holder.displayName ?? '', title: 'Clerk' });
  const mergedUserProfile = { ...holder, ...newcomer, email: holder.email, username: holder.email };
  const incidentId = await report(engine, { profile: newcomer, userProfile: { fields: newcomer, mergedUserProfile } });
  await asked(engine, incidentId, 'D1');
  // The holder changes while the question waits, which the copy that was merged at detection does not know.
  await closed(engine, await update({ ...holder, department: 'Sales' }));

  await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  const after = await isSettled(incidentId, { ...newcomer, email: holder.email }, [newcomer.email]);
  assert.deepEqual([after.personId, after.profile?.title, after.profile?.department], [personId, 'Clerk', 'Sales']);
});

test('the same person under another employee id is one record with one account everywhere', async () => {
  const person = await hired(engine);
  const { personId } = await recordOf(person.email);
  const profile = { ...person, employeeId: aPerson().employeeId, title: 'Clerk' };
  const incidentId = await report(engine, { profile, addressReuse: true });

  await settle(engine, incidentId, 'D8', 'Same Person');

  await closed(engine, incidentId);
  const after = await isSettled(incidentId, profile, []);
  assert.deepEqual([after.personId, after.profile?.title], [personId, 'Clerk']);
});

test("a contractor who becomes an employee is looked after by the employees' report from then on", async () => {
  const contractor = await hired(engine, { sourceOfTruth: 'Contractors', sourcePriority: 2 });
  const { personId } = await recordOf(contractor.email);
  const { employeeId } = aPerson();
  const profile = { ...contractor, employeeId, sourceOfTruth: 'Workday', sourcePriority: 1, conversionHire: true };
  const incidentId = await update(profile, {
    personId,
    source: { instance: 'Employees', sourceOfTruth: 'Workday' },
    conversionHire: true,
    userProfile: { fields: profile, oldUserData: (await recordOf(contractor.email)).profile ?? {} },
  });

  await closed(engine, incidentId);

  const { profile: stored } = await isSettled(incidentId, profile, []);
  assert.deepEqual(
    [stored?.sourceInstance, stored?.sourceOfTruth, stored?.sourcePriority, stored?.conversionHire],
    ['Employees', 'Workday', 1, true],
  );
});

test('a person whose profile was removed and who is hired again has one account everywhere and a new first password', async () => {
  const person = await hired(engine);
  const { _id, version } = await recordOf(person.email);
  const before = engine.application(AD).accountOf(person.email)?.password;
  await engine.store.people.writeVersion(_id, version, { removeProfile: true });

  const incidentId = await report(engine, { profile: { ...person, title: 'Clerk' } });

  await closed(engine, incidentId);
  const after = await isSettled(incidentId, person, []);
  assert.deepEqual([after.personId, after.profile?.adAccountStatus], [_id, 'Pending']);
  assert.notEqual(engine.application(AD).accountOf(person.email)?.password, before);
});

test('an update that failed half-way under a new address hands the former one to the update that follows it', async () => {
  const person = await hired(engine);
  const stored = await recordOf(person.email);
  await engine.store.people.collection.updateOne({ _id: stored._id }, { $unset: { 'accounts.Atlas': '' } });
  const { email } = aPerson();
  const profile = { ...person, email, username: email };
  engine.application('Atlas').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const older = await update(profile, { userProfile: { fields: profile, oldUserData: stored.profile ?? {} } });
  await settle(engine, older, 'D3', 'Change Username');
  await asked(engine, older, 'H2');
  engine.application('Atlas').calm();
  const oldUserData = (await recordOf(email)).profile ?? {};

  const newer = await update(
    { ...profile, title: 'Clerk' },
    { userProfile: { fields: { ...profile, title: 'Clerk' }, oldUserData } },
  );

  await closed(engine, newer);
  await isSettled(newer, profile, [person.email]);
  assert.equal(engine.application('Atlas').accountOf(email)?.title, 'Clerk');
});
