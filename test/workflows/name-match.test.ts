import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, hired, incidentOf, offer, personOf, report, settle } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
after(() => engine.close());

/** A new hire whose display name an earlier hire uses already. */
async function namesake(over: UserProfile = {}, type?: 'IAM - Sync User') {
  const holder = await hired(engine, over);
  const newcomer = aPerson({ displayName: holder.displayName ?? '' });
  const event = {
    profile: newcomer,
    mergedWith: holder.email,
    userProfile: {
      fields: newcomer,
      mergedUserProfile: { ...holder, ...newcomer, email: holder.email, username: holder.email },
    },
    ...(type === undefined ? {} : { type }),
  };
  return { holder, newcomer, event };
}

test('a new hire whose name is taken waits with a temporary profile in process, and gives its turn back', async () => {
  const { newcomer, event } = await namesake();

  const incidentId = await report(engine, event);

  await asked(engine, incidentId, 'D1');
  const person = await personOf(engine, incidentId);
  assert.equal(person.profile?.isTemporaryUser, true);
  assert.equal(person.profile?.isProcessed, true);
  assert.equal(person.profile?.processedBy, incidentId);
  assert.equal(person.emailKey, newcomer.email);
  assert.deepEqual(person.queue, []);
  assert.equal(engine.application('Atlas').accountOf(newcomer.email), undefined);
});

test('the event of a waiting name match is not recorded again in the next cycles', async () => {
  const { event } = await namesake();
  await asked(engine, await report(engine, event), 'D1');

  assert.equal(await offer(engine, event), null);
});

test('"Create New Account" provisions the newcomer and touches the namesake in nothing', async () => {
  const { holder, newcomer, event } = await namesake();
  const before = await engine.store.people.byEmail(holder.email);
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D1', 'Create New Account');

  await closed(engine, incidentId);
  assert.ok(engine.application('Atlas').accountOf(newcomer.email));
  assert.equal((await personOf(engine, incidentId)).profile?.isTemporaryUser, false);
  assert.deepEqual(await engine.store.people.byEmail(holder.email), before);
});

test('"Create New Account" turns the generic type into a New Hire and says what it was', async () => {
  const { event } = await namesake({}, 'IAM - Sync User');
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D1', 'Create New Account');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.type, 'IAM - New Hire');
  assert.equal(incident.detectedType, 'IAM - Sync User');
  assert.equal(incident.closeReason, 'done');
});

test('"Overwrite" of somebody active becomes an Update of that person, who gets the HR key of the new entry', async () => {
  const { holder, newcomer, event } = await namesake();
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.type, 'IAM - Update User');
  assert.equal(incident.detectedType, 'IAM - New Hire');
  assert.equal(incident.email, holder.email);
  assert.equal(incident.userProfile.oldUserData?.email, holder.email);
  assert.equal(incident.userProfile.mergedUserProfile, undefined);
  const target = await engine.store.people.byEmail(holder.email);
  assert.equal(target?.personId, incident.personId);
  assert.deepEqual(target?.keys, [`Workday|${holder.employeeId}`, `Workday|${newcomer.employeeId}`]);
  assert.equal(target?.employeeKey, `Workday|${newcomer.employeeId}`);
  assert.deepEqual(
    target?.profile?.sourceKeys?.map(({ employeeId }) => employeeId),
    [holder.employeeId, newcomer.employeeId],
  );
});

test('"Overwrite" leaves nothing of the record that detection had reserved for the newcomer', async () => {
  const { newcomer, event } = await namesake();
  const incidentId = await report(engine, event);
  await asked(engine, incidentId, 'D1');
  const { personId: reserved } = await personOf(engine, incidentId);

  await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');

  await closed(engine, incidentId);
  assert.equal(await engine.store.people.get(reserved), null);
  assert.equal(await engine.store.people.byEmail(newcomer.email), null);
  const known = await engine.store.people.reserve('Workday', [newcomer.employeeId]);
  assert.equal(known.get(newcomer.employeeId), (await incidentOf(engine, incidentId)).personId);
});

test('"Overwrite" of somebody whose AD account is disabled becomes a Rehire', async () => {
  const { holder, event } = await namesake();
  const stored = await engine.store.people.byEmail(holder.email);
  const change = { set: { adAccountStatus: 'Disabled' as const, active: false } };
  await engine.store.people.writeVersion(stored?._id ?? '', stored?.version ?? 0, change);
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');

  assert.equal((await closed(engine, incidentId)).type, 'IAM - Rehire User');
});

test('"Overwrite" of a profile that is gone halts, and goes on when the profile is there again', async () => {
  const { holder, event } = await namesake();
  const stored = await engine.store.people.byEmail(holder.email);
  await engine.store.people.collection.deleteOne({ _id: stored?._id ?? '' });
  const incidentId = await report(engine, event);
  await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');
  await asked(engine, incidentId, 'H1');

  assert.ok(stored);
  await engine.store.people.collection.insertOne(stored);
  await settle(engine, incidentId, 'H1', 'retry');

  assert.equal((await closed(engine, incidentId)).personId, stored._id);
});

test('"Do Nothing" waits until HR has corrected the report, then takes the temporary profile away and closes', async () => {
  const { newcomer, event } = await namesake();
  const incidentId = await report(engine, event);
  await settle(engine, incidentId, 'D1', 'Do Nothing');

  await settle(engine, incidentId, 'D2', 'Report Was Fixed');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'declined');
  assert.deepEqual(incident.successfulProvisioning, []);
  assert.equal(await engine.store.people.byEmail(newcomer.email), null);
  const person = await personOf(engine, incidentId);
  assert.equal(person.profile, undefined);
  assert.equal(person.emailKey, undefined);
  assert.equal(person.employeeKey, undefined);
  assert.deepEqual(person.keys, [`Workday|${newcomer.employeeId}`]);
  assert.equal(engine.application('Atlas').accountOf(newcomer.email), undefined);
});

test('a person who was declined can be hired by a later event', async () => {
  const { newcomer, event } = await namesake();
  const declined = await report(engine, event);
  await settle(engine, declined, 'D1', 'Do Nothing');
  await settle(engine, declined, 'D2', 'Report Was Fixed');
  await closed(engine, declined);

  const incidentId = await report(engine, { profile: { ...newcomer, displayName: 'Another Name' } });

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal((await personOf(engine, incidentId)).profile?.displayName, 'Another Name');
});
