import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** A client by the standard `TEMPORAL_*` settings, as every example script uses it. */
export async function connect(): Promise<Client> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  return new Client({ connection: await Connection.connect(connectionOptions), namespace });
}
