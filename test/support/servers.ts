import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import type { AdEnvironment } from '../../sandbox/servers/active-directory.js';
import { addSearchAttributes } from '../../sandbox/servers/search-attributes.js';
import { startServers } from '../../sandbox/servers/servers.js';
import type { AddressesOf, ServerName } from '../../sandbox/servers/servers.js';

/**
 * Real servers for tests. `npm test` starts each one once, when the first test asks for it, and names itself to the test
 * files by `ILM_TEST_SERVERS`; a file that is run alone (`node --import tsx --test FILE`) starts what it asks for by
 * itself. Everything is temporary and ends with the tests.
 */

/** The part of a test context that these helpers use. */
export interface TestScope {
  readonly name: string;
  after(fn: () => Promise<void> | void): void;
}

const LOG_DIR = fileURLToPath(new URL('../../.ilm/logs/test/', import.meta.url));
const started = new Map<ServerName, Promise<unknown>>();

/** Addresses of the named servers, which are started when nobody has done so yet. */
export async function testServers<N extends ServerName>(...names: N[]): Promise<AddressesOf<N>> {
  const addresses = await Promise.all(names.map((name) => once(name)));
  return Object.assign({}, ...addresses) as AddressesOf<N>;
}

function once(name: ServerName): Promise<unknown> {
  const runner = process.env['ILM_TEST_SERVERS'];
  const addresses = started.get(name) ?? (runner === undefined ? startHere(name) : askRunner(runner, name));
  started.set(name, addresses);
  return addresses;
}

/** Without a runner: the server ends with this process. */
async function startHere(name: ServerName): Promise<unknown> {
  const servers = await startServers({ need: [name], logDir: LOG_DIR });
  servers.release();
  return servers.addresses;
}

async function askRunner(runner: string, name: ServerName): Promise<unknown> {
  const response = await fetch(`${runner}/${name}`);
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return JSON.parse(body);
}

/** An empty database of the test's own, dropped and disconnected after it. `uri` names the same database. */
export async function testDatabase(t: TestScope): Promise<{ db: Db; client: MongoClient; uri: string; name: string }> {
  const { mongodbUri } = await testServers('mongodb');
  const name = `test-${randomUUID()}`;
  const client = await MongoClient.connect(mongodbUri);
  const db = client.db(name);
  t.after(async () => {
    await db.dropDatabase();
    await client.close();
  });
  const uri = new URL(mongodbUri);
  uri.pathname = `/${name}`;
  return { db, client, uri: uri.href, name };
}

/** A task queue (or any other name) of the test's own, readable in the UI. */
export function testTaskQueue(t: Pick<TestScope, 'name'>): string {
  return `${t.name.slice(0, 60).replaceAll(/\W+/g, '-')}-${randomUUID().slice(0, 8)}`;
}

/** Silences the SDK's reports of what every worker does, unless the test has set up a runtime of its own. */
function quiet(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  } catch {
    // A process has one runtime; the first one stays.
  }
}

/** The shared Temporal server: for clients and for workers, closed after the test. */
export async function connectTemporal(
  t: TestScope,
): Promise<{ client: Client; connection: NativeConnection; address: string; ui: string | null }> {
  quiet();
  const { temporalAddress, temporalUi } = await testServers('temporal');
  const connection = await NativeConnection.connect({ address: temporalAddress });
  t.after(() => connection.close());
  return { client: new Client({ connection }), connection, address: temporalAddress, ui: temporalUi };
}

/**
 * A Temporal environment of its own in which time is skipped while a result is awaited, with the engine's search
 * attributes registered. About 0.4 s; tests on one environment must run one after another, as its clock is global.
 *
 * @param t ends the environment after this test; without it the caller has to call `teardown`
 */
export async function createTimeSkipping(t?: TestScope): Promise<TestWorkflowEnvironment> {
  quiet();
  const { testServerPath: path } = await testServers('testServer');
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  t?.after(() => environment.teardown());
  await addSearchAttributes(environment.connection, 'default');
  return environment;
}

/**
 * The shared domain controller, or why there is none, for `t.skip`. Tests make an organisational unit of their own. In
 * CI (`CI` set) a missing one is an error, so that these tests cannot go missing unnoticed.
 */
export async function sambaDomain(): Promise<{ env: AdEnvironment } | { skip: string }> {
  const { ad, adUnavailable = 'no domain controller' } = await testServers('samba');
  if (ad !== null) return { env: ad };
  if ((process.env['CI'] ?? '') !== '') throw new Error(adUnavailable);
  return { skip: adUnavailable };
}
