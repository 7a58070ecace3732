import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, hired, incidentOf, personOf, report, settle } from '../support/incidents.js';

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

/** An Update that gives a hired person another e-mail. */
async function renamed(email?: string) {
  const person = await hired(engine);
  const { email: fresh } = aPerson();
  const profile = { ...person, email: email ?? fresh, username: email ?? fresh };
  const event = {
    type: 'IAM - Update User' as const,
    profile,
    userProfile: { fields: profile, oldUserData: person },
    changedFields: { email: { old: person.email, new: profile.email } },
  };
  return { person, profile, event };
}

test('a changed e-mail waits for approval with a proposal beside the untouched permanent profile', async () => {
  const { person, profile, event } = await renamed();

  const incidentId = await report(engine, event);

  await asked(engine, incidentId, 'D3');
  const stored = await personOf(engine, incidentId);
  assert.equal(stored.profile?.email, person.email);
  assert.equal(stored.profile?.isProcessed, true);
  assert.equal(stored.profile?.processedBy, incidentId);
  const proposal = await engine.store.people.proposalOf(stored.personId);
  assert.equal(proposal?.profile?.email, profile.email);
  assert.equal(proposal?.profile?.isTemporaryUser, true);
  assert.equal(proposal?.keys, undefined);
});

test('"Change Username" renames in place: status, applications, accounts and facts stay', async () => {
  const { profile, event } = await renamed();
  const { personId } = (await engine.store.people.byEmail(event.userProfile.oldUserData.email)) ?? {};
  const before = await engine.store.people.get(personId ?? '');
  const set = { applications: '["Atlas"]' };
  await engine.store.people.writeVersion(before?._id ?? '', before?.version ?? 0, { set });
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D3', 'Change Username');

  await closed(engine, incidentId);
  const after = await personOf(engine, incidentId);
  assert.equal(after.personId, personId);
  assert.equal(after.profile?.email, profile.email);
  assert.equal(after.profile?.username, profile.username);
  assert.equal(after.emailKey, profile.email);
  assert.equal(after.profile?.adAccountStatus, 'Pending');
  assert.equal(after.profile?.applications, '["Atlas"]');
  assert.deepEqual(after.accounts, before?.accounts);
  assert.deepEqual(after.keys, before?.keys);
  assert.equal(await engine.store.people.proposalOf(after.personId), null);
});

test('the old address of a renamed person is free for somebody else', async () => {
  const { person, event } = await renamed();
  const incidentId = await report(engine, event);
  await settle(engine, incidentId, 'D3', 'Change Username');
  await closed(engine, incidentId);

  const other = await report(engine, { profile: aPerson({ email: person.email, username: person.email }) });

  assert.equal((await closed(engine, other)).closeReason, 'done');
});

test('"Do Nothing" waits until HR has put the old e-mail back, then drops the proposal and frees the profile', async () => {
  const { person, profile, event } = await renamed();
  const incidentId = await report(engine, event);
  await settle(engine, incidentId, 'D3', 'Do Nothing');
  await asked(engine, incidentId, 'D4');
  assert.ok(await engine.store.people.byEmail(profile.email), 'the new address stays blocked meanwhile');

  await settle(engine, incidentId, 'D4', 'Proceed');

  assert.equal((await closed(engine, incidentId)).closeReason, 'declined');
  const stored = await personOf(engine, incidentId);
  assert.equal(stored.profile?.email, person.email);
  assert.equal(stored.profile?.isProcessed, false);
  assert.equal(stored.profile?.processedBy, undefined);
  assert.equal(await engine.store.people.proposalOf(stored.personId), null);
  assert.equal(await engine.store.people.byEmail(profile.email), null);
});

test('without the approval setting a person is renamed at once', async () => {
  const playbooks = { ...plain.ilm.playbooks, approveEmailChange: false };
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, playbooks } };
  const { profile, event } = await renamed();

  const incidentId = await report(engine, event);

  assert.deepEqual((await closed(engine, incidentId)).tasks, []);
  assert.equal((await personOf(engine, incidentId)).profile?.email, profile.email);
});

test('an e-mail that differs in case only is no change of the e-mail', async () => {
  const person = await hired(engine);
  const profile = { ...person, email: person.email.toUpperCase() };

  const incidentId = await report(engine, { type: 'IAM - Update User', profile });

  assert.deepEqual((await closed(engine, incidentId)).tasks, []);
  assert.equal((await personOf(engine, incidentId)).profile?.email, person.email);
});

test('an e-mail that another profile owns halts instead of overwriting that profile', async () => {
  const owner = await hired(engine);
  const before = await engine.store.people.byEmail(owner.email);
  const { event } = await renamed(owner.email);

  const incidentId = await report(engine, event);

  await asked(engine, incidentId, 'H1');
  assert.deepEqual(await engine.store.people.byEmail(owner.email), before);
});

test('a newer event with the old e-mail drops the proposal of the one that waited', async () => {
  const { person, profile, event } = await renamed();
  const older = await report(engine, event);
  await asked(engine, older, 'D3');

  const newer = await report(engine, { type: 'IAM - Update User', profile: { ...person, title: 'Clerk' } });

  await closed(engine, newer);
  assert.equal((await incidentOf(engine, older)).closeReason, 'duplicate');
  assert.equal(await engine.store.people.byEmail(profile.email), null);
});

test('a termination does not wait for the approval of a new e-mail', async () => {
  const { person, profile } = await renamed();

  const incidentId = await report(engine, { type: 'IAM - Terminate User', profile });

  assert.deepEqual((await closed(engine, incidentId)).tasks, []);
  assert.equal((await personOf(engine, incidentId)).profile?.email, person.email);
});
