import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import escapeHtml from 'escape-html';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { accountIn } from '../../activities/store/people.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, departed, personOf, report, settle } from '../support/incidents.js';
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

/** Reports a rehire of a person. */
const rehire = (profile: UserProfile): Promise<string> => report(engine, { type: 'IAM - Rehire User', profile });

test('a rehired person is active again everywhere, and their directory account waits for its activation', async () => {
  const person = await departed(engine);

  const incidentId = await rehire({ ...person, title: 'Clerk', rehiredEmployee: 'Yes' });

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.deepEqual(await doneBy(engine, incidentId), [
    `${AD}: initialise`,
    `${AD}: update`,
    'Atlas: update',
    'Nimbus: update',
  ]);
  const { profile } = await personOf(engine, incidentId);
  assert.deepEqual(
    [profile?.active, profile?.adAccountStatus, profile?.terminationTrigger, profile?.title],
    [true, 'Pending', '', 'Clerk'],
  );
  assert.deepEqual([profile?.isProcessed, profile?.processedBy, profile?.isTemporaryUser], [false, undefined, false]);
  for (const [name, application] of engine.applications) {
    const accounts = application.accounts.filter(({ email }) => email === person.email);
    assert.deepEqual(
      accounts.map(({ active, title }) => [active, title]),
      [[name !== AD, 'Clerk']],
      name,
    );
  }
});

test('the disabled account gets a new first password although the record knows an earlier one as delivered', async () => {
  const person = await departed(engine);
  const before = engine.application(AD).accountOf(person.email)?.password;
  const stored = await engine.store.people.byEmail(person.email);
  const known = stored === null ? undefined : accountIn(stored, AD);
  assert.ok(before !== undefined && known?.initialisedAt !== undefined && known.deliveredAt !== undefined);

  const incidentId = await rehire(person);

  await closed(engine, incidentId);
  const { password = '' } = engine.application(AD).accountOf(person.email) ?? {};
  assert.ok(password !== '' && password !== before);
  const told = engine.mailer.about(incidentId).filter(({ html }) => html.includes(escapeHtml(password)));
  assert.deepEqual(told.flatMap(({ to }) => to).sort(), ['desk@example.com', 'manager@example.com']);
  const facts = accountIn(await personOf(engine, incidentId), AD);
  assert.ok((facts?.initialisedAt ?? '') > known.initialisedAt && (facts?.deliveredAt ?? '') > known.deliveredAt);
});

test('an account that somebody has enabled already keeps its password, and the status says Enabled', async () => {
  const person = await departed(engine);
  const account = engine.application(AD).accountOf(person.email);
  Object.assign(account ?? {}, { active: true });
  const password = account?.password;

  const incidentId = await rehire(person);

  await closed(engine, incidentId);
  assert.equal(engine.application(AD).accountOf(person.email)?.password, password);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Enabled');
});

test('applications are chosen by their enable flag, where the row has one, and by the group', async () => {
  const person = await departed(engine);
  changeRow(engine, 'Atlas', { enable_user_enabled: false });
  changeRow(engine, 'Nimbus', { create_user_enabled: false, enable_user_enabled: true });
  for (const application of engine.applications.values()) application.calm();

  const incidentId = await rehire(person);

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: initialise`, `${AD}: update`, 'Nimbus: update']);
  assert.deepEqual(engine.application('Atlas').calls, []);
});

test('without an enable flag the create flag decides, and a person outside the group gets nothing', async () => {
  const person = await departed(engine);
  changeRow(engine, 'Atlas', { create_user_enabled: false });
  changeRow(engine, 'Nimbus', { create_user_group: 'Nobody' });
  engine.configuration.value = { ...engine.configuration.value, ilm: { ...plain.ilm, groups: { Nobody: 'false' } } };

  const incidentId = await rehire(person);

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: initialise`, `${AD}: update`]);
});

test('accounts that are gone are created, in the directory, too', async () => {
  const person = await departed(engine);
  for (const application of engine.applications.values()) {
    application.accounts.splice(
      application.accounts.findIndex(({ email }) => email === person.email),
      1,
    );
  }

  const incidentId = await rehire(person);

  assert.deepEqual(await doneBy(engine, incidentId), [
    `${AD}: create`,
    `${AD}: initialise`,
    'Atlas: create',
    'Nimbus: create',
  ]);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('whatever was done, those are told whom the row names for enabling', async () => {
  changeRow(engine, AD, { enable_user_email_notification_ids: 'directory@example.com' });
  changeRow(engine, 'Atlas', { enable_user_email_notification_ids: 'atlas@example.com' });
  const person = await departed(engine);
  const { accounts } = engine.application('Atlas');
  accounts.splice(
    accounts.findIndex(({ email }) => email === person.email),
    1,
  );

  const incidentId = await rehire(person);

  assert.deepEqual(await newsOf(engine, incidentId), [
    `${AD} update: directory@example.com`,
    'Atlas create: atlas@example.com',
  ]);
});

test('nobody is told about a rehire that was skipped', async () => {
  changeRow(engine, 'Atlas', { enable_user_email_notification_ids: 'atlas@example.com' });
  const person = await departed(engine);
  const instances = plain.ilm.instances.map((one) =>
    one.name === 'Atlas' ? { ...one, updateUserEnabled: false } : one,
  );
  const { value } = engine.configuration;
  engine.configuration.value = { ...value, ilm: { ...value.ilm, instances } };

  const incidentId = await rehire(person);

  assert.deepEqual(await newsOf(engine, incidentId), []);
});

test('a retry repeats only what failed: no second password, and the status stays', async () => {
  const person = await departed(engine);
  engine.application('Nimbus').fault = (operation) => (operation === 'enable' ? refusing() : undefined);
  const incidentId = await rehire(person);
  await asked(engine, incidentId, 'H2');
  const password = engine.application(AD).accountOf(person.email)?.password;
  for (const application of engine.applications.values()) application.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(engine.application(AD).accountOf(person.email)?.password, password);
  assert.deepEqual([engine.application(AD).calls, engine.application('Atlas').calls], [[], []]);
  assert.equal(engine.application('Nimbus').accountOf(person.email)?.active, true);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('a directory that refuses leaves the status empty, and the retry makes the account ready', async () => {
  const person = await departed(engine);
  engine.application(AD).fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const incidentId = await rehire(person);
  await asked(engine, incidentId, 'H2');
  const halted = await personOf(engine, incidentId);
  assert.deepEqual([halted.profile?.adAccountStatus, halted.profile?.active], ['', true]);
  const before = engine.application(AD).accountOf(person.email)?.password;
  engine.application(AD).calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
  assert.notEqual(engine.application(AD).accountOf(person.email)?.password, before);
});

test('a person who comes back under another address keeps record and accounts, all of them renamed', async () => {
  const person = await departed(engine);
  const stored = await engine.store.people.byEmail(person.email);
  await engine.store.people.collection.updateOne({ _id: stored?._id ?? '' }, { $unset: { accounts: '' } });
  const { email } = aPerson();
  const incidentId = await rehire({ ...person, email, username: email });

  await settle(engine, incidentId, 'D3', 'Change Username');

  await closed(engine, incidentId);
  const after = await personOf(engine, incidentId);
  assert.deepEqual([after.personId, after.emailKey, after.profile?.active], [stored?.personId, email, true]);
  for (const [name, application] of engine.applications) {
    assert.equal(application.accountOf(person.email), undefined, name);
    assert.equal(application.accounts.filter((account) => account.email === email).length, 1, name);
  }
});

test('an update that follows a rehire is sent as to anybody, because the former trigger is gone', async () => {
  const person = await departed(engine);
  await closed(engine, await rehire(person));

  const incidentId = await report(engine, { type: 'IAM - Update User', profile: { ...person, title: 'Head' } });

  assert.deepEqual(await doneBy(engine, incidentId), [`${AD}: update`, 'Atlas: update', 'Nimbus: update']);
  assert.deepEqual((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});
