import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { randomUUID } from 'node:crypto';

import { openStore } from '../../../activities/store/index.js';
import type { Store } from '../../../activities/store/index.js';
import { accountIn, openIntent } from '../../../activities/store/people.js';
import type { Turn } from '../../../activities/store/person-document.js';
import { testServers } from '../../support/servers.js';

let store: Store;
before(async () => {
  const { mongodbUri } = await testServers('mongodb');
  store = await openStore({ uri: mongodbUri, name: `ilm-test-${randomUUID()}` });
});
after(async () => {
  await store.database.db.dropDatabase();
  await store.close();
});

const aTurn = (ticket: string, since = '2026-01-01T00:00:00.000Z'): Turn => ({
  ticket,
  incidentId: `INC-${ticket}`,
  workflowId: 'w',
  firstRunId: 'r',
  since,
});

/** Reserves somebody new. */
async function somebody(): Promise<string> {
  const key = randomUUID();
  return (await store.people.reserve('Workday', [key])).get(key) ?? '';
}

const queueOf = async (personId: string): Promise<string[]> =>
  ((await store.people.get(personId))?.queue ?? []).map(({ ticket }) => ticket);

test('a key gets one person for ever, however many ask for it at once', async () => {
  const keys = [randomUUID(), randomUUID()];

  const answers = await Promise.all(Array.from({ length: 8 }, () => store.people.reserve('Workday', keys)));

  for (const key of keys) assert.equal(new Set(answers.map((answer) => answer.get(key))).size, 1);
});

test('a key of another source is another person', async () => {
  const [a, b] = await Promise.all(['Workday', 'Wand'].map((source) => store.people.reserve(source, ['4711'])));

  assert.notEqual(a?.get('4711'), b?.get('4711'));
});

test('the first ticket holds the turn, later ones wait in their order, and drawing again changes nothing', async () => {
  const personId = await somebody();
  const states = [];
  for (const ticket of ['1', '2', '3', '1', '2']) states.push(await store.people.takeTurn(personId, aTurn(ticket)));

  assert.deepEqual(
    states.map((state) => state?.kind),
    ['holder', 'waiting', 'waiting', 'holder', 'waiting'],
  );
  assert.deepEqual(await queueOf(personId), ['1', '2', '3']);
});

test('a ticket ahead goes right behind the holder, or to the front of an empty queue', async () => {
  const [busy, idle] = [await somebody(), await somebody()];
  for (const ticket of ['1', '2']) await store.people.takeTurn(busy, aTurn(ticket));

  await store.people.takeTurn(busy, aTurn('ahead'), { ahead: true });
  const alone = await store.people.takeTurn(idle, aTurn('ahead'), { ahead: true });

  assert.deepEqual(await queueOf(busy), ['1', 'ahead', '2']);
  assert.equal(alone?.kind, 'holder');
});

test('a ticket that was given back never comes back', async () => {
  const personId = await somebody();
  await store.people.takeTurn(personId, aTurn('1'));
  await store.people.giveBack(personId, '1');

  assert.equal((await store.people.takeTurn(personId, aTurn('1')))?.kind, 'gone');
  assert.deepEqual(await queueOf(personId), []);
});

test('giving back carries a change of the holder, names who is next, and is done once', async () => {
  const personId = await somebody();
  for (const ticket of ['1', '2']) await store.people.takeTurn(personId, aTurn(ticket));

  const first = await store.people.giveBack(personId, '1', { set: { title: 'Clerk' } });
  const again = await store.people.giveBack(personId, '1', { set: { title: 'Head' } });

  assert.equal(first.before?.personId, personId);
  assert.equal(first.next?.ticket, '2');
  assert.deepEqual(again, { before: null, next: null });
  const person = await store.people.get(personId);
  assert.equal(person?.profile?.['title'], 'Clerk');
  assert.equal(person.fence, 1);
});

test('a ticket that waits can be taken out, and its change is dropped', async () => {
  const personId = await somebody();
  for (const ticket of ['1', '2', '3']) await store.people.takeTurn(personId, aTurn(ticket));

  await store.people.giveBack(personId, '2', { set: { title: 'Clerk' } });

  assert.deepEqual(await queueOf(personId), ['1', '3']);
  assert.equal((await store.people.get(personId))?.profile, undefined);
});

test('many who draw and give back at once hold the turn one after another', async () => {
  const personId = await somebody();
  let holders = 0;
  let most = 0;
  const take = async (n: number): Promise<void> => {
    const ticket = `t${n}`;
    while ((await store.people.takeTurn(personId, aTurn(ticket)))?.kind !== 'holder') continue;
    holders += 1;
    most = Math.max(most, holders);
    assert.equal(await store.people.writeInTurn(personId, ticket, { set: { title: ticket } }), true);
    holders -= 1;
    await store.people.giveBack(personId, ticket);
  };

  await Promise.all(Array.from({ length: 10 }, (_, n) => take(n)));

  assert.equal(most, 1);
  assert.equal((await store.people.get(personId))?.fence, 10);
});

test('only the holder writes, and stores intents', async () => {
  const personId = await somebody();
  for (const ticket of ['1', '2']) await store.people.takeTurn(personId, aTurn(ticket));
  const intent = {
    incidentId: 'i',
    instance: 'An.Odd$Name',
    command: 'create-user',
    found: 'absent',
    at: '',
    attempt: '',
  } as const;

  assert.equal(await store.people.writeInTurn(personId, '2', { set: { title: 'Clerk' } }), false);
  assert.equal(await store.people.recordIntent(personId, '2', intent), false);
  assert.equal(await store.people.recordIntent(personId, '1', intent), true);

  const person = await store.people.get(personId);
  assert.equal(person?.profile, undefined);
  assert.deepEqual(person && openIntent(person, 'An.Odd$Name', 'create-user'), intent);
});

test('a write outside any turn needs the version that was read', async () => {
  const personId = await somebody();

  assert.equal(await store.people.writeVersion(personId, 0, { set: { title: 'Clerk' } }), true);
  assert.equal(await store.people.writeVersion(personId, 0, { set: { title: 'Head' } }), false);

  assert.equal((await store.people.get(personId))?.profile?.['title'], 'Clerk');
});

test('facts about accounts are merged, and null removes one', async () => {
  const personId = await somebody();
  await store.people.writeVersion(personId, 0, { accounts: { 'A.D': { id: '1', deliveredAt: 'then' } } });

  await store.people.writeVersion(personId, 1, {
    accounts: { 'A.D': { id: '2', createdAt: 'now', deliveredAt: null } },
  });

  const person = await store.people.get(personId);
  assert.deepEqual(person && accountIn(person, 'A.D'), { id: '2', createdAt: 'now' });
});

test('an e-mail belongs to one record, proposals included', async () => {
  const [owner, other] = [await somebody(), await somebody()];
  const email = `${randomUUID()}@example.com`;
  await store.people.writeVersion(owner, 0, { set: { email }, emailKey: email });

  assert.equal(await store.people.putProposal(other, { email: email.toUpperCase() }), false);
  await assert.rejects(store.people.writeVersion(other, 0, { set: { email }, emailKey: email }));

  assert.equal((await store.people.byEmail(email.toUpperCase()))?.personId, owner);
});

test('a person has one proposal, which only its own incident takes away when it is named', async () => {
  const personId = await somebody();
  const email = `${randomUUID()}@example.com`;
  await store.people.putProposal(personId, { email, processedBy: 'first' });
  await store.people.putProposal(personId, { email, processedBy: 'second' });

  await store.people.removeProposal(personId, 'first');
  assert.equal((await store.people.proposalOf(personId))?.profile?.processedBy, 'second');

  await store.people.removeProposal(personId, 'second');
  assert.equal(await store.people.proposalOf(personId), null);
});

test('joining somebody reserved into another moves the HR key, and repeating it changes nothing', async () => {
  const key = randomUUID();
  const from = (await store.people.reserve('Workday', [key])).get(key) ?? '';
  const into = await somebody();

  for (let time = 1; time <= 2; time++) await store.people.adopt(from, into, { source: 'Workday', employeeId: key });

  assert.equal(await store.people.get(from), null);
  assert.equal((await store.people.reserve('Workday', [key])).get(key), into);
  assert.equal((await store.people.byEmployeeId('Workday', key))?.personId, into);
  assert.equal((await store.people.get(into))?.profile?.sourceKeys?.length, 1);
});

test('joining never removes a person with a permanent profile', async () => {
  const [from, into] = [await somebody(), await somebody()];
  await store.people.writeVersion(from, 0, { set: { title: 'Clerk', isTemporaryUser: false } });

  await store.people.adopt(from, into, { source: 'Workday', employeeId: randomUUID() });

  assert.notEqual(await store.people.get(from), null);
});

test('a profile is freed only for the incident that has it', async () => {
  const personId = await somebody();
  await store.people.writeVersion(personId, 0, { set: { isProcessed: true, processedBy: 'mine' } });

  await store.people.releaseProcessed(personId, 'other');
  assert.equal((await store.people.get(personId))?.profile?.isProcessed, true);

  await store.people.releaseProcessed(personId, 'mine');
  assert.equal((await store.people.get(personId))?.profile?.isProcessed, false);
});

test('holders are found by how long ago the head drew its ticket', async () => {
  const [old, young] = [await somebody(), await somebody()];
  await store.people.takeTurn(old, aTurn('old', '2025-01-01T00:00:00.000Z'));
  await store.people.takeTurn(young, aTurn('young', '2027-01-01T00:00:00.000Z'));

  const found = (await store.people.holders('2025-06-01T00:00:00.000Z', 100)).map(({ personId }) => personId);

  assert.deepEqual(found, [old]);
});
