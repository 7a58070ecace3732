import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, hired, incidentOf, report, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: { playbooks: { itNotificationEmail: 'it@example.com', approveEmailChange: false } },
  });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

/** Somebody who has an account and gives up their address, and the event that says so. */
async function givingUp() {
  const person = await hired(engine);
  const { email } = aPerson();
  const profile = { ...person, email, username: email };
  const event = { type: 'IAM - Update User' as const, profile, userProfile: { fields: profile, oldUserData: person } };
  const account = engine.application('Atlas').accountOf(person.email);
  const newcomer = aPerson({ email: person.email, username: person.email });
  return { person, event, account, newcomer };
}

const accountsUnder = (email: string): string[] =>
  engine
    .application('Atlas')
    .accounts.filter((account) => account.email === email)
    .map(({ displayName }) => displayName);

test('a hire under an address just given up waits for the account that still has it, and gets one of their own', async () => {
  const { person, event, account, newcomer } = await givingUp();
  const held = engine.application('Atlas').holdNext('update');
  const update = await report(engine, event);
  await held.reached;

  const hire = await report(engine, { profile: newcomer });
  await eventually('the hire finds the account of the other', async () => {
    const { personId } = await incidentOf(engine, hire);
    const turn = (await engine.store.people.get(personId ?? ''))?.queue[0];
    const { pendingActivities } =
      turn === undefined ? {} : (await engine.env.client.workflow.getHandle(turn.workflowId).describe()).raw;
    return pendingActivities?.some(({ lastFailure }) =>
      /whose own change is under way/.test(lastFailure?.message ?? ''),
    );
  });
  assert.equal(account?.displayName, person.displayName, 'nothing was written to it');
  held.release();

  assert.equal((await closed(engine, update)).closeReason, 'done');
  assert.deepEqual((await closed(engine, hire)).failedProvisioning, []);
  assert.deepEqual([account?.email, account?.displayName], [event.profile.email, person.displayName]);
  assert.deepEqual(accountsUnder(person.email), [newcomer.displayName]);
});

test('an account whose rename has failed is not taken over; the hire halts, and a retry after the rename goes on', async () => {
  const { person, event, account, newcomer } = await givingUp();
  engine.application('Atlas').fault = (operation) => (operation === 'update' ? refusing() : undefined);
  const update = await report(engine, event);
  await asked(engine, update, 'H2');
  engine.application('Atlas').calm();

  const hire = await report(engine, { profile: newcomer });
  await asked(engine, hire, 'H2');

  const [failed] = (await incidentOf(engine, hire)).failedProvisioning;
  assert.deepEqual([failed?.instanceName, failed?.errorCode], ['Atlas', '409']);
  assert.match(failed?.errorMessage ?? '', /recorded as another person's, so nothing was written/);
  assert.deepEqual([account?.email, account?.displayName], [person.email, person.displayName]);
  await settle(engine, update, 'H2', 'retry');
  await closed(engine, update);
  await settle(engine, hire, 'H2', 'retry');
  assert.equal((await closed(engine, hire)).closeReason, 'done');
  assert.deepEqual(accountsUnder(person.email), [newcomer.displayName]);
  assert.deepEqual(accountsUnder(event.profile.email), [person.displayName]);
});

test('an account that our records give to nobody, or to somebody without a profile, is found as before', async () => {
  const { person, account, newcomer } = await givingUp();
  const record = await engine.store.people.byEmail(person.email);
  await engine.store.people.writeVersion(record?._id ?? '', record?.version ?? 0, { removeProfile: true });

  const hire = await report(engine, { profile: newcomer });

  assert.equal((await closed(engine, hire)).closeReason, 'done');
  assert.equal(account?.displayName, newcomer.displayName);
  assert.equal(accountsUnder(person.email).length, 1);
});
