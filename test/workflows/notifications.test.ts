import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, closed, report, runOf } from '../support/incidents.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine();
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
  engine.mailer.isDown = () => false;
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

/** Message ids of the news about an incident's successes, after its run has ended. */
async function news(incidentId: string): Promise<string[]> {
  await closed(engine, incidentId);
  await (await runOf(engine, incidentId)).result();
  const mails = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.notification'));
  return mails.map(({ messageId }) => messageId.replace(`${incidentId}.`, '')).sort();
}

test('one mail goes out for each instance and action', async () => {
  const incidentId = await report(engine, { profile: aPerson() });

  assert.deepEqual(await news(incidentId), [
    'Active Directory.create.notification',
    'Atlas.create.notification',
    'Nimbus.create.notification',
  ]);
});

test('a directory without a row in the settings list is created and nobody is told', async () => {
  const rows = plain.appProvisioningSettings.filter(({ instance_name }) => instance_name !== 'Active Directory');
  engine.configuration.value = { ...plain, appProvisioningSettings: rows };
  const profile = aPerson();

  const incidentId = await report(engine, { profile });

  assert.deepEqual(await news(incidentId), ['Atlas.create.notification', 'Nimbus.create.notification']);
  assert.notEqual(engine.application('Active Directory').accountOf(profile.email), undefined);
});

test('nobody is told about an account that existed, or a command that was skipped', async () => {
  const profile = aPerson();
  engine.application('Atlas').add({ email: profile.email });
  const instances = plain.ilm.instances.map((one) =>
    one.name === 'Nimbus' ? { ...one, createUserEnabled: false } : one,
  );
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };

  const incidentId = await report(engine, { profile });

  assert.deepEqual(await news(incidentId), ['Active Directory.create.notification']);
});

test('a person outside the group of a row is neither created there nor told about', async () => {
  const groups = { Clerks: "title = 'Clerk'" };
  const rows = plain.appProvisioningSettings.map((row) => ({ ...row, create_user_group: 'Clerks' }));
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, groups }, appProvisioningSettings: rows };

  const clerk = await report(engine, { profile: aPerson({ title: 'Clerk' }) });
  const head = await report(engine, { profile: aPerson({ title: 'Head' }) });

  assert.equal((await news(clerk)).length, 3);
  assert.deepEqual(await news(head), []);
  assert.deepEqual(
    (await closed(engine, head)).successfulProvisioning.map(({ instanceName }) => instanceName),
    ['Active Directory', 'Active Directory'],
  );
});

test('a mail that the server refuses once is sent again, and a hire is not held up', async () => {
  let refused = 0;
  engine.mailer.isDown = (call, mail) =>
    call === 'send' && mail?.messageId.endsWith('Atlas.create.notification') === true && refused++ === 0;

  const incidentId = await report(engine, { profile: aPerson() });

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal((await news(incidentId)).length, 3);
  assert.equal(refused, 2);
});

test('every mail is evidence, without its text and its receivers', async () => {
  const incidentId = await report(engine, { profile: aPerson() });
  await news(incidentId);

  const mails = (await engine.store.evidence.ofIncident(incidentId)).filter(({ kind }) => kind === 'mail');

  assert.equal(mails.length, 3);
  assert.deepEqual(mails[0]?.outcome?.['recipients'], 1);
  assert.doesNotMatch(JSON.stringify(mails), /@/);
});
