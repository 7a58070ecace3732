import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { Worker } from '@temporalio/worker';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { configSchema } from '../../domain/config.js';
import type { HookChangeDocument } from '../../activities/store/hook-changes.js';
import { COMPANY_HOOKS, createHookWorker } from '../../sandbox/hooks/worker.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  hired,
  incidentOf,
  personOf,
  report,
  settle,
} from '../support/incidents.js';

let engine: Engine;
let plain: LoadedConfiguration;
let company: { worker: Worker; end: Promise<void> };
before(async () => {
  engine = await startEngine({ applications: ['Atlas'], ilm: { customFields: [{ name: 'preferredLanguage' }] } });
  plain = engine.configuration.value;
  configureHooks();
  const { nativeConnection: connection } = engine.env;
  const { db } = engine.store.database;
  const worker = await createHookWorker({ connection, namespace: engine.namespace, db });
  company = { worker, end: worker.run() };
});
afterEach(() => configureHooks());
after(async () => {
  company.worker.shutdown();
  await company.end;
  await engine.close();
});

function configureHooks(hooks: Record<string, object> = COMPANY_HOOKS): void {
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, hooks: configSchema.parse({ hooks }).hooks } };
}

/** Leaves a change for an incident as a hook of another company would, before its run starts. */
async function leave(incidentId: string, change: Record<string, unknown>): Promise<void> {
  const document = change as unknown as HookChangeDocument;
  const _id = `${incidentId}/customPreProvisioning`;
  await engine.store.hookChanges.collection.replaceOne({ _id }, document, { upsert: true });
}

test('data that the example hook changes is stored and provisioned, and nothing of it is left behind', async () => {
  const profile = aPerson({ countryName: 'Germany' });

  const incident = await closed(engine, await report(engine, { profile }));

  assert.equal((await personOf(engine, incident._id)).profile?.['preferredLanguage'], 'de');
  const changed = (await engine.store.evidence.ofIncident(incident._id)).find(
    ({ cause }) => cause === 'hook customPreProvisioning',
  );
  assert.deepEqual(changed?.changes, { preferredLanguage: { old: null, new: 'de' } });
  assert.equal(await engine.store.hookChanges.collection.countDocuments(), 0);
});

test('a type that the example hook changes decides which playbook runs', async () => {
  const person = await hired(engine);

  const incidentId = await report(engine, {
    type: 'IAM - Update User',
    profile: { ...person, employmentStatus: 'Garden Leave' },
    userProfile: { fields: { ...person, employmentStatus: 'Garden Leave' }, oldUserData: person },
  });

  await eventually(
    'it is a termination',
    async () => (await incidentOf(engine, incidentId)).type === 'IAM - Terminate User',
  );
  assert.equal((await incidentOf(engine, incidentId)).detectedType, 'IAM - Update User');
});

test('the example orders one badge for a newcomer, however often the hook runs', async () => {
  const incident = await closed(engine, await report(engine, { profile: aPerson() }));

  const badges = await engine.store.database
    .collection<{ _id: string; personId: string }>('company_badges')
    .find()
    .toArray();
  const own = badges.filter(({ _id }) => _id === incident._id);

  assert.deepEqual(
    own.map(({ personId }) => personId),
    [incident.personId],
  );
});

test('no history of a hook holds an address or what it changed', async () => {
  const profile = aPerson({ countryName: 'France' });
  const incident = await closed(engine, await report(engine, { profile }));
  const { workflow } = engine.env.client;
  const hooks = await eventually('both hooks are visible', async () => {
    const found = [];
    for await (const run of workflow.list({ query: `WorkflowType != 'syncUser'` })) {
      if (run.workflowId.startsWith(incident._id)) found.push(run);
    }
    return found.length === 2 && found;
  });

  for (const { workflowId, runId } of hooks) {
    const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
    const text = JSON.stringify(events, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    for (const word of ['@example.com', profile.displayName ?? '', 'France']) assert.ok(!text.includes(word), word);
  }
});

for (const [what, change, problem] of [
  ['of who the incident is about', { set: { email: 'other@example.com' } }, /sets email, which a hook may not/],
  ['of bookkeeping', { set: { adAccountStatus: 'Enabled', active: true } }, /sets adAccountStatus, active, which/],
  ['to a type without a playbook', { type: 'IAM - Sync User' }, /its type is none of/],
  ['to a value that is no field’s', { set: { title: { $ne: 1 } } }, /the values of title are neither/],
] as const) {
  test(`a change ${what} halts the incident before anything is provisioned`, async () => {
    configureHooks({
      customPreProvisioning: { ...COMPANY_HOOKS.customPreProvisioning, taskQueue: 'nobody', timeout: '1s' },
    });
    const profile = aPerson();
    const incidentId = await report(engine, { profile });
    await asked(engine, incidentId, 'Hook');
    await leave(incidentId, change);
    // Another hook, which leaves what was left.
    const workflowType = 'orderBadgeForNewcomer';
    configureHooks({ customPreProvisioning: { ...COMPANY_HOOKS.customPreProvisioning, workflowType } });

    await settle(engine, incidentId, 'Hook', 'retry');

    await asked(engine, incidentId, 'H1');
    const { tasks } = await incidentOf(engine, incidentId);
    assert.match(tasks.at(-1)?.question ?? '', problem);
    assert.equal(engine.application('Atlas').accountOf(profile.email), undefined);
    assert.ok(!(tasks.at(-1)?.question ?? '').includes('@'), 'the question names fields, not values');
  });
}

test('a queue without the company’s worker halts after its time, and a retry goes on once it is there', async () => {
  configureHooks({
    customPreProvisioning: { ...COMPANY_HOOKS.customPreProvisioning, taskQueue: 'nobody', timeout: '1s' },
  });
  const incidentId = await report(engine, { profile: aPerson({ countryName: 'Spain' }) });
  await asked(engine, incidentId, 'Hook');
  assert.match((await incidentOf(engine, incidentId)).tasks[0]?.question ?? '', /is its worker running\?/);
  configureHooks();

  await settle(engine, incidentId, 'Hook', 'retry');

  await closed(engine, incidentId);
  assert.equal((await personOf(engine, incidentId)).profile?.['preferredLanguage'], 'es');
});
