import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { ConnectorErrorKind } from '../../activities/connectors/types.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { accountIn } from '../../activities/store/people.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  incidentOf,
  personOf,
  report,
  runOf,
  settle,
} from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import { changePlaybooks } from '../support/provisioning.js';

const DIRECTORY = 'Active Directory';

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: { playbooks: { adNotificationEmails: ['ad@example.com'] } },
  });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
  engine.mailer.isDown = () => false;
  engine.mailer.calls.length = 0;
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const directory = () => engine.application(DIRECTORY);
const factsOf = async (incidentId: string) => accountIn(await personOf(engine, incidentId), DIRECTORY);
const passwordMails = (incidentId: string) =>
  engine.mailer.about(incidentId).filter(({ messageId }) => /\.(manager|service-desk)$/.test(messageId));

test('a new account stays disabled, gets a password to be changed, and the facts are stored with the status', async () => {
  const profile = aPerson();

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  const account = directory().accountOf(profile.email);
  assert.equal(account?.active, false);
  assert.equal(account?.mustChange, true);
  assert.match(account?.password ?? '', /^.{16}$/);
  const facts = await factsOf(incidentId);
  assert.equal(facts?.id, account?.id);
  assert.deepEqual(Object.keys(facts ?? {}).sort(), ['createdAt', 'deliveredAt', 'id', 'initialisedAt']);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('manager and service desk get the password, the notification receivers only the fact', async () => {
  const profile = aPerson({ managerEmailAddress: 'boss@example.com' });

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  const password = directory().accountOf(profile.email)?.password ?? '';
  const receivers = engine.mailer
    .about(incidentId)
    .filter(({ html }) => html.includes(password.replaceAll('&', '&amp;')))
    .map(({ to }) => to.join());
  assert.deepEqual(receivers.sort(), ['boss@example.com', 'desk@example.com']);
  const fact = engine.mailer.about(incidentId).find(({ to }) => to.includes('ad@example.com'));
  assert.match(fact?.html ?? '', /An account was created in Active Directory/);
});

test('the manager of an acquisition hire is not told the password', async () => {
  const profile = aPerson({ acquisitionHire: 'Yes', managerEmailAddress: 'boss@example.com' });

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  assert.deepEqual(
    passwordMails(incidentId).map(({ to }) => to.join()),
    ['desk@example.com'],
  );
});

test('the mail server is asked before the password is set', async () => {
  const profile = aPerson();
  engine.mailer.isDown = (call) => call === 'verify';

  const incidentId = await report(engine, { profile });

  await eventually('the mail server is asked', () => Promise.resolve(engine.mailer.calls.includes('verify')));
  assert.equal(directory().accountOf(profile.email)?.password, undefined);
  engine.mailer.isDown = () => false;
  await closed(engine, incidentId);
  assert.equal(passwordMails(incidentId).length, 2);
});

test('a mail that is refused after the reset leaves "initialised", and the next password is the one that counts', async () => {
  const profile = aPerson();
  let refused = 0;
  engine.mailer.isDown = (call, mail) =>
    call === 'send' && mail?.messageId.endsWith('.service-desk') === true && refused++ === 0;
  const incidentId = await report(engine, { profile });
  await eventually('the fact is stored', async () => (await factsOf(incidentId))?.initialisedAt);
  assert.equal((await factsOf(incidentId))?.deliveredAt, undefined);
  const first = directory().accountOf(profile.email)?.password;

  await closed(engine, incidentId);

  const last = directory().accountOf(profile.email)?.password;
  assert.notEqual(last, first);
  assert.ok(
    passwordMails(incidentId)
      .at(-1)
      ?.html.includes(last?.replaceAll('&', '&amp;') ?? '?'),
  );
  assert.ok((await factsOf(incidentId))?.deliveredAt);
});

test('a password that the domain refuses is drawn anew three times, then the incident halts with a created account', async () => {
  const profile = aPerson();
  directory().fault = (operation) =>
    operation === 'setInitialPassword' ? refusing(ConnectorErrorKind.Policy) : undefined;

  const incidentId = await report(engine, { profile });

  await asked(engine, incidentId, 'H2');
  const { successfulProvisioning, failedProvisioning } = await incidentOf(engine, incidentId);
  assert.ok(
    successfulProvisioning.some(({ instanceName, action }) => instanceName === DIRECTORY && action === 'create'),
  );
  assert.deepEqual(
    failedProvisioning.map(({ instanceName, action }) => [instanceName, action]),
    [[DIRECTORY, 'initialise']],
  );
  assert.equal(directory().calls.filter((call) => call === 'setInitialPassword').length, 3);
  const facts = await factsOf(incidentId);
  assert.deepEqual(Object.keys(facts ?? {}).sort(), ['createdAt', 'id']);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, '');
});

test('a retry of a failed initialisation initialises and creates nothing', async () => {
  const profile = aPerson();
  directory().fault = (operation) => (operation === 'setInitialPassword' ? refusing() : undefined);
  const incidentId = await report(engine, { profile });
  await asked(engine, incidentId, 'H2');
  directory().calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.deepEqual(directory().calls, ['accountState', 'setInitialPassword']);
  assert.ok(directory().accountOf(profile.email)?.password);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('a directory that refuses leaves no status, while the applications are done and told of', async () => {
  directory().fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const profile = aPerson();

  const incidentId = await report(engine, { profile });

  await asked(engine, incidentId, 'H2');
  assert.ok(engine.application('Atlas').accountOf(profile.email));
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus ?? '', '');
  await eventually('the mails are out', async () => engine.mailer.about(`${incidentId}.Atlas`).length > 0);
  assert.deepEqual(engine.mailer.about(`${incidentId}.${DIRECTORY}.create`), []);
});

test('nobody to receive the password halts before the reset, and a service desk makes it go on', async () => {
  changePlaybooks(engine, { serviceDeskEmail: undefined });
  const profile = aPerson({ managerEmailAddress: '' });
  const incidentId = await report(engine, { profile });
  await asked(engine, incidentId, 'H2');
  assert.equal(directory().accountOf(profile.email)?.password, undefined);
  assert.match((await incidentOf(engine, incidentId)).failedProvisioning[0]?.errorMessage ?? '', /Nobody is there/);

  engine.configuration.value = plain;
  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.ok((await factsOf(incidentId))?.deliveredAt);
});

test('with SendEmail off the password is set and nobody is mailed about it', async () => {
  changePlaybooks(engine, { sendEmail: false, serviceDeskEmail: undefined });
  const profile = aPerson({ managerEmailAddress: '' });

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  assert.ok(directory().accountOf(profile.email)?.password);
  assert.deepEqual(passwordMails(incidentId), []);
  assert.ok(!engine.mailer.calls.includes('verify'));
  assert.deepEqual(Object.keys((await factsOf(incidentId)) ?? {}).sort(), ['createdAt', 'id', 'initialisedAt']);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('an account that exists and is enabled gets no password and makes the status Enabled', async () => {
  const profile = aPerson();
  directory().add({ email: profile.email, password: 'kept' });

  const incidentId = await report(engine, { profile });

  const incident = await closed(engine, incidentId);
  assert.equal(directory().accountOf(profile.email)?.password, 'kept');
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Enabled');
  assert.ok(
    incident.successfulProvisioning.some(
      ({ instanceName, action }) => instanceName === DIRECTORY && action === 'update',
    ),
  );
  await (await runOf(engine, incidentId)).result();
  const news = engine.mailer.about(`${incidentId}.${DIRECTORY}`);
  assert.deepEqual(news, [], 'an account that existed is no creation');
});

test('an account that exists, is disabled and was never initialised gets its first password', async () => {
  const profile = aPerson();
  directory().add({ email: profile.email, active: false });

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  assert.ok(directory().accountOf(profile.email)?.password);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('an account that we initialised before keeps its password in a later incident', async () => {
  const profile = aPerson();
  await closed(engine, await report(engine, { profile }));
  const first = directory().accountOf(profile.email)?.password;

  const incidentId = await report(engine, { profile: { ...profile, title: 'Clerk' } });

  await closed(engine, incidentId);
  assert.equal(directory().accountOf(profile.email)?.password, first);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('an account that was deleted and made again gets a password of its own', async () => {
  const profile = aPerson();
  await closed(engine, await report(engine, { profile }));
  const { accounts } = directory();
  accounts.splice(0, accounts.length, ...accounts.filter(({ email }) => email !== profile.email));

  const incidentId = await report(engine, { profile: { ...profile, title: 'Clerk' } });

  await closed(engine, incidentId);
  const account = directory().accountOf(profile.email);
  assert.ok(account?.password);
  assert.equal((await factsOf(incidentId))?.id, account.id);
});

test('a retry for another application leaves an enabled account and its status alone', async () => {
  const profile = aPerson();
  directory().add({ email: profile.email });
  engine.application('Atlas').fault = () => refusing();
  const incidentId = await report(engine, { profile });
  await asked(engine, incidentId, 'H2');
  engine.application('Atlas').calm();
  directory().calm();

  await settle(engine, incidentId, 'H2', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.deepEqual(directory().calls, []);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Enabled');
});

test('a retry for another application does not undo an activation that happened meanwhile', async () => {
  const profile = aPerson();
  engine.application('Atlas').fault = () => refusing();
  const incidentId = await report(engine, { profile });
  await asked(engine, incidentId, 'H2');
  const person = await personOf(engine, incidentId);
  await engine.store.people.writeVersion(person._id, person.version, { set: { adAccountStatus: 'Enabled' } });
  engine.application('Atlas').calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Enabled');
});

test('a directory whose create command is switched off is left alone, also on a retry', async () => {
  const instances = plain.ilm.instances.map((one) =>
    one.name === DIRECTORY ? { ...one, createUserEnabled: false } : one,
  );
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };
  engine.application('Atlas').fault = () => refusing();
  const incidentId = await report(engine, { profile: aPerson() });
  await asked(engine, incidentId, 'H2');
  engine.application('Atlas').calm();

  await settle(engine, incidentId, 'H2', 'retry');

  const { successfulProvisioning } = await closed(engine, incidentId);
  const row = successfulProvisioning.find(({ instanceName }) => instanceName === DIRECTORY);
  assert.deepEqual([row?.skipped, row?.reason], [true, 'Command is disabled.']);
  assert.deepEqual(directory().calls, []);
});

test('without any directory a person is hired all the same', async () => {
  const instances = plain.ilm.instances.filter(({ name }) => name !== DIRECTORY);
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };

  const incident = await closed(engine, await report(engine, { profile: aPerson() }));

  assert.equal(incident.closeReason, 'done');
  assert.deepEqual(
    incident.successfulProvisioning.map(({ instanceName }) => instanceName),
    ['Atlas'],
  );
});
