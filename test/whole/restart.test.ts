import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { startIncidentRuns } from '../../activities/open-incidents.js';
import { IncidentType } from '../../domain/incident.js';
import { startServers } from '../../sandbox/servers/servers.js';
import type { RunningServers } from '../../sandbox/servers/servers.js';
import { decideSignal } from '../../workflows/messages.js';
import { Company } from './support/company.js';
import { Endings } from './support/endings.js';
import { eventually } from './support/eventually.js';
import { JOINED, askingIncident, closedIncident, decide, incidentsOf, questionOf, stateOf } from './support/joiner.js';

const EMAIL = 'casey.joiner@example.com';

/** Hires somebody whose name is taken, and waits for the question. */
async function hireNamesake(company: Company): Promise<Awaited<ReturnType<typeof askingIncident>>> {
  await company.firstSync();
  const displayName = company.workday.rows('employees')[1]?.['Preferred_Name'] ?? '';
  await company.hire({ email: EMAIL, displayName });
  await company.runNow();
  return await askingIncident(company, EMAIL, 'D1');
}

test('a question outlasts a restart of everything, and the decision after it is honoured', async (t) => {
  const endings = new Endings(t);
  const dataDir = mkdtempSync(join(tmpdir(), 'ilm-restart-'));
  endings.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const start = (): Promise<RunningServers<'temporal' | 'mongodb'>> =>
    startServers({ need: ['temporal', 'mongodb'], dataDir, logDir: dataDir });
  let servers = await start();
  endings.after(() => servers.stop());
  const { addresses } = servers;
  const company = await Company.start(endings, { servers: addresses });
  const worker = await company.worker();
  const asking = await hireNamesake(company);
  const exitCode = await worker.stop();
  await servers.stop();

  servers = await start();
  await company.worker();
  await decide(company, asking, 'Create New Account');
  await closedIncident(company, EMAIL);

  assert.equal(exitCode, 0);
  assert.deepEqual(servers.addresses, addresses);
  assert.deepEqual(await stateOf(company, EMAIL), JOINED);
});

test('a decision that is sent while no worker runs is honoured by the next one', async (t) => {
  const company = await Company.start(t);
  const worker = await company.worker();
  const asking = await hireNamesake(company);
  await worker.stop();

  const decision = { taskId: questionOf(asking), option: 'Create New Account', by: 'iam-admin@example.com' };
  await company.client.workflow.getHandle(asking.run?.workflowId ?? '').signal(decideSignal, decision);
  const before = await stateOf(company, EMAIL);
  await company.worker();
  await closedIncident(company, EMAIL);

  assert.deepEqual([before.accounts, before.turnsHeld], [{ 'Active Directory': 0 }, 0]);
  assert.deepEqual(await stateOf(company, EMAIL), JOINED);
});

test('a worker that is asked to end finishes the command that it has begun', async (t) => {
  const company = await Company.start(t);
  const worker = await company.worker();
  await company.firstSync();
  const atlas = company.apps.app('Atlas Wiki');
  atlas.addFault({ kind: 'slow', method: 'POST', delayMs: 3_000 });
  await company.hire({ email: EMAIL });
  await company.runNow();
  await eventually('the application creates the account', async () => {
    const [person] = await company.store.people.collection.find({ emailKey: EMAIL }).toArray();
    return Object.keys(person?.intents ?? {}).some((intent) => intent.startsWith('Atlas'));
  });

  const exitCode = await worker.stop();
  const evidence = await company.store.evidence.collection.find({ instance: 'Atlas Wiki' }).toArray();
  await company.worker();
  await closedIncident(company, EMAIL);

  assert.equal(exitCode, 0);
  assert.deepEqual(evidence.map(({ phase, outcome }) => [phase, outcome?.['success'] ?? '']).sort(), [
    ['begun', ''],
    ['done', true],
  ]);
  assert.equal(atlas.requests().filter(({ method }) => method === 'POST').length, 1);
  assert.deepEqual(await stateOf(company, EMAIL), JOINED);
});

test('a run on a queue that no worker serves waits there and is worked on once one comes', async (t) => {
  const company = await Company.start(t);
  const { store, client } = company;
  const employeeId = 'J-1';
  const personId = (await store.people.reserve('Workday', [employeeId])).get(employeeId) ?? null;
  const fields = { email: EMAIL, username: EMAIL, employeeId, displayName: 'Casey Joiner', givenName: 'Casey' };
  const incidentIds = await store.incidents.record(
    [
      {
        ...{ eventKey: randomUUID(), type: IncidentType.NewHire, personId, email: EMAIL, employeeId },
        ...{ details: 'The person was hired.', changedFields: {}, mergedWith: null },
        ...{ conversionHire: false, forced: false },
        source: { instance: 'Workday', sourceOfTruth: 'Workday' },
        userProfile: { fields: { ...fields, surname: 'Joiner', employeeType: 'Regular', location: 'Berlin' } },
      },
    ],
    new Date().toISOString(),
  );

  await startIncidentRuns({ store, client }, incidentIds);
  const [waiting] = await incidentsOf(company, EMAIL);
  await company.worker();
  await closedIncident(company, EMAIL);

  assert.equal(waiting?.state, 'Queued');
  assert.deepEqual(await stateOf(company, EMAIL), JOINED);
});

test("a customer's hook on a queue without a worker halts its incident, and nothing is provisioned", async (t) => {
  const company = await Company.start(t, {
    change: (ilm) => {
      ilm['hooks'] = { customPreProvisioning: { workflowType: 'checkEquipment', taskQueue: 'nobody', timeout: '2s' } };
    },
  });
  await company.worker();
  await company.firstSync();
  await company.hire({ email: EMAIL });
  await company.runNow();

  const halted = await askingIncident(company, EMAIL, 'Hook');
  const { accounts, turnsHeld } = await stateOf(company, EMAIL);
  await company.client.workflow
    .getHandle(halted.run?.workflowId ?? '')
    .signal(decideSignal, { taskId: questionOf(halted), option: 'close', by: 'it-operations@example.com' });
  const { closeReason } = await closedIncident(company, EMAIL);

  assert.deepEqual([accounts, turnsHeld], [{ 'Active Directory': 0 }, 0]);
  assert.equal(closeReason, 'closed by a person');
});
