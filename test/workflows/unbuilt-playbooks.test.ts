import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  hired,
  incidentOf,
  personOf,
  report,
  runOf,
  settle,
  viewOf,
} from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
after(() => engine.close());

const TYPES = [IncidentType.TerminateUser];

for (const type of TYPES) {
  test(`${type} waits as a halt that names type and person, and gives the turn back`, async () => {
    const profile = { ...(await hired(engine)), title: 'Clerk' };

    const incidentId = await report(engine, { type, profile });

    await asked(engine, incidentId, 'NotBuilt');
    const incident = await incidentOf(engine, incidentId);
    assert.equal(incident.state, 'WaitingForFix');
    assert.equal(incident.email, profile.email);
    assert.match(incident.tasks[0]?.question ?? '', new RegExp(type));
    assert.deepEqual((await personOf(engine, incidentId)).queue, []);
    const run = await runOf(engine, incidentId);
    assert.equal((await viewOf(engine, run.workflowId)).type, type);
    assert.match(engine.mailer.about(incidentId)[0]?.html ?? '', new RegExp(profile.email));
  });
}

test('a playbook that is not built can be retried, which asks again', async () => {
  const incidentId = await report(engine, { type: 'IAM - Terminate User', profile: await hired(engine) });

  await settle(engine, incidentId, 'NotBuilt', 'retry');

  assert.equal(await asked(engine, incidentId, 'NotBuilt'), `${incidentId}/NotBuilt/2`);
});

test('closed by hand, it leaves the profile free for the next event', async () => {
  const incidentId = await report(engine, { type: 'IAM - Terminate User', profile: await hired(engine) });
  await asked(engine, incidentId, 'NotBuilt');
  assert.equal((await personOf(engine, incidentId)).profile?.isProcessed, true);

  await settle(engine, incidentId, 'NotBuilt', 'close');

  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
  const { profile } = await personOf(engine, incidentId);
  assert.equal(profile?.isProcessed, false);
  assert.equal(profile?.processedBy, undefined);
});

test('a termination of somebody unknown makes a permanent profile once it was carried out by hand', async () => {
  const incidentId = await report(engine, { type: 'IAM - Terminate User', profile: aPerson() });

  await settle(engine, incidentId, 'NotBuilt', 'close');

  await closed(engine, incidentId);
  assert.equal((await personOf(engine, incidentId)).profile?.isTemporaryUser, false);
});
