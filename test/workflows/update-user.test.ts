import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { NewIncident } from '../../activities/store/incident-document.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, departed, hired, incidentOf, personOf, report, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import { changeRow, doneBy, newsOf } from '../support/provisioning.js';

const AD = 'Active Directory';

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({ applications: ['Atlas', 'Nimbus'] });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
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

const operations = (instance: string): string[] =>
  engine.application(instance).calls.filter((call) => call !== 'find' && call !== 'accountState');

test('an update brings profile, directory and applications in line with the report', async () => {
  const person = await hired(engine);

  const incidentId = await update({ ...person, displayName: 'Another Name', title: 'Clerk' });

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: update`, 'Atlas: update', 'Nimbus: update']);
  const { profile } = await personOf(engine, incidentId);
  assert.deepEqual([profile?.displayName, profile?.title], ['Another Name', 'Clerk']);
  assert.deepEqual([profile?.isProcessed, profile?.processedBy, profile?.isTemporaryUser], [false, undefined, false]);
  for (const [name, application] of engine.applications) {
    const accounts = application.accounts.filter(({ email }) => email === person.email);
    assert.deepEqual(
      accounts.map(({ displayName, title }) => [displayName, title]),
      [['Another Name', 'Clerk']],
      name,
    );
  }
});

test('what the report does not own stays as it is, whatever the event carries along', async () => {
  const person = await hired(engine);
  const stored = await engine.store.people.byEmail(person.email);
  const kept: UserProfile = { applications: '["Atlas"]', keptAs: 'limit', nickname: 'P' };
  await engine.store.people.writeVersion(stored?._id ?? '', stored?.version ?? 0, { set: kept });
  const foreign: UserProfile = {
    adAccountStatus: 'Enabled',
    active: false,
    applications: '[]',
    terminationTrigger: 'TUFE',
    isTemporaryUser: true,
    keptAs: '',
    nickname: 'Q',
  };

  const incidentId = await update({ ...person, ...foreign, title: 'Clerk' });

  await closed(engine, incidentId);
  const { profile } = await personOf(engine, incidentId);
  assert.equal(profile?.title, 'Clerk');
  assert.deepEqual(
    { ...profile, ...kept, adAccountStatus: 'Pending', active: true, isTemporaryUser: false, isProcessed: false },
    profile,
  );
  assert.equal(profile.terminationTrigger, undefined);
});

test('a field that the report empties is empty in the profile, and in the applications whose map says so', async () => {
  const person = await hired(engine, { title: 'Clerk', department: 'Sales', terminationDate: '12/31/2026' });
  const { terminationDate: _, ...reported } = person;

  const incidentId = await update(
    { ...reported, title: '', department: '' },
    {
      userProfile: {
        fields: { ...person, title: '', department: '', terminationDate: '' },
        clearedFields: ['terminationDate'],
      },
    },
  );

  await closed(engine, incidentId);
  const { profile } = await personOf(engine, incidentId);
  assert.deepEqual([profile?.title, profile?.department, profile?.terminationDate], ['', '', '']);
  const account = engine.application('Atlas').accountOf(person.email);
  assert.deepEqual([account?.title, account?.department], [null, 'Sales']);
});

test('a retry sends the stored profile and still clears what was cleared', async () => {
  const person = await hired(engine, { title: 'Clerk' });
  engine.application('Atlas').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const incidentId = await update({ ...person, title: '', displayName: 'From The Event' });
  await asked(engine, incidentId, 'H2');
  const stored = await personOf(engine, incidentId);
  const set = { displayName: 'From The Store' };
  await engine.store.people.writeVersion(stored._id, stored.version, { set });
  engine.application('Atlas').calm();
  engine.application('Nimbus').calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  const account = engine.application('Atlas').accountOf(person.email);
  assert.deepEqual([account?.title, account?.displayName], [null, 'From The Store']);
  assert.equal((await personOf(engine, incidentId)).profile?.displayName, 'From The Store');
  assert.deepEqual(engine.application('Nimbus').calls, []);
});

test('no account is enabled by an update, neither in the directory nor in an application', async () => {
  const person = await hired(engine);
  for (const name of ['Atlas', 'Nimbus'])
    Object.assign(engine.application(name).accountOf(person.email) ?? {}, { active: false });

  await closed(engine, await update({ ...person, title: 'Clerk' }));

  for (const [name, application] of engine.applications) {
    assert.equal(application.accountOf(person.email)?.active, false, name);
    assert.equal(application.accountOf(person.email)?.title, 'Clerk', name);
  }
});

/** Has `allowEnableOnUpdate` of every instance switched on. */
function allowEnableOnUpdate(): void {
  const instances = plain.ilm.instances.map((one) => ({ ...one, allowEnableOnUpdate: true }));
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };
}

test('an instance that allows it has accounts enabled by an update; the directory never does', async () => {
  allowEnableOnUpdate();
  const person = await hired(engine);
  Object.assign(engine.application('Atlas').accountOf(person.email) ?? {}, { active: false });

  await closed(engine, await update({ ...person, title: 'Clerk' }));

  assert.equal(engine.application('Atlas').accountOf(person.email)?.active, true);
  assert.equal(engine.application(AD).accountOf(person.email)?.active, false);
});

test('an update of somebody who has left changes their accounts, and revives or creates none', async () => {
  allowEnableOnUpdate();
  const person = await departed(engine);
  lose('Nimbus', person.email);

  const incidentId = await update({ ...person, title: 'Clerk' });

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: update`, 'Atlas: update', 'Nimbus: User does not exist']);
  const account = engine.application('Atlas').accountOf(person.email);
  assert.deepEqual([account?.title, account?.active], ['Clerk', false]);
  assert.equal(engine.application('Nimbus').accountOf(person.email), undefined);
  const { profile } = await personOf(engine, incidentId);
  assert.deepEqual([profile?.active, profile?.adAccountStatus], [false, 'Disabled']);
});

test('an update of somebody whose termination waits creates and enables nothing', async () => {
  allowEnableOnUpdate();
  const person = await hired(engine);
  Object.assign(engine.application('Atlas').accountOf(person.email) ?? {}, { active: false });
  lose('Nimbus', person.email);
  // A termination that waits for somebody, whatever its question.
  const leaver = await report(engine, { type: 'IAM - Terminate User', profile: { ...person, employeeId: '' } });
  const { personId } = (await engine.store.people.byEmail(person.email)) ?? {};
  await engine.store.incidents.update(leaver, { personId: personId ?? null });
  await asked(engine, leaver, 'H1');

  const incidentId = await update({ ...person, title: 'Clerk' });

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: update`, 'Atlas: update', 'Nimbus: User does not exist']);
  assert.equal(engine.application('Atlas').accountOf(person.email)?.active, false);
});

test('applications are chosen by their update flag; the group does not count', async () => {
  const person = await hired(engine);
  changeRow(engine, 'Atlas', { update_user_enabled: false });
  changeRow(engine, 'Nimbus', { create_user_group: 'Nobody' });
  engine.configuration.value = {
    ...engine.configuration.value,
    ilm: { ...plain.ilm, groups: { Nobody: 'false' } },
  };
  engine.application('Atlas').calm();

  const incidentId = await update({ ...person, title: 'Clerk' });

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: update`, 'Nimbus: update']);
  assert.deepEqual(engine.application('Atlas').calls, []);
});

test('a missing account is created where a hire would create it, and its stakeholders are told as of a creation', async () => {
  const person = await hired(engine);
  lose('Atlas', person.email);
  lose('Nimbus', person.email);
  changeRow(engine, 'Nimbus', { create_user_enabled: false });

  const incidentId = await update({ ...person, title: 'Clerk' });

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: update`, 'Atlas: create', 'Nimbus: User does not exist']);
  assert.equal(engine.application('Atlas').accountOf(person.email)?.title, 'Clerk');
  assert.deepEqual(await newsOf(engine, incidentId), ['Atlas create: stakeholder@example.com']);
});

test('a missing account is not created for somebody outside the group of the row, nor against the instance', async () => {
  const person = await hired(engine);
  lose('Atlas', person.email);
  lose('Nimbus', person.email);
  changeRow(engine, 'Atlas', { create_user_group: 'Nobody' });
  const instances = plain.ilm.instances.map((one) => ({ ...one, createIfNotExists: one.name !== 'Nimbus' }));
  engine.configuration.value = {
    ...engine.configuration.value,
    ilm: { ...plain.ilm, instances, groups: { Nobody: 'false' } },
  };

  const incidentId = await update({ ...person, title: 'Clerk' });

  assert.deepEqual(await doneBy(engine, incidentId), [
    `${AD}: update`,
    'Atlas: User does not exist',
    'Nimbus: User does not exist',
  ]);
});

test('a missing account of the directory is created disabled, gets a first password and waits for its activation', async () => {
  const person = await hired(engine);
  lose(AD, person.email);
  const stored = await engine.store.people.byEmail(person.email);
  const set = { adAccountStatus: '' as const };
  await engine.store.people.writeVersion(stored?._id ?? '', stored?.version ?? 0, { set });

  const incidentId = await update({ ...person, title: 'Clerk' });

  await closed(engine, incidentId);
  const account = engine.application(AD).accountOf(person.email);
  assert.equal(account?.active, false);
  assert.notEqual(account?.password, undefined);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('a first password that failed after an update had created the account is made up for by the retry alone', async () => {
  const person = await hired(engine);
  lose(AD, person.email);
  engine.application(AD).fault = (operation) => (operation === 'setInitialPassword' ? refusing() : undefined);
  const incidentId = await update({ ...person, title: 'Clerk' });
  await asked(engine, incidentId, 'H2');
  engine.application(AD).calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.deepEqual(operations(AD), ['setInitialPassword']);
  assert.notEqual(engine.application(AD).accountOf(person.email)?.password, undefined);
});

test('a retry repeats only what has failed in this flow', async () => {
  const person = await hired(engine);
  engine.application('Nimbus').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const incidentId = await update({ ...person, title: 'Clerk' });
  await asked(engine, incidentId, 'H2');
  assert.deepEqual(
    (await incidentOf(engine, incidentId)).failedProvisioning.map(({ instanceName, action }) => [instanceName, action]),
    [['Nimbus', 'update']],
  );
  for (const application of engine.applications.values()) application.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.deepEqual([operations(AD), operations('Atlas'), operations('Nimbus')], [[], [], ['update']]);
});

test('a success of an earlier incident counts for nothing: the next update is sent everywhere', async () => {
  const person = await hired(engine);
  await closed(engine, await update({ ...person, title: 'Clerk' }));
  for (const application of engine.applications.values()) application.calm();

  await closed(engine, await update({ ...person, title: 'Head' }));

  for (const [name] of engine.applications) assert.deepEqual(operations(name), ['update'], name);
});

test('an update tells only those whom the row names for updates, once, whatever is retried', async () => {
  changeRow(engine, 'Atlas', { update_user_email_notification_ids: 'atlas@example.com, owners@example.com' });
  const person = await hired(engine);
  engine.application('Nimbus').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const incidentId = await update({ ...person, title: 'Clerk' });
  await asked(engine, incidentId, 'H2');
  engine.application('Nimbus').calm();
  await settle(engine, incidentId, 'H2', 'retry');

  assert.deepEqual(await newsOf(engine, incidentId), ['Atlas update: atlas@example.com,owners@example.com']);
});

test('an update of somebody unknown makes a permanent profile and the accounts that a hire would make', async () => {
  const person = aPerson();

  const incidentId = await update(person);

  assert.deepEqual(await doneBy(engine, incidentId), [
    `${AD}: create`,
    `${AD}: initialise`,
    'Atlas: create',
    'Nimbus: create',
  ]);
  const { profile } = await personOf(engine, incidentId);
  assert.deepEqual([profile?.isTemporaryUser, profile?.adAccountStatus], [false, 'Pending']);
});
