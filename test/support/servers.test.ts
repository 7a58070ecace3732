import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import { sleepsWithAttributes } from './search-attribute-workflow.js';
import {
  connectTemporal,
  createTimeSkipping,
  sambaDomain,
  testDatabase,
  testServers,
  testTaskQueue,
} from './servers.js';

test('a database is empty, is named in its address, and is gone after its test', async (t) => {
  let name = '';
  await t.test('its test', async (inner) => {
    const database = await testDatabase(inner);
    name = database.name;
    assert.deepEqual(await database.db.listCollections().toArray(), []);
    await database.db.collection('people').insertOne({ n: 1 });
    assert.equal(new URL(database.uri).pathname, `/${name}`);
  });

  const { client } = await testDatabase(t);
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
  assert.equal(
    databases.some((database) => database.name === name),
    false,
  );
});

test('two task queues of one test differ and are readable', (t) => {
  const [one, other] = [testTaskQueue(t), testTaskQueue(t)];

  assert.notEqual(one, other);
  assert.match(one, /^two-task-queues-of-one-test-differ-and-are-readable-/);
});

test('the shared Temporal server knows every search attribute', async (t) => {
  const { client } = await connectTemporal(t);

  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace: 'default' });

  for (const name of Object.keys(SEARCH_ATTRIBUTES)) assert.ok(name in customAttributes, `${name} is missing`);
});

test('a time-skipping environment takes a run that sets search attributes', async (t) => {
  const environment = await createTimeSkipping(t);
  const taskQueue = testTaskQueue(t);
  const workflowsPath = new URL('./search-attribute-workflow.ts', import.meta.url).pathname;
  const worker = await Worker.create({ connection: environment.nativeConnection, taskQueue, workflowsPath });

  const slept = await worker.runUntil(
    environment.client.workflow.execute(sleepsWithAttributes, { workflowId: taskQueue, taskQueue }),
  );

  assert.equal(slept, 'WaitingForDecision');
});

test('servers are started once, whoever asks', async () => {
  const [first, second] = await Promise.all([testServers('mongodb'), testServers('mongodb')]);

  assert.deepEqual(second, first);
});

test('a domain controller is offered, or the reason why there is none', async () => {
  const domain = await sambaDomain();

  if ('env' in domain) assert.match(domain.env.AD_LDAPS_URL, /^ldaps:/);
  else assert.match(domain.skip, /apt-get install samba-ad-dc/);
});
