import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, closed, personOf, report } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine();
});
after(() => engine.close());

test('a new hire gets one account everywhere, a first password, and a closed incident', async () => {
  const incidentId = await report(engine, { profile: aPerson() });

  const incident = await closed(engine, incidentId);

  assert.equal(incident.closeReason, 'done');
  assert.deepEqual(incident.failedProvisioning, []);
  assert.deepEqual(
    incident.successfulProvisioning.map(({ instanceName, action }) => [instanceName, action]),
    [
      ['Active Directory', 'create'],
      ['Active Directory', 'initialise'],
      ['Atlas', 'create'],
      ['Nimbus', 'create'],
    ],
  );
  for (const [name, application] of engine.applications) assert.equal(application.accounts.length, 1, name);
  const person = await personOf(engine, incidentId);
  assert.equal(person.profile?.adAccountStatus, 'Pending');
  assert.equal(person.profile?.isTemporaryUser, false);
  assert.equal(person.profile?.isProcessed, false);
  assert.equal(person.queue.length, 0);
});
