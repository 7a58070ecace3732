import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, closed, eventually, personOf, report } from '../support/incidents.js';
import type { HeldCall } from '../support/memory-application.js';

/** Awaited by opening activities when their work is done, before the run hears of it. */
let answering: () => Promise<void> = () => Promise.resolve();

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas', 'Nimbus'],
    unserved: ['Nimbus'],
    activities: (_, { openSyncUser }) => ({
      openSyncUser: async (request) => {
        const opened = await openSyncUser(request);
        await answering();
        return opened;
      },
    }),
  });
  const { value } = engine.configuration;
  const appProvisioningSettings = value.appProvisioningSettings.map((row) => ({
    ...row,
    disable_user_enabled: row.instance_name !== 'Nimbus',
  }));
  engine.configuration.value = { ...value, appProvisioningSettings };
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

/** Holds the answer of the next opening activity. */
function holdAnswer(): HeldCall {
  let release = (): void => undefined;
  let reach = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  answering = () => {
    answering = () => Promise.resolve();
    reach();
    return released;
  };
  return { reached, release };
}

/** A new hire with one command begun (held in Atlas) and one not begun (nobody serves Nimbus), and its termination. */
async function interrupted() {
  const profile = aPerson();
  const held = engine.application('Atlas').holdNext('create');
  const hire = await report(engine, { profile });
  await held.reached;
  const leaver = await report(engine, { type: 'IAM - Terminate User', profile });
  await eventually('the termination queues', async () => (await personOf(engine, hire)).queue.length === 2);
  return { profile, held, hire, leaver };
}

test('a hire gives way to a termination: what was begun ends, what was not is dropped, and the hire is overtaken', async () => {
  const { profile, held, hire, leaver } = await interrupted();

  held.release();

  const terminated = await closed(engine, leaver);
  const overtaken = await closed(engine, hire);
  assert.equal(terminated.closeReason, 'done');
  assert.equal(overtaken.closeReason, 'overtaken');
  assert.equal(engine.application('Atlas').accountOf(profile.email)?.active, false);
  assert.equal(engine.application('Nimbus').accountOf(profile.email), undefined);
});

test('what the hire had done stands in its tables, and the person knows the accounts', async () => {
  const { held, hire } = await interrupted();

  held.release();

  const overtaken = await closed(engine, hire);
  assert.ok(overtaken.successfulProvisioning.some(({ instanceName }) => instanceName === 'Atlas'));
  const person = await personOf(engine, hire);
  assert.ok(person.accounts?.['Atlas']?.id);
  assert.equal(person.profile?.isProcessed, false);
  assert.equal(person.profile?.active, false);
  assert.deepEqual(person.queue, []);
});

test('a hire that is asked to yield while it enters its incident begins nothing', async () => {
  const profile = aPerson();
  const entering = holdAnswer();
  const hire = await report(engine, { profile });
  await entering.reached;
  const leaver = await report(engine, { type: 'IAM - Terminate User', profile });
  await eventually('the termination queues', async () => (await personOf(engine, hire)).queue.length === 2);
  const atlas = engine.application('Atlas');

  entering.release();

  await closed(engine, leaver);
  assert.equal((await closed(engine, hire)).closeReason, 'overtaken');
  assert.deepEqual(new Set(atlas.calls), new Set(['find']), 'only the termination asked Atlas');
  assert.equal(atlas.accountOf(profile.email), undefined);
});
