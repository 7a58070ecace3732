import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

import { SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';

/** Both kinds of connection to one Temporal namespace. */
export interface TemporalConnections {
  readonly client: Client;
  readonly native: NativeConnection;
  readonly namespace: string;
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Connects by the standard settings: `TEMPORAL_*` variables and `temporal.toml`. A server that does not answer yet is
 * tried again with growing pauses, for ever; each try is reported.
 */
export async function connectTemporal(
  report: (message: string) => void,
  dataConverter?: DataConverter,
): Promise<TemporalConnections> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const [connection, native] = await Promise.all([
        Connection.connect(connectionOptions),
        NativeConnection.connect(connectionOptions),
      ]);
      const client = new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
      const close = async (): Promise<void> => {
        await Promise.all([connection.close(), native.close()]);
      };
      return { client, native, namespace, close };
    } catch {
      const address = connectionOptions.address ?? 'localhost:7233';
      report(`Temporal at ${address} does not answer; trying again in ${pause / 1_000} s. Check TEMPORAL_ADDRESS.`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * Search attributes that the server does not know. A run that sets an unknown one hangs, so a worker must not start
 * without them.
 */
export async function missingSearchAttributes(client: Client): Promise<string[]> {
  const { namespace } = client.options;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(SEARCH_ATTRIBUTES).filter((name) => !(name in customAttributes));
}

/** The command that an operator runs to register attributes. */
export function registerCommand(names: readonly string[], namespace: string): string {
  const types = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;
  const attributes = Object.entries(SEARCH_ATTRIBUTES)
    .filter(([name]) => names.includes(name))
    .map(([name, type]) => `--name ${name} --type ${types[type]}`);
  return `temporal operator search-attribute create --namespace ${namespace} ${attributes.join(' ')}`;
}
