import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Connection } from '@temporalio/client';

import { addSearchAttributes } from '../sandbox/servers/search-attributes.js';
import { startServers } from '../sandbox/servers/servers.js';

/** Where a benchmark that needs servers runs. */
export interface BenchmarkPlace {
  /** Temporary; gone afterwards. */
  readonly folder: string;
  readonly mongodbUri: string;
  readonly temporalAddress: string;
}

/** Starts the servers that the service needs, with a temporary folder, and ends both after the work. */
export async function withServers<T>(work: (place: BenchmarkPlace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-bench-'));
  const servers = await startServers({ need: ['mongodb', 'temporal'], logDir: join(folder, 'logs') });
  const { mongodbUri, temporalAddress } = servers.addresses;
  try {
    return await work({ folder, mongodbUri, temporalAddress });
  } finally {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Address of a database of the benchmark's own on the given server. */
export function databaseOf(benchmark: string, uri: string): string {
  const address = new URL(uri);
  address.pathname = `/bench-${benchmark}-${randomUUID()}`;
  return address.href;
}

/** Makes a namespace of the benchmark's own, with the search attributes of the service; gives its name. */
export async function createNamespace(benchmark: string, address: string): Promise<string> {
  const namespace = `bench-${benchmark}-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await addSearchAttributes(connection, namespace);
  await connection.close();
  return namespace;
}
