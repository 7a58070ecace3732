import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { openStore } from '../../../activities/store/index.js';
import type { Store } from '../../../activities/store/index.js';
import type { UserProfile } from '../../../domain/profile.js';
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

/** Somebody whose record holds an account. */
async function having(instance: string, accountId: string, set: UserProfile = { displayName: 'Pat' }): Promise<string> {
  const employeeId = randomUUID();
  const personId = (await store.people.reserve('Workday', [employeeId])).get(employeeId) ?? '';
  await store.people.writeVersion(personId, 0, { set, accounts: { [instance]: { id: accountId } } });
  return personId;
}

test("an account is another's unless it is the asker's own, or nobody's", async () => {
  const id = randomUUID();
  const owner = await having('St. Mary’s $pace', id);

  assert.equal(await store.accountOwners.ownerOf('St. Mary’s $pace', id, owner), 'nobodyElse');
  assert.equal(await store.accountOwners.ownerOf('St. Mary’s $pace', id, randomUUID()), 'another');
  assert.equal(await store.accountOwners.ownerOf('St. Mary’s $pace', id, null), 'another');
  assert.equal(await store.accountOwners.ownerOf('St. Mary’s $pace', randomUUID(), null), 'nobodyElse');
  assert.equal(await store.accountOwners.ownerOf('Elsewhere', id, null), 'nobodyElse');
});

test('somebody whose turn is taken, or whose profile is in process, is being changed', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const queued = await having('Atlas', first);
  const turn = { ticket: 't', incidentId: 'i', workflowId: 'w', firstRunId: 'f', since: new Date().toISOString() };
  await store.people.takeTurn(queued, turn);
  await having('Atlas', second, { isProcessed: true });

  for (const id of [first, second]) {
    assert.equal(await store.accountOwners.ownerOf('Atlas', id, null), 'anotherInProcess');
  }
});

test('a record that is left without a profile owns nothing', async () => {
  const id = randomUUID();
  const personId = await having('Atlas', id);
  const { version = 0 } = (await store.people.get(personId)) ?? {};
  await store.people.writeVersion(personId, version, { removeProfile: true });

  assert.equal(await store.accountOwners.ownerOf('Atlas', id, null), 'nobodyElse');
});
