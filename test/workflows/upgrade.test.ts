import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { openIncident } from '../../activities/incidents/open.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, hired, personOf, report, settle } from '../support/incidents.js';

let engine: Engine;
/** Whether the workers are those of a version that did not have the playbook. */
let isOld = false;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    activities: (deps, plain) => ({
      openSyncUser: (request) =>
        isOld
          ? openIncident(deps, request, (entry) => entry.ask('NotBuilt', 'This version has no such playbook.'))
          : plain.openSyncUser(request),
    }),
  });
});
afterEach(() => {
  isOld = false;
});
after(() => engine.close());

/** An update that an earlier version could not carry out, and that waits while the workers are upgraded. */
async function waiting(): Promise<{ incidentId: string; title: string }> {
  const person = await hired(engine);
  const title = `Keeper ${person.employeeId}`;
  isOld = true;
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: { ...person, title } });
  await asked(engine, incidentId, 'NotBuilt');
  isOld = false;
  engine.application('Atlas').calm();
  return { incidentId, title };
}

test('an incident that waited for a newer version goes on with the playbook that there is now', async () => {
  const { incidentId, title } = await waiting();

  await settle(engine, incidentId, 'NotBuilt', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal((await personOf(engine, incidentId)).profile?.['title'], title);
  assert.ok(engine.application('Atlas').accounts.some((account) => account.title === title));
});

test('an incident that waited for a newer version can be closed as it is', async () => {
  const { incidentId, title } = await waiting();

  await settle(engine, incidentId, 'NotBuilt', 'close');

  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
  const { profile, queue } = await personOf(engine, incidentId);
  assert.notEqual(profile?.['title'], title);
  assert.deepEqual([profile?.isProcessed, queue], [false, []]);
  assert.deepEqual(engine.application('Atlas').calls, []);
});
