import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, closed, eventually, hired, personOf, report } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine();
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const type = IncidentType.TerminateUser;

/** Reports that somebody has left. */
const leave = (profile: UserProfile, over: Record<string, unknown> = {}): Promise<string> =>
  report(engine, { type, profile: { ...profile, employmentStatus: 'Terminated' }, ...over });

const isActive = (application: string, email: string): boolean | undefined =>
  engine.application(application).accountOf(email)?.active;

const activate = (email: string): void => {
  const account = engine.application('Active Directory').accountOf(email);
  assert.ok(account);
  account.active = true;
};

for (const [title, terminationTrigger, stored] of [
  ['no trigger', undefined, ''],
  ['the trigger Workday', 'Workday', 'Workday'],
  ['the trigger Wand in another case', 'WAND', 'Wand'],
] as const) {
  test(`with ${title} the person is disabled everywhere and the profile says so`, async () => {
    const person = await hired(engine);
    activate(person.email);

    const incident = await closed(engine, await leave(person, { ...(terminationTrigger && { terminationTrigger }) }));

    assert.equal(incident.closeReason, 'done');
    assert.deepEqual(
      incident.successfulProvisioning.map(({ instanceName, action, skipped }) => [instanceName, action, skipped]),
      [
        ['Active Directory', 'disable', false],
        ['Atlas', 'disable', false],
        ['Nimbus', 'disable', false],
      ],
    );
    for (const name of ['Active Directory', 'Atlas', 'Nimbus']) assert.equal(isActive(name, person.email), false);
    const { profile } = await personOf(engine, incident._id);
    assert.deepEqual(
      [profile?.active, profile?.adAccountStatus, profile?.terminationTrigger, profile?.isProcessed],
      [false, 'Disabled', stored, false],
    );
    assert.equal(profile?.employmentStatus, 'Terminated');
    assert.equal(profile?.sourceReleased, true);
  });
}

test('an account that waits for its first day is disabled already, which counts as success', async () => {
  const person = await hired(engine);

  const incident = await closed(engine, await leave(person));

  const [directory] = incident.successfulProvisioning;
  assert.deepEqual([directory?.skipped, directory?.reason], [true, 'User is already disabled.']);
  assert.equal((await personOf(engine, incident._id)).profile?.adAccountStatus, 'Disabled');
});

test('somebody without any account is terminated without a question', async () => {
  const person = await hired(engine);
  for (const application of engine.applications.values()) application.accounts.length = 0;
  const { personId } = (await engine.store.people.byEmail(person.email)) ?? {};
  await engine.store.people.collection.updateOne({ _id: personId ?? '' }, { $unset: { accounts: '' } });

  const incident = await closed(engine, await leave(person));

  assert.deepEqual(incident.tasks, []);
  assert.ok(incident.successfulProvisioning.every(({ reason }) => reason === 'User does not exist'));
  assert.equal((await personOf(engine, incident._id)).profile?.adAccountStatus, 'Disabled');
});

test('somebody unknown gets a profile that is terminated', async () => {
  const incident = await closed(engine, await leave(aPerson()));

  const { profile } = await personOf(engine, incident._id);
  assert.deepEqual([profile?.active, profile?.isTemporaryUser, profile?.adAccountStatus], [false, false, 'Disabled']);
});

test('a rehire would set new first passwords: the old ones are forgotten', async () => {
  const person = await hired(engine);
  const before = await engine.store.people.byEmail(person.email);
  assert.ok(before?.accounts?.['Active%20Directory']?.initialisedAt);

  const incidentId = await leave(person);

  await closed(engine, incidentId);
  const facts = (await personOf(engine, incidentId)).accounts?.['Active%20Directory'];
  assert.equal(facts?.id, before.accounts['Active%20Directory'].id);
  assert.deepEqual([facts?.initialisedAt, facts?.deliveredAt], [undefined, undefined]);
});

test('what the person could reach is kept before it is taken away', async () => {
  const person = await hired(engine);
  activate(person.email);
  for (const application of engine.applications.values()) {
    Object.assign(application.accountOf(person.email) ?? {}, { groups: ['staff'] });
  }

  const incidentId = await leave(person);

  await closed(engine, incidentId);
  const kept = (await engine.store.evidence.ofIncident(incidentId)).filter(({ kind }) => kind === 'access');
  assert.deepEqual(kept.map(({ instance }) => instance).sort(), ['Active Directory', 'Atlas', 'Nimbus']);
  for (const { outcome } of kept) assert.deepEqual([outcome?.['active'], outcome?.['groups']], [true, ['staff']]);
});

test('every application that is disabled tells the addresses of its row, once', async () => {
  const person = await hired(engine);
  activate(person.email);

  const incidentId = await leave(person);

  await closed(engine, incidentId);
  const mails = await eventually('the mails are sent', async () => {
    const sent = await Promise.resolve(engine.mailer.about(incidentId));
    return sent.length >= 3 && sent;
  });
  assert.deepEqual(mails.map(({ subject }) => subject).sort(), [
    'User disabled successfully in Active Directory',
    'User disabled successfully in Atlas',
    'User disabled successfully in Nimbus',
  ]);
  for (const { to } of mails) assert.deepEqual(to, ['farewell@example.com']);
});

test('applications reserved to a group are disabled for everybody, and those switched off are left alone', async () => {
  const person = await hired(engine);
  const before = engine.configuration.value;
  const rows = before.appProvisioningSettings.map((row) =>
    row.instance_name === 'Atlas'
      ? { ...row, create_user_group: 'Nobody knows this group' }
      : { ...row, disable_user_enabled: row.instance_name !== 'Nimbus' },
  );
  engine.configuration.value = { ...before, appProvisioningSettings: rows };

  const incident = await closed(engine, await leave(person));

  engine.configuration.value = before;
  assert.equal(isActive('Atlas', person.email), false);
  assert.equal(isActive('Nimbus', person.email), true);
  assert.ok(incident.successfulProvisioning.every(({ instanceName }) => instanceName !== 'Nimbus'));
});

test('a new e-mail in the last report is not approved by leaving', async () => {
  const person = await hired(engine);
  const email = `new-${person.email}`;

  const incident = await closed(engine, await leave({ ...person, email, username: email }));

  assert.deepEqual(incident.tasks, []);
  const { profile } = await personOf(engine, incident._id);
  assert.deepEqual([profile?.email, profile?.username], [person.email, person.username]);
  assert.equal(isActive('Atlas', person.email), false);
});
