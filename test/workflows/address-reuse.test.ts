import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, hired, incidentOf, offer, personOf, report, settle } from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
after(() => engine.close());

/** An event with the e-mail of a hired person under another employee id. */
async function reused(type: 'IAM - New Hire' | 'IAM - Update User' | 'IAM - Terminate User' = 'IAM - Update User') {
  const owner = await hired(engine);
  const before = await engine.store.people.byEmail(owner.email);
  const { employeeId } = aPerson();
  const profile = { ...owner, employeeId };
  const event = { type, profile, addressReuse: true };
  return { owner, before, profile, event };
}

test('nothing is written before somebody has said whether it is the same person', async () => {
  const { owner, before, event } = await reused();

  const incidentId = await report(engine, event);

  await asked(engine, incidentId, 'D8');
  assert.deepEqual(await engine.store.people.byEmail(owner.email), before);
  assert.equal((await personOf(engine, incidentId)).profile, undefined);
});

test('"Same Person" gives the existing person the new HR key and keeps them in one record', async () => {
  const { owner, before, profile, event } = await reused();
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D8', 'Same Person');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.personId, before?.personId);
  assert.equal(incident.userProfile.oldUserData?.employeeId, owner.employeeId);
  const person = await personOf(engine, incidentId);
  assert.deepEqual(person.keys, [`Workday|${owner.employeeId}`, `Workday|${profile.employeeId}`]);
  assert.equal(person.profile?.sourceKeys?.at(-1)?.employeeId, profile.employeeId);
  assert.deepEqual(person.accounts, before?.accounts);
});

test('"Same Person" makes a hire an Update and leaves a termination a termination', async () => {
  const hire = await report(engine, (await reused('IAM - New Hire')).event);
  const leaver = await report(engine, (await reused('IAM - Terminate User')).event);

  await settle(engine, hire, 'D8', 'Same Person');
  await settle(engine, leaver, 'D8', 'Same Person');

  await closed(engine, hire);
  await closed(engine, leaver);
  assert.equal((await incidentOf(engine, hire)).type, 'IAM - Update User');
  assert.equal((await incidentOf(engine, leaver)).type, 'IAM - Terminate User');
});

test('"Same Person" never joins two people who both have a profile', async () => {
  const { owner, before } = await reused();
  const other = await hired(engine);
  const profile = { ...other, email: owner.email };
  const incidentId = await report(engine, { type: 'IAM - Update User', profile, addressReuse: true });

  await settle(engine, incidentId, 'D8', 'Same Person');

  await asked(engine, incidentId, 'H1');
  assert.equal((await personOf(engine, incidentId)).profile?.email, other.email);
  assert.deepEqual(await engine.store.people.byEmail(owner.email), before);
});

test('"Different Person" writes nothing and goes on with the entry that has another e-mail', async () => {
  const { owner, before, event } = await reused('IAM - New Hire');
  const waiting = await report(engine, event);
  await settle(engine, waiting, 'D8', 'Different Person');
  await asked(engine, waiting, 'D2');

  const { email } = aPerson();
  const hire = await report(engine, { profile: { ...event.profile, email, username: email } });

  await closed(engine, hire);
  assert.equal((await incidentOf(engine, waiting)).closeReason, 'duplicate');
  assert.equal((await personOf(engine, hire)).profile?.email, email);
  assert.deepEqual(await engine.store.people.byEmail(owner.email), before);
});

test('"Do Nothing" is not asked again until the entry changes', async () => {
  const { event } = await reused();
  const incidentId = await report(engine, event);

  await settle(engine, incidentId, 'D8', 'Do Nothing');

  assert.equal((await closed(engine, incidentId)).closeReason, 'declined');
  assert.equal(await offer(engine, event), null);
  const changed = await report(engine, { ...event, profile: { ...event.profile, title: 'Clerk' } });
  await asked(engine, changed, 'D8');
});

test('an entry that goes back to what was declined before is asked about again', async () => {
  const { event } = await reused();
  const first = await report(engine, event);
  await settle(engine, first, 'D8', 'Do Nothing');
  await closed(engine, first);
  const second = await report(engine, { ...event, profile: { ...event.profile, title: 'Clerk' } });
  await settle(engine, second, 'D8', 'Do Nothing');
  await closed(engine, second);

  assert.notEqual(await offer(engine, event), null);
});
