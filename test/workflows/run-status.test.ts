import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { defineSearchAttributeKey } from '@temporalio/common';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  disputed,
  hired,
  report,
  runOf,
  settle,
  viewOf,
} from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const KEYS = ['IlmIncidentType', 'IlmState', 'IlmTask', 'IlmOwner', 'IlmEmployeeId'] as const;
const INSTANCES = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** What operators can search a run by. */
async function shown(incidentId: string): Promise<Record<string, unknown>> {
  const { typedSearchAttributes: attributes } = await (await runOf(engine, incidentId)).describe();
  const found: Record<string, unknown> = { IlmInstance: attributes.get(INSTANCES) ?? [] };
  for (const name of KEYS) found[name] = attributes.get(defineSearchAttributeKey(name, 'KEYWORD')) ?? null;
  return found;
}

/** The live line of a run. */
async function details(incidentId: string): Promise<string> {
  const run = await runOf(engine, incidentId);
  const metadata = await run.query<{ currentDetails?: string }, []>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

test('a run that provisions shows its instances', async () => {
  const profile = aPerson();
  const held = engine.application('Atlas').holdNext('create');
  const incidentId = await report(engine, { profile });
  await held.reached;

  assert.deepEqual(await shown(incidentId), {
    IlmIncidentType: 'IAM - New Hire',
    IlmState: 'Running',
    IlmTask: null,
    IlmOwner: null,
    IlmEmployeeId: profile.employeeId,
    IlmInstance: ['Active Directory', 'Atlas'],
  });
  assert.equal(await details(incidentId), 'provisioning Active Directory, Atlas');
  const view = await viewOf(engine, (await runOf(engine, incidentId)).workflowId);
  assert.equal(view.state, 'Running');
  assert.equal(view.openTask, null);
  held.release();
  await closed(engine, incidentId);
});

test('a run that has ended shows Closed and nothing of its last step', async () => {
  const incidentId = await report(engine, { profile: aPerson() });
  await closed(engine, incidentId);
  await (await runOf(engine, incidentId)).result();

  const { IlmState, IlmTask, IlmInstance } = await shown(incidentId);

  assert.deepEqual([IlmState, IlmTask, IlmInstance], ['Closed', null, []]);
  const view = await viewOf(engine, (await runOf(engine, incidentId)).workflowId);
  assert.equal(view.step, 'closed: done');
  assert.deepEqual(
    view.results.map(({ instanceName, action, success }) => [instanceName, action, success]),
    [
      ['Active Directory', 'create', true],
      ['Active Directory', 'initialise', true],
      ['Atlas', 'create', true],
    ],
  );
});

test('a halted run shows its task, its owner and the instances that failed', async () => {
  engine.application('Atlas').fault = () => refusing();
  const incidentId = await report(engine, { profile: aPerson() });
  const taskId = await asked(engine, incidentId, 'H2');

  const { IlmState, IlmTask, IlmOwner, IlmInstance } = await shown(incidentId);

  assert.deepEqual([IlmState, IlmTask, IlmOwner, IlmInstance], ['WaitingForFix', taskId, 'reviewer-1', ['Atlas']]);
  assert.equal(await details(incidentId), 'waiting for an answer to H2');
});

test('a run that waits for a decision shows which, and what it becomes shows the new type', async () => {
  const holder = await hired(engine);
  const profile = aPerson({ displayName: holder.displayName ?? '' });
  const mergedUserProfile = { ...holder, displayName: holder.displayName ?? '' };
  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  const taskId = await asked(engine, incidentId, 'D1');
  assert.equal((await shown(incidentId))['IlmState'], 'WaitingForDecision');
  assert.equal((await shown(incidentId))['IlmTask'], taskId);

  engine.application('Atlas').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');

  const halt = await asked(engine, incidentId, 'H2');
  const { IlmIncidentType, IlmState, IlmTask } = await shown(incidentId);
  assert.deepEqual([IlmIncidentType, IlmState, IlmTask], ['IAM - Update User', 'WaitingForFix', halt]);
});

test('a run that continues as new shows nothing of the incident before it', async () => {
  const update = { type: 'IAM - Update User' as const, profile: await disputed(engine) };
  const older = await report(engine, update);
  const olderTask = await asked(engine, older, 'H1');
  const newer = await report(engine, { ...update, profile: { ...update.profile, title: 'Clerk' } });
  const newerTask = await asked(engine, newer, 'H1');

  assert.notEqual(newerTask, olderTask);
  assert.equal((await shown(newer))['IlmTask'], newerTask);
  await settle(engine, newer, 'H1', 'close');
  await closed(engine, newer);
  const run = await runOf(engine, newer);
  await run.result();
  assert.equal((await shown(newer))['IlmTask'], null);
});

test('runs can be found by state, type and owner', async () => {
  engine.application('Atlas').fault = () => refusing();
  const incidentId = await report(engine, { profile: aPerson() });
  await asked(engine, incidentId, 'H2');
  const { workflowId } = await runOf(engine, incidentId);
  const query = "IlmState = 'WaitingForFix' AND IlmIncidentType = 'IAM - New Hire' AND IlmOwner = 'reviewer-1'";

  await eventually('the run is listed', async () => {
    for await (const run of engine.env.client.workflow.list({ query })) if (run.workflowId === workflowId) return true;
    return false;
  });
});
