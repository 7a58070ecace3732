import { randomUUID } from 'node:crypto';

import { Connection } from '@temporalio/client';

import { addSearchAttributes } from '../sandbox/servers/search-attributes.js';

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
