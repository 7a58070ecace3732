import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Worker } from '@temporalio/worker';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { Hook } from '../../domain/config.js';
import type { HookInput } from '../../workflows/hooks.js';
import { startEngine, workflowBundle } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import type { HookActivities } from '../support/hook-workflows.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  hired,
  incidentOf,
  personOf,
  report,
  runOf,
  settle,
} from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

const QUEUE = 'a-customers-queue';
const seen: HookInput[] = [];
/** What the customer's worker does to the record. */
let work: (input: HookInput) => Promise<void> = () => Promise.resolve();

let engine: Engine;
let plain: LoadedConfiguration;
let customer: { worker: Worker; end: Promise<void> };
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
  plain = engine.configuration.value;
  const activities: HookActivities = {
    noteHook: async (input) => {
      seen.push(input);
      await work(input);
    },
  };
  const worker = await Worker.create({
    connection: engine.env.nativeConnection,
    namespace: engine.namespace,
    taskQueue: QUEUE,
    workflowBundle: await workflowBundle(),
    activities,
  });
  customer = { worker, end: worker.run() };
});
afterEach(() => {
  engine.configuration.value = plain;
  for (const application of engine.applications.values()) application.calm();
  seen.length = 0;
  work = () => Promise.resolve();
});
after(async () => {
  customer.worker.shutdown();
  await customer.end;
  await engine.close();
});

type Point = 'customPreProvisioning' | 'customUserSync' | 'customPostProvisioning';

/** Configures hooks by the name of their workflow. */
function hook(hooks: Partial<Record<Point, string>>, over: Partial<Hook> = {}): void {
  const configured = Object.entries(hooks).map(([point, workflowType]) => [
    point,
    { workflowType, taskQueue: QUEUE, timeout: '10m', ...over },
  ]);
  engine.configuration.value = {
    ...plain,
    ilm: { ...plain.ilm, hooks: Object.fromEntries(configured) as typeof plain.ilm.hooks },
  };
}

test('all three hooks run in their order on the queue of their owner, with ids and outcomes only', async () => {
  hook({ customPreProvisioning: 'goodHook', customUserSync: 'goodHook', customPostProvisioning: 'goodHook' });
  const profile = aPerson();

  const incident = await closed(engine, await report(engine, { profile }));

  assert.equal(incident.closeReason, 'done');
  assert.deepEqual(
    seen.map(({ hook: point, results }) => [point, results.map(({ instance, action }) => `${instance} ${action}`)]),
    [
      ['customPreProvisioning', []],
      ...['customUserSync', 'customPostProvisioning'].map((point) => [
        point,
        ['Active Directory create', 'Active Directory initialise', 'Atlas create'],
      ]),
    ],
  );
  assert.equal(seen[0]?.incidentId, incident._id);
  assert.equal(seen[0]?.incidentType, 'IAM - New Hire');
  assert.equal(seen[0]?.personId, incident.personId);
  assert.ok(!JSON.stringify(seen).includes('@'), 'no address travels to a hook');
});

test('nobody waits for a turn while a hook takes its time', async () => {
  hook({ customUserSync: 'slowHook' });
  const incidentId = await report(engine, { profile: aPerson() });
  await eventually('the hook runs', () => Promise.resolve(seen.length === 1));

  assert.deepEqual((await personOf(engine, incidentId)).queue, []);
  assert.equal((await personOf(engine, incidentId)).profile?.isProcessed, true);
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('hooks run although an application failed, and again on a retry', async () => {
  hook({ customPostProvisioning: 'goodHook' });
  engine.application('Atlas').fault = () => refusing();
  const incidentId = await report(engine, { profile: aPerson() });
  await asked(engine, incidentId, 'H2');
  assert.equal(seen.at(-1)?.results.find(({ instance }) => instance === 'Atlas')?.success, false);
  engine.application('Atlas').calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(seen.length, 2);
});

test('a hook that fails halts the incident before its bookkeeping, and tells nobody its words', async () => {
  hook({ customUserSync: 'failingHook' });

  const incidentId = await report(engine, { profile: aPerson() });

  await asked(engine, incidentId, 'Hook');
  const incident = await incidentOf(engine, incidentId);
  assert.equal(incident.state, 'WaitingForFix');
  assert.equal(incident.owner, 'reviewer-1');
  assert.match(incident.tasks[0]?.question ?? '', /The hook customUserSync failed; its run is INC-/);
  assert.ok(!JSON.stringify(incident).includes('words of the hook'));
  const { profile, queue } = await personOf(engine, incidentId);
  assert.equal(profile?.isProcessed, true);
  assert.equal(profile?.isTemporaryUser, true);
  assert.deepEqual(queue, []);
  assert.equal((await (await runOf(engine, incidentId)).describe()).status.name, 'RUNNING');
});

test('a retry after the hook was mended repeats the hook, nothing else, and ends well', async () => {
  hook({ customUserSync: 'failingHook' });
  const incidentId = await report(engine, { profile: aPerson() });
  await asked(engine, incidentId, 'Hook');
  hook({ customUserSync: 'goodHook' });
  for (const application of engine.applications.values()) application.calm();

  await settle(engine, incidentId, 'Hook', 'retry');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.equal(incident.successfulProvisioning.length, 3);
  assert.deepEqual(engine.application('Atlas').calls, []);
  assert.equal(seen.length, 2);
  assert.equal((await personOf(engine, incidentId)).profile?.isTemporaryUser, false);
});

test('an incident that is closed at a hook keeps what was done and frees the profile', async () => {
  hook({ customPostProvisioning: 'failingHook' });
  const incidentId = await report(engine, { profile: aPerson() });

  await settle(engine, incidentId, 'Hook', 'close');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'closed by a person');
  assert.equal(incident.successfulProvisioning.length, 3);
  const { profile, accounts } = await personOf(engine, incidentId);
  assert.equal(profile?.isProcessed, false);
  assert.equal(profile?.isTemporaryUser, false);
  assert.ok(accounts?.['Atlas']?.id);
});

test('a hook without a worker halts after its time and says where to look', async () => {
  hook({ customPreProvisioning: 'goodHook' }, { taskQueue: 'nobody-is-here', timeout: '1s' });

  const incidentId = await report(engine, { profile: aPerson() });

  await asked(engine, incidentId, 'Hook');
  const { tasks } = await incidentOf(engine, incidentId);
  assert.match(tasks[0]?.question ?? '', /did not end within 1s \(is its worker running\?\)/);
  assert.equal(engine.application('Atlas').calls.length, 0);
});

test('a hook whose workflow does not exist halts after its time', async () => {
  hook({ customPreProvisioning: 'noSuchWorkflow' }, { timeout: '1s' });

  const incidentId = await report(engine, { profile: aPerson() });

  await asked(engine, incidentId, 'Hook');
});

test('data that the first hook changes in the record is stored and provisioned', async () => {
  hook({ customPreProvisioning: 'goodHook' });
  work = async ({ incidentId }) => {
    const set = { 'userProfile.fields.displayName': 'Named By The Hook' };
    await engine.store.incidents.collection.updateOne({ _id: incidentId }, { $set: set });
  };
  const profile = aPerson();

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  assert.equal((await personOf(engine, incidentId)).profile?.displayName, 'Named By The Hook');
  assert.equal(engine.application('Atlas').accountOf(profile.email)?.displayName, 'Named By The Hook');
});

test('a type that the first hook changes in the record decides which playbook runs', async () => {
  hook({ customPreProvisioning: 'goodHook' });
  work = async ({ incidentId }) => {
    await engine.store.incidents.update(incidentId, { type: 'IAM - Update User' });
  };

  const incidentId = await report(engine, { profile: aPerson() });

  assert.equal((await closed(engine, incidentId)).type, 'IAM - Update User');
  const commands = (await engine.store.evidence.outcomes(incidentId)).map(({ action }) => action);
  assert.ok(commands.includes('update-user') && !commands.includes('create-user'));
});

test('an incident whose type a hook has changed is no duplicate of a newer event of its old type', async () => {
  hook({ customPreProvisioning: 'goodHook' });
  work = async ({ incidentId }) => {
    work = () => Promise.resolve();
    await engine.store.incidents.update(incidentId, { type: 'IAM - Update User' });
  };
  const profile = aPerson();
  engine.application('Atlas').fault = () => refusing();
  const changed = await report(engine, { profile });
  await asked(engine, changed, 'H2');
  engine.application('Atlas').calm();
  const before = await runOf(engine, changed);

  const newer = await report(engine, { profile: { ...profile, title: 'Clerk' } });

  assert.equal((await closed(engine, newer)).closeReason, 'done');
  const moved = await eventually('it has a run of its own', async () => {
    const { run } = await incidentOf(engine, changed);
    return run?.workflowId !== before.workflowId && run;
  });
  assert.match(moved.workflowId, /^sync-user\/update\//);
  assert.equal((await closed(engine, changed)).closeReason, 'done');
});

test('hooks do not run for a person that was declined', async () => {
  hook({ customPreProvisioning: 'goodHook', customUserSync: 'goodHook' });
  const holder = await hired(engine);
  seen.length = 0;
  const profile = aPerson({ displayName: holder.displayName ?? '' });
  const mergedUserProfile = { ...profile, email: holder.email };
  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  await settle(engine, incidentId, 'D1', 'Do Nothing');

  await settle(engine, incidentId, 'D2', 'Report Was Fixed');

  await closed(engine, incidentId);
  assert.deepEqual(seen, []);
});
