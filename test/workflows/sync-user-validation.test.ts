import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, incidentOf, offer, report, runOf, settle } from '../support/incidents.js';

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
});
after(() => engine.close());

function withoutItAddress(): void {
  const { itNotificationEmail: _, ...playbooks } = plain.ilm.playbooks;
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, playbooks } };
}

test('an incident without an IT address halts before it writes anything, and a retry after the fix ends well', async () => {
  withoutItAddress();
  const profile = aPerson();
  const incidentId = await report(engine, { profile });
  await asked(engine, incidentId, 'H1');
  assert.equal(await engine.store.people.byEmail(profile.email), null);
  const { tasks } = await incidentOf(engine, incidentId);
  assert.match(tasks[0]?.question ?? '', /playbooks\.itNotificationEmail of ilm\.yaml/);

  engine.configuration.value = plain;
  await settle(engine, incidentId, 'H1', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
});

test('a retry without a fix halts again, as another question', async () => {
  withoutItAddress();
  const incidentId = await report(engine, { profile: aPerson() });

  await settle(engine, incidentId, 'H1', 'retry');

  assert.equal(await asked(engine, incidentId, 'H1'), `${incidentId}/H1/2`);
});

test('an entry without a key of any person runs by itself, says what is missing, and can only be closed', async () => {
  const profile = aPerson({ employeeId: '' });
  const incidentId = await report(engine, { profile });
  await asked(engine, incidentId, 'H1');
  const run = await runOf(engine, incidentId);
  assert.equal(run.workflowId, `sync-user/faulty/${incidentId}`);
  const { tasks } = await incidentOf(engine, incidentId);
  assert.match(tasks[0]?.question ?? '', /lacks the employee id/);

  await settle(engine, incidentId, 'H1', 'close');

  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
  assert.equal(await engine.store.people.byEmail(profile.email), null);
});

test('the same faulty entry in ten cycles gives one incident', async () => {
  const profile = aPerson({ employeeId: '' });
  await report(engine, { profile });

  const again = await Promise.all(Array.from({ length: 9 }, () => offer(engine, { profile })));

  assert.deepEqual(again, Array<null>(9).fill(null));
});

test('a faulty incident closes no older incident of its person', async () => {
  withoutItAddress();
  const profile = aPerson();
  const older = await report(engine, { profile });
  await asked(engine, older, 'H1');
  const newer = await report(engine, { profile: { ...profile, title: 'Clerk' }, type: 'IAM - Update User' });

  await asked(engine, newer, 'H1');

  assert.equal((await incidentOf(engine, older)).state, 'WaitingForFix');
});

test('closed at this halt after it was asked about a name, an incident takes the profile it had created with it', async () => {
  const holder = aPerson();
  const profile = aPerson({ displayName: holder.displayName ?? '' });
  const incidentId = await report(engine, {
    profile,
    userProfile: { fields: profile, mergedUserProfile: { ...profile, email: holder.email } },
  });
  await asked(engine, incidentId, 'D1');
  withoutItAddress();
  await settle(engine, incidentId, 'D1', 'Create New Account');

  await settle(engine, incidentId, 'H1', 'close');

  await closed(engine, incidentId);
  assert.equal(await engine.store.people.byEmail(profile.email), null);
});

test('an incident of the generic type names no playbook, says so, and leaves no profile when it is closed', async () => {
  const profile = aPerson();
  const incidentId = await report(engine, { profile, type: 'IAM - Sync User' });
  await asked(engine, incidentId, 'H1');
  assert.match((await incidentOf(engine, incidentId)).tasks[0]?.question ?? '', /IAM - Sync User names no playbook/);

  await settle(engine, incidentId, 'H1', 'close');

  await closed(engine, incidentId);
  assert.equal(await engine.store.people.byEmail(profile.email), null);
});
