import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

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

let engine: Engine;
before(async () => {
  engine = await startEngine({ ilm: { mail: { linkBaseUrl: 'https://temporal.example.com/namespaces/ilm' } } });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

/** A new hire whom Atlas refuses for good. */
async function refused() {
  const atlas = engine.application('Atlas');
  atlas.fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const profile = aPerson();
  const incidentId = await report(engine, { profile });
  const taskId = await asked(engine, incidentId, 'H2');
  return { atlas, profile, incidentId, taskId };
}

test('one application that refuses halts the incident, and every other application is done', async () => {
  const { profile, incidentId } = await refused();

  const incident = await incidentOf(engine, incidentId);
  assert.equal(incident.state, 'WaitingForFix');
  assert.deepEqual(
    incident.failedProvisioning.map(({ instanceName, errorCode, errorMessage }) => [
      instanceName,
      errorCode,
      errorMessage,
    ]),
    [['Atlas', '400', 'The application refuses this.']],
  );
  assert.deepEqual(
    incident.successfulProvisioning.map(({ instanceName }) => instanceName),
    ['Active Directory', 'Active Directory', 'Nimbus'],
  );
  assert.ok(engine.application('Nimbus').accountOf(profile.email));
});

test('a halt has an owner of the configured role and holds neither the turn nor the profile', async () => {
  const { incidentId } = await refused();

  const incident = await incidentOf(engine, incidentId);
  assert.equal(incident.owner, 'reviewer-1');
  assert.equal(incident.ownerNote, 'chosen at random');
  const { queue, profile } = await personOf(engine, incidentId);
  assert.deepEqual(queue, []);
  assert.equal(profile?.isProcessed, false);
  assert.equal(profile?.isTemporaryUser, false);
});

test('IT gets one mail about the failed instance, with a link to the run', async () => {
  const { incidentId, taskId } = await refused();

  const mail = await eventually('the mail arrives', async () =>
    Promise.resolve(engine.mailer.sent.find(({ messageId }) => messageId === `${taskId}.Atlas.failed`)),
  );

  assert.deepEqual(mail.to, ['it@example.com']);
  assert.match(mail.subject, new RegExp(`^${incidentId} failed: Person`));
  const run = await runOf(engine, incidentId);
  assert.match(mail.html, new RegExp(`/workflows/${encodeURIComponent(run.workflowId)}`));
  assert.match(mail.html, /The application refuses this\./);
  assert.equal(engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.failed')).length, 1);
});

test('"retry" repeats only what is missing and closes the incident', async () => {
  const { atlas, incidentId } = await refused();
  for (const application of engine.applications.values()) application.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.deepEqual(incident.failedProvisioning, []);
  assert.equal(incident.successfulProvisioning.length, 4);
  assert.deepEqual(atlas.calls, ['find', 'create']);
  assert.deepEqual(engine.application('Nimbus').calls, []);
  assert.deepEqual(engine.application('Active Directory').calls, []);
});

test('"retry" mails nobody twice about what was done before', async () => {
  const { incidentId } = await refused();
  engine.application('Atlas').calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  const run = await runOf(engine, incidentId);
  await run.result();
  const news = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.create.notification'));
  assert.deepEqual(news.map(({ messageId }) => messageId.split('.')[1]).sort(), [
    'Active Directory',
    'Atlas',
    'Nimbus',
  ]);
});

test('a retry that fails again halts again and mails again', async () => {
  const { incidentId } = await refused();

  await settle(engine, incidentId, 'H2', 'retry');

  assert.equal(await asked(engine, incidentId, 'H2'), `${incidentId}/H2/2`);
  await eventually('the second mail arrives', async () =>
    Promise.resolve(engine.mailer.sent.some(({ messageId }) => messageId === `${incidentId}/H2/2.Atlas.failed`)),
  );
});

test('"close" ends the incident as it is and keeps both tables', async () => {
  const { incidentId } = await refused();

  await settle(engine, incidentId, 'H2', 'close');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'closed by a person');
  assert.equal(incident.failedProvisioning.length, 1);
  assert.equal(incident.successfulProvisioning.length, 3);
  assert.equal(incident.tasks[0]?.answer?.by, 'reviewer-1');
});

test("a retry sends the stored profile and never the event's copy", async () => {
  const { atlas, profile, incidentId } = await refused();
  const person = await personOf(engine, incidentId);
  const set = { displayName: 'Corrected Since' };
  await engine.store.people.writeVersion(person._id, person.version, { set });
  atlas.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(atlas.accountOf(profile.email)?.displayName, 'Corrected Since');
  assert.equal((await personOf(engine, incidentId)).profile?.displayName, 'Corrected Since');
});

test('a person who was terminated meanwhile is neither created nor enabled by a new hire', async () => {
  const { incidentId, atlas, profile } = await refused();
  const person = await personOf(engine, incidentId);
  await engine.store.people.writeVersion(person._id, person.version, { set: { active: false } });
  atlas.calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await asked(engine, incidentId, 'H1');
  assert.equal(atlas.accountOf(profile.email), undefined);
});

test('a row that names an unknown instance is noted and left out', async () => {
  const plain = engine.configuration.value;
  const [row] = plain.appProvisioningSettings;
  assert.ok(row);
  engine.configuration.value = {
    ...plain,
    appProvisioningSettings: [...plain.appProvisioningSettings, { ...row, instance_name: 'Gone' }],
  };

  const incident = await closed(engine, await report(engine, { profile: aPerson() }));

  engine.configuration.value = plain;
  assert.equal(incident.closeReason, 'done');
  assert.match(incident.steps.find(({ step }) => step === 'warning')?.note ?? '', /'Gone'.*not configured/);
});

test('a group that the configuration does not have is a fault of the configuration that a retry gets over', async () => {
  const plain = engine.configuration.value;
  const rows = plain.appProvisioningSettings.map((row) => ({ ...row, create_user_group: 'Nobody Knows' }));
  engine.configuration.value = { ...plain, appProvisioningSettings: rows };
  const incidentId = await report(engine, { profile: aPerson() });
  await asked(engine, incidentId, 'H1');
  assert.match((await incidentOf(engine, incidentId)).tasks[0]?.question ?? '', /'Nobody Knows'/);

  engine.configuration.value = plain;
  await settle(engine, incidentId, 'H1', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});
