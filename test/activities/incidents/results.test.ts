import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { resultsOf } from '../../../activities/incidents/results.js';
import { knownAccount } from '../../../activities/known-account.js';
import type { ActivityDependencies } from '../../../activities/dependencies.js';
import { openStore } from '../../../activities/store/index.js';
import type { Store } from '../../../activities/store/index.js';
import type { AccountFactsChange } from '../../../activities/store/people.js';
import type { ProvisioningResult } from '../../../domain/incident.js';
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

const CREATED = { action: 'create', accountId: 'u1', active: true } as const;
const DELETED = { action: 'disable', accountId: 'u1', active: false, accountGone: true } as const;
const ABSENT = { action: 'disable', skipped: true, reason: 'User does not exist', accountGone: true } as const;

/** What an incident whose commands had these results taught about the account, in the order of the commands. */
async function learned(...results: readonly Partial<ProvisioningResult>[]): Promise<AccountFactsChange | undefined> {
  const incidentId = `INC-${randomUUID()}`;
  for (const [index, result] of results.entries()) {
    await store.evidence.append([
      {
        _id: `${incidentId}/${index}/done`,
        at: `2030-01-01T00:00:0${index}.000Z`,
        kind: 'command',
        phase: 'done',
        incidentId,
        personId: 'p1',
        cause: 'playbook',
        instance: 'Code',
        brand: 'GitHub',
        action: `${result.action ?? ''}-user`,
        outcome: { brand: 'GitHub', instanceName: 'Code', success: true, skipped: false, ...result },
      },
    ]);
  }
  const { accounts } = await resultsOf({ store } as unknown as ActivityDependencies, incidentId, []);
  return accounts['Code'];
}

for (const [title, result] of [
  ['that disabling deleted', DELETED],
  ['that was not there any more', ABSENT],
] as const) {
  test(`nothing is known any more of an account ${title}`, async () => {
    const [personId = ''] = (await store.people.reserve('Workday', [randomUUID()])).values();
    const turn = { ticket: '1', incidentId: 'i', workflowId: 'w', firstRunId: 'r', since: '2030-01-01T00:00:00.000Z' };
    await store.people.takeTurn(personId, turn);
    await store.people.writeInTurn(personId, '1', { accounts: { Code: { id: 'u1', username: 'pat' } } });

    await store.people.writeInTurn(personId, '1', { accounts: { Code: (await learned(result)) ?? {} } });

    const person = await store.people.get(personId);
    assert.ok(person !== null);
    assert.equal(knownAccount(person, 'Code'), null);
  });
}

test('whoever got another account after that is known by its id', async () => {
  const facts = await learned(CREATED, DELETED, { ...CREATED, accountId: 'u2' });

  assert.equal(facts?.id, 'u2');
});

test('a deletion that failed leaves the account known', async () => {
  const facts = await learned(CREATED, { ...DELETED, success: false, errorCode: '403' });

  assert.equal(facts?.id, 'u1');
});
