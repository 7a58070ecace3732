import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { WorkflowHandle } from '@temporalio/client';

import { startIncidentRuns } from '../../activities/open-incidents.js';
import { incidentWorkflowId } from '../../domain/names.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, closed, incidentOf, personOf, record, report } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas', 'Nimbus', 'Orbit'] });
});
after(() => engine.close());

/** Runs one joiner to the end; what it asks of the store is in `storeOperations` afterwards. */
async function join(): Promise<WorkflowHandle> {
  const incidentId = await record(engine, { profile: aPerson() });
  const { type, personId } = await incidentOf(engine, incidentId);
  engine.storeOperations.length = 0;
  await startIncidentRuns(engine.deps, [incidentId]);
  const run = engine.env.client.workflow.getHandle(incidentWorkflowId(type, personId, incidentId));
  await run.result();
  return run;
}

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
      ['Orbit', 'create'],
    ],
  );
  for (const [name, application] of engine.applications) assert.equal(application.accounts.length, 1, name);
  const person = await personOf(engine, incidentId);
  assert.equal(person.profile?.adAccountStatus, 'Pending');
  assert.equal(person.profile?.isTemporaryUser, false);
  assert.equal(person.profile?.isProcessed, false);
  assert.equal(person.queue.length, 0);
});

test('a joiner in a directory and three applications, mails included, stays within its budget', async () => {
  // The first one pays for connections and indexes of the process.
  await join();
  const run = await join();

  const operations = [...engine.storeOperations];
  const events = (await run.fetchHistory()).events ?? [];
  const count = (name: keyof (typeof events)[number]): number =>
    events.filter((event) => event[name] !== null && event[name] !== undefined).length;
  const figures = {
    operations: operations.length,
    activities: count('activityTaskScheduledEventAttributes'),
    events: events.length,
    upserts: count('upsertWorkflowSearchAttributesEventAttributes'),
  };

  const told = `${JSON.stringify(figures)}: ${operations.join(', ')}`;
  assert.ok(figures.operations <= 25, told);
  assert.ok(figures.activities <= 12, told);
  assert.ok(figures.events <= 90, told);
  assert.equal(figures.upserts, 2, told);
  if (process.env['ILM_SHOW_FIGURES'] !== undefined) console.log(told);
});
