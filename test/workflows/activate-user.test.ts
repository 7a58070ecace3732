import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { ConnectorErrorKind } from '../../activities/connectors/types.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { accountIn } from '../../activities/store/people.js';
import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
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
  viewOf,
} from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';
import { changePlaybooks, hiredAhead } from '../support/provisioning.js';

const DIRECTORY = 'Active Directory';
const ACTIVATION = IncidentType.AdUserActivation;

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: { playbooks: { secondsToWaitBeforeWelcomeEmail: 0 } },
  });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const directory = () => engine.application(DIRECTORY);

const activate = (profile: UserProfile): Promise<string> => report(engine, { type: ACTIVATION, profile });
const statusOf = async (incidentId: string) => (await personOf(engine, incidentId)).profile?.adAccountStatus;
const welcomeOf = (incidentId: string) => engine.mailer.about(`${incidentId}.welcome`);
const ended = async (incidentId: string): Promise<void> => void (await (await runOf(engine, incidentId)).result());

test('a pending account is enabled with the duty to change the password, its owner welcomed, the profile free', async () => {
  const profile = await hiredAhead(engine, { displayName: 'Nova & Sons' });

  const incidentId = await activate(profile);

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  const account = directory().accountOf(profile.email);
  assert.deepEqual([account?.active, account?.mustChange], [true, true]);
  const person = await personOf(engine, incidentId);
  assert.equal(person.profile?.adAccountStatus, 'Enabled');
  assert.equal(person.profile.isProcessed, false);
  assert.equal(person.profile.processedBy, undefined);
  assert.deepEqual(person.queue, []);
  await ended(incidentId);
  const [mail, ...more] = welcomeOf(incidentId);
  assert.deepEqual(more, []);
  assert.deepEqual(mail?.to, [profile.email]);
  assert.deepEqual(mail.cc, ['manager@example.com']);
  assert.equal(mail.subject, 'Welcome, Nova & Sons');
  assert.match(mail.html, /Nova &amp; Sons[\s\S]*01\/01\/2100/);
});

test('the duty to change the password is a switch, or an expression over the profile', async () => {
  changePlaybooks(engine, { mustChangePasswordAtFirstLogon: "department != 'Kiosk'" });
  const kiosk = await hiredAhead(engine, { department: 'Kiosk' });
  const clerk = await hiredAhead(engine, { department: 'Office' });

  await closed(engine, await activate(kiosk));
  await closed(engine, await activate(clerk));

  assert.equal(directory().accountOf(kiosk.email)?.mustChange, false);
  assert.equal(directory().accountOf(clerk.email)?.mustChange, true);
});

test('an expression that fails halts with its place and without the data', async () => {
  const profile = await hiredAhead(engine, { department: 'Secretive' });
  changePlaybooks(engine, { mustChangePasswordAtFirstLogon: '$number(department)' });

  const incidentId = await activate(profile);

  await asked(engine, incidentId, 'H2');
  const message = (await incidentOf(engine, incidentId)).failedProvisioning[0]?.errorMessage ?? '';
  assert.match(message, /playbooks\.mustChangePasswordAtFirstLogon/);
  assert.doesNotMatch(message, /Secretive/);
  assert.equal(directory().accountOf(profile.email)?.active, false);
});

test('the manager of an acquisition hire gets no copy; the template of the list is filled and escaped', async () => {
  const profile = await hiredAhead(engine, { acquisitionHire: 'Yes', givenName: '<b>Nova</b>' });
  changePlaybooks(engine, { welcomeEmailHtmlList: 'welcome.html' });
  engine.configuration.value = {
    ...engine.configuration.value,
    templates: { 'welcome.html': '<p>Hi ${givenName}, ${unknown}</p>' },
  };

  const incidentId = await activate(profile);

  await closed(engine, incidentId);
  await ended(incidentId);
  const [mail] = welcomeOf(incidentId);
  assert.equal(mail?.cc, undefined);
  assert.equal(mail?.html, '<p>Hi &lt;b&gt;Nova&lt;/b&gt;, ${unknown}</p>');
});

test('with SendEmail off nobody is welcomed', async () => {
  const profile = await hiredAhead(engine);
  changePlaybooks(engine, { sendEmail: false });

  const incidentId = await activate(profile);

  await closed(engine, incidentId);
  await ended(incidentId);
  assert.deepEqual(welcomeOf(incidentId), []);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('an account that is enabled already only gets its status: no write, no mail', async () => {
  const profile = await hiredAhead(engine);
  Object.assign(directory().accountOf(profile.email) ?? {}, { active: true });

  const incidentId = await activate(profile);

  const { successfulProvisioning } = await closed(engine, incidentId);
  await ended(incidentId);
  assert.equal(await statusOf(incidentId), 'Enabled');
  assert.deepEqual(new Set(directory().calls), new Set(['find']));
  assert.deepEqual(welcomeOf(incidentId), []);
  assert.equal(successfulProvisioning[0]?.reason, 'User is already enabled.');
});

test('an account that is missing is created, initialised, then enabled', async () => {
  const profile = await hiredAhead(engine);
  directory().accounts.splice(0);

  const incidentId = await activate(profile);

  const incident = await closed(engine, incidentId);
  const account = directory().accountOf(profile.email);
  assert.equal(account?.active, true);
  assert.ok(account.password);
  assert.deepEqual(incident.successfulProvisioning.map(({ action }) => action).sort(), [
    'create',
    'initialise',
    'update',
  ]);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('an account that we never initialised gets its first password before it is enabled', async () => {
  const profile = await hiredAhead(engine);
  const person = await engine.store.people.byEmail(profile.email);
  await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, {
    accounts: { [DIRECTORY]: { initialisedAt: null, deliveredAt: null } },
  });
  const before = directory().accountOf(profile.email)?.password;

  const incidentId = await activate(profile);

  await closed(engine, incidentId);
  const account = directory().accountOf(profile.email);
  assert.notEqual(account?.password, before);
  assert.equal(account?.active, true);
  const passwordMails = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.service-desk'));
  assert.equal(passwordMails.length, 1);
});

test('an account that cannot be created halts with a mail to IT, and the retry creates and enables it', async () => {
  const profile = await hiredAhead(engine);
  directory().accounts.splice(0);
  directory().fault = (operation) => (operation === 'create' ? refusing() : undefined);

  const incidentId = await activate(profile);

  await asked(engine, incidentId, 'H2');
  assert.notEqual(await statusOf(incidentId), 'Enabled');
  await eventually('IT is told', async () =>
    Promise.resolve(engine.mailer.about(incidentId).some(({ to }) => to.includes('it@example.com'))),
  );

  directory().calm();
  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(directory().accountOf(profile.email)?.active, true);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('what was initialised stays known after an activation, so that the next one sets no other password', async () => {
  const profile = await hiredAhead(engine);
  const before = directory().accountOf(profile.email)?.password;

  const incidentId = await activate(profile);

  await closed(engine, incidentId);
  const facts = accountIn(await personOf(engine, incidentId), DIRECTORY);
  assert.ok(facts?.initialisedAt && facts.deliveredAt);
  assert.equal(directory().accountOf(profile.email)?.password, before);
});

test('a look-up that the directory refuses halts with the usual causes, tells IT, and can be retried', async () => {
  const profile = await hiredAhead(engine);
  directory().fault = () => refusing(ConnectorErrorKind.Unauthorized);

  const incidentId = await activate(profile);

  await asked(engine, incidentId, 'H2');
  const incident = await incidentOf(engine, incidentId);
  assert.match(incident.tasks.at(-1)?.question ?? '', /port 636/);
  const mail = await eventually('IT is told', () =>
    Promise.resolve(engine.mailer.about(incidentId).find(({ messageId }) => messageId.endsWith('.failed'))),
  );
  assert.deepEqual(mail.to, ['it@example.com']);
  assert.match(mail.subject, new RegExp(`Activating ${profile.username ?? ''} in Active Directory failed`));
  assert.match(mail.html, /port 636/);
  assert.equal(await statusOf(incidentId), 'Pending');

  directory().calm();
  await settle(engine, incidentId, 'H2', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('an account that somebody else enabled while the incident halted ends it, although enabling had failed', async () => {
  const profile = await hiredAhead(engine);
  directory().fault = (operation) => (operation === 'enable' ? refusing(ConnectorErrorKind.Policy) : undefined);
  const incidentId = await activate(profile);
  await asked(engine, incidentId, 'H2');
  directory().calm();
  Object.assign(directory().accountOf(profile.email) ?? {}, { active: true });

  await settle(engine, incidentId, 'H2', 'retry');

  const incident = await closed(engine, incidentId);
  assert.deepEqual([incident.closeReason, incident.failedProvisioning], ['done', []]);
});

test('an attribute that is refused after enabling halts; the retry repeats the update and welcomes once', async () => {
  const profile = await hiredAhead(engine);
  directory().fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const incidentId = await activate(profile);
  await asked(engine, incidentId, 'H2');
  assert.equal(directory().accountOf(profile.email)?.active, true);
  assert.deepEqual(welcomeOf(incidentId), []);
  directory().calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  await ended(incidentId);
  assert.equal(welcomeOf(incidentId).length, 1);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('an instance that may not enable fails by name instead of leaving a disabled account as Enabled', async () => {
  const profile = await hiredAhead(engine);
  const instances = plain.ilm.instances.map((one) =>
    one.name === DIRECTORY ? { ...one, enableUserEnabled: false } : one,
  );
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };

  const incidentId = await activate(profile);

  await asked(engine, incidentId, 'H2');
  assert.match((await incidentOf(engine, incidentId)).failedProvisioning[0]?.errorMessage ?? '', /enableUserEnabled/);
  assert.equal(await statusOf(incidentId), 'Pending');
  engine.configuration.value = plain;
  await settle(engine, incidentId, 'H2', 'close');
  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
  const { profile: left } = await personOf(engine, incidentId);
  assert.deepEqual([left?.isProcessed, left?.adAccountStatus], [false, 'Pending']);
});

test('a directory whose answer is lost after enabling is not written twice, and its owner is welcomed', async () => {
  const profile = await hiredAhead(engine);
  let lost = 0;
  directory().fault = (operation) => (operation === 'enable' && lost++ === 0 ? passing('after') : undefined);

  const incidentId = await activate(profile);

  await closed(engine, incidentId);
  await ended(incidentId);
  assert.equal(directory().calls.filter((call) => call === 'enable').length, 1);
  assert.equal(welcomeOf(incidentId).length, 1);
});

test('somebody without a profile halts, and closing ends it', async () => {
  const profile = aPerson();

  const incidentId = await activate(profile);

  await settle(engine, incidentId, 'H1', 'close');
  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
});

test('without any directory the incident halts until there is one', async () => {
  const profile = await hiredAhead(engine);
  const instances = plain.ilm.instances.filter(({ name }) => name !== DIRECTORY);
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };
  const incidentId = await activate(profile);
  await asked(engine, incidentId, 'H1');
  engine.configuration.value = plain;

  await settle(engine, incidentId, 'H1', 'retry');

  await closed(engine, incidentId);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('the run names its type, and the directory while it works there', async () => {
  const profile = await hiredAhead(engine);
  const held = directory().holdNext('enable');
  const incidentId = await activate(profile);
  await held.reached;

  const view = await viewOf(engine, (await runOf(engine, incidentId)).workflowId);

  assert.deepEqual([view.type, view.step], [ACTIVATION, `provisioning ${DIRECTORY}`]);
  held.release();
  await closed(engine, incidentId);
});
