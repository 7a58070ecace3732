import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentState, IncidentType } from '../../domain/incident.js';
import { EventOrder, WAITS } from '../support/event-order.js';
import type { Person } from '../support/event-order.js';
import { closed, eventually, incidentOf, personOf, report, settle } from '../support/incidents.js';

/**
 * Two events of one person, the older one waiting for something while the newer one comes: whatever the order in which
 * they are carried out, profile and applications end as the newer one says.
 */

let order: EventOrder;
before(async () => {
  order = await EventOrder.start();
});
afterEach(() => order.calm());
after(() => order.close());

const { NewHire, UpdateUser, RehireUser, TerminateUser } = IncidentType;
const TYPES = [NewHire, UpdateUser, RehireUser] as const;

for (const wait of WAITS) {
  for (const first of TYPES) {
    for (const second of TYPES) {
      test(`${first} ${wait}, then ${second} comes: the later one has the last word`, async () => {
        const person = await order.personFor(first);
        const older = await order.hold(wait, first, person);

        const newer = await comes(second, person);
        if (wait !== 'is in a hook' || first !== second) await taken(newer);
        await older.goOn();
        await hasToBeRetried(newer);

        assert.equal((await closed(order.engine, newer)).closeReason, 'done');
        await holds(newer, person);
      });
    }

    test(`${first} ${wait}, then ${TerminateUser} comes: nobody is left enabled`, async () => {
      const person = await order.personFor(first);
      const older = await order.hold(wait, first, person);

      const newer = await comes(TerminateUser, person);
      await taken(newer);
      await older.goOn();

      assert.equal((await closed(order.engine, newer)).closeReason, 'done');
      await isGone(newer, person);
    });
  }

  test(`${TerminateUser} ${wait}, then ${RehireUser} comes: the later one has the last word`, async () => {
    const person = await order.personFor(TerminateUser);
    const older = await order.hold(wait, TerminateUser, person);

    const newer = await comes(RehireUser, person);
    await taken(newer);
    await older.goOn();
    await hasToBeRetried(newer);

    assert.equal((await closed(order.engine, newer)).closeReason, 'done');
    await holds(newer, person);
  });

  test(`${TerminateUser} ${wait}, then ${UpdateUser} comes: the termination does not vanish`, async () => {
    const person = await order.personFor(TerminateUser);
    const older = await order.hold(wait, TerminateUser, person);

    const newer = await comes(UpdateUser, person);
    await taken(newer);
    await older.goOn();

    assert.equal((await closed(order.engine, older.incidentId)).closeReason, 'done');
    await closed(order.engine, newer);
    await isGone(newer, person);
  });
}

const comes = (type: IncidentType, person: Person): Promise<string> =>
  report(order.engine, {
    type,
    profile: { ...person, displayName: 'Of The Newer', title: 'Newer' },
    ...(type === TerminateUser ? { terminationTrigger: 'Workday' as const } : {}),
  });

/** Lets the newer event be carried out, or come to a halt because the older one has to go first. */
async function taken(newer: string): Promise<void> {
  await eventually('the newer event ends or asks', async () => {
    const { state } = await incidentOf(order.engine, newer);
    return state === IncidentState.Closed || state === IncidentState.WaitingForFix;
  });
}

/** A hire of somebody who has left halts until the rehire before it is carried out; that one may have renamed them. */
async function hasToBeRetried(newer: string): Promise<void> {
  for (;;) {
    const question = await order.endOrQuestion(newer);
    if (question === 'none') return;
    await settle(order.engine, newer, question, question === 'D3' ? 'Change Username' : 'retry');
  }
}

/** Profile and applications say what the newer event said, under the address that it brought, once each. */
async function holds(newer: string, { email }: { readonly email: string }): Promise<void> {
  const { engine } = order;
  const { profile, personId } = await personOf(engine, newer);
  assert.deepEqual([profile?.displayName, profile?.title, profile?.email], ['Of The Newer', 'Newer', email]);
  assert.deepEqual([profile?.active, profile?.isProcessed, profile?.isTemporaryUser], [true, false, false]);
  await isQuiet(newer, personId);
  for (const [name, application] of engine.applications) {
    const accounts = application.accounts.filter((account) => account.email === email);
    assert.deepEqual(
      accounts.map(({ displayName, title }) => [displayName, title]),
      [['Of The Newer', 'Newer']],
      name,
    );
    assert.equal(accounts[0]?.active, name !== 'Active Directory', name);
  }
}

/** The person has left: no account of theirs, under any address, is enabled. */
async function isGone(newer: string, person: Person): Promise<void> {
  const { profile, personId } = await personOf(order.engine, newer);
  assert.deepEqual([profile?.active, profile?.isProcessed, profile?.isTemporaryUser], [false, false, false]);
  await isQuiet(newer, personId);
  const addresses = new Set<unknown>([person.email, profile?.email]);
  for (const [name, application] of order.engine.applications) {
    const accounts = application.accounts.filter(({ email }) => addresses.has(email));
    assert.ok(accounts.length <= 1, name);
    assert.ok(!accounts.some(({ active }) => active), name);
  }
}

/** Nothing about the person is on its way, held or undecided. */
async function isQuiet(newer: string, personId: string): Promise<void> {
  const { store } = order.engine;
  const { queue } = await personOf(order.engine, newer);
  assert.deepEqual([queue, await store.people.proposalOf(personId)], [[], null]);
  assert.deepEqual(await store.incidents.openOf(personId), []);
}
