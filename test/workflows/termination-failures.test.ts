import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, eventually, hired, personOf, report, settle } from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';

let engine: Engine;
before(async () => {
  engine = await startEngine();
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

type Person = Awaited<ReturnType<typeof hired>>;

const DIRECTORY = 'Active Directory';

/** Somebody whose directory account is enabled. */
async function working(): Promise<Person> {
  const person = await hired(engine);
  Object.assign(engine.application(DIRECTORY).accountOf(person.email) ?? {}, { active: true });
  for (const application of engine.applications.values()) application.calm();
  return person;
}

const leave = (profile: Person): Promise<string> => report(engine, { type: IncidentType.TerminateUser, profile });

const isActive = (application: string, { email }: Person): boolean | undefined =>
  engine.application(application).accountOf(email)?.active;

const statusOf = async (incidentId: string) => (await personOf(engine, incidentId)).profile?.adAccountStatus;

/** Deletes the directory account that we know. */
async function goneFrom(name: string): Promise<Person> {
  const person = await working();
  const { accounts } = engine.application(name);
  accounts.splice(
    accounts.findIndex(({ email }) => email === person.email),
    1,
  );
  return person;
}

test('a directory that refuses does not stop the applications; the status waits for the retry', async () => {
  const person = await working();
  engine.application(DIRECTORY).fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const incidentId = await leave(person);
  await asked(engine, incidentId, 'H2');
  assert.equal(isActive('Atlas', person), false);
  assert.equal(isActive('Nimbus', person), false);
  assert.equal(await statusOf(incidentId), '');
  for (const application of engine.applications.values()) application.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  const incident = await closed(engine, incidentId);
  assert.equal(await statusOf(incidentId), 'Disabled');
  assert.deepEqual(incident.failedProvisioning, []);
  assert.deepEqual(engine.application('Atlas').calls, [], 'only what is missing is repeated');
});

test('an application that refuses does not stop the directory, whose status stays through the retry', async () => {
  const person = await working();
  engine.application('Atlas').fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const incidentId = await leave(person);
  await asked(engine, incidentId, 'H2');
  assert.equal(await statusOf(incidentId), 'Disabled');
  assert.equal(isActive(DIRECTORY, person), false);
  for (const application of engine.applications.values()) application.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(isActive('Atlas', person), false);
  assert.equal(await statusOf(incidentId), 'Disabled');
  assert.deepEqual(engine.application(DIRECTORY).calls, []);
  const mails = await eventually('the mails are sent', async () => {
    const sent = engine.mailer.about(incidentId).filter(({ subject }) => subject.startsWith('User disabled'));
    return await Promise.resolve(sent.length >= 3 && sent);
  });
  assert.equal(mails.length, 3, 'each success is told about once');
});

test('what was not disabled stays open for the next report when the incident is closed by hand', async () => {
  const person = await working();
  engine.application(DIRECTORY).fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const incidentId = await leave(person);

  await settle(engine, incidentId, 'H2', 'close');

  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
  const { adAccountStatus, active, isProcessed } = (await personOf(engine, incidentId)).profile ?? {};
  assert.deepEqual([adAccountStatus, active, isProcessed], ['', false, false]);
});

test('a known account that is gone from the directory halts, and counts as disabled once somebody says so', async () => {
  const person = await goneFrom(DIRECTORY);
  const incidentId = await leave(person);
  await asked(engine, incidentId, 'H3');
  assert.equal(isActive('Atlas', person), false);
  assert.equal(await statusOf(incidentId), '');

  await settle(engine, incidentId, 'H3', 'close');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.equal(await statusOf(incidentId), 'Disabled');
  assert.deepEqual(incident.failedProvisioning, []);
  const [directory] = incident.successfulProvisioning;
  assert.deepEqual([directory?.skipped, directory?.reason], [true, 'A person says that no enabled account is left.']);
});

test('a known account that is found again after the halt is disabled by the retry', async () => {
  const person = await goneFrom(DIRECTORY);
  const incidentId = await leave(person);
  await asked(engine, incidentId, 'H3');
  engine.application(DIRECTORY).add({ email: person.email });

  await settle(engine, incidentId, 'H3', 'retry');

  await closed(engine, incidentId);
  assert.equal(isActive(DIRECTORY, person), false);
  assert.equal(await statusOf(incidentId), 'Disabled');
});

test('an account that is still gone is asked about again, and an application that failed meanwhile after it', async () => {
  const person = await goneFrom(DIRECTORY);
  engine.application('Atlas').fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const incidentId = await leave(person);

  await settle(engine, incidentId, 'H3', 'retry');
  await settle(engine, incidentId, 'H3', 'close');

  await settle(engine, incidentId, 'H2', 'close');
  const incident = await closed(engine, incidentId);
  assert.deepEqual(
    incident.tasks.map(({ kind }) => kind),
    ['H3', 'H3', 'H2'],
  );
  assert.equal(await statusOf(incidentId), 'Disabled');
});

test('a known account that is gone from an application is only skipped', async () => {
  const incident = await closed(engine, await leave(await goneFrom('Atlas')));

  assert.deepEqual(incident.tasks, []);
  const atlas = incident.successfulProvisioning.find(({ instanceName }) => instanceName === 'Atlas');
  assert.deepEqual([atlas?.skipped, atlas?.reason], [true, 'User does not exist']);
});

test('disabling that is switched off in the directory is skipped without a halt', async () => {
  const person = await working();
  const before = engine.configuration.value;
  const instances = before.ilm.instances.map((one) =>
    one.name === DIRECTORY ? { ...one, disableUserEnabled: false } : one,
  );
  engine.configuration.value = { ...before, ilm: { ...before.ilm, instances } };

  const incident = await closed(engine, await leave(person));

  engine.configuration.value = before;
  assert.equal(incident.successfulProvisioning[0]?.reason, 'Command is disabled.');
  assert.equal(isActive(DIRECTORY, person), true);
  const ledger = engine.store.database.collection('action_ledger');
  assert.equal(await ledger.countDocuments({ deactivationOf: incident._id }), 0);
});

test('access that cannot be read is noted and keeps nobody enabled', async () => {
  const person = await working();
  engine.application('Atlas').fault = (operation) => (operation === 'readAccess' ? refusing() : undefined);

  const incident = await closed(engine, await leave(person));

  assert.equal(isActive('Atlas', person), false);
  assert.ok(incident.steps.some(({ note }) => note === 'The access in Atlas could not be read before disabling.'));
  const access = (await engine.store.evidence.ofIncident(incident._id)).filter(({ kind }) => kind === 'access');
  const unread = access.filter(({ outcome }) => outcome?.['unread'] === true);
  assert.deepEqual([access.length, unread.map(({ instance }) => instance)], [3, ['Atlas']]);
});

test('an answer that the directory lost counts as our own disabling', async () => {
  const person = await working();
  let isLost = false;
  engine.application(DIRECTORY).fault = (operation) => {
    if (operation !== 'disable' || isLost) return undefined;
    isLost = true;
    return passing('after');
  };

  const incident = await closed(engine, await leave(person));

  assert.deepEqual(
    [incident.successfulProvisioning[0]?.action, incident.successfulProvisioning[0]?.skipped],
    ['disable', false],
  );
});
