import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import type { SearchAttributeName } from '../../domain/search-attributes.js';
import { missingSearchAttributes, registerCommand } from '../../worker/temporal.js';
import type { Progress } from './progress.js';
import { MisconfiguredError } from './sources.js';

/** Numbers of the API's `IndexedValueType` for the types that the closed list uses. */
const INDEXED_VALUE_TYPES = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;

/**
 * Registers search attributes in a namespace: those of the engine unless others are named. A server refuses one that it
 * has already, except the time-skipping test server, which needs this for every environment: a run that upserts an
 * unknown attribute hangs there.
 */
export async function addSearchAttributes(
  connection: Pick<Connection, 'operatorService'>,
  namespace: string,
  names: readonly string[] = Object.keys(SEARCH_ATTRIBUTES),
): Promise<void> {
  const types = names.map(
    (name) => [name, INDEXED_VALUE_TYPES[SEARCH_ATTRIBUTES[name as SearchAttributeName]]] as const,
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) });
}

/**
 * Registers what is missing on the server that the standard `TEMPORAL_*` variables name. Where that is not allowed it
 * says which command an administrator has to run.
 *
 * @throws MisconfiguredError when the server does not answer
 */
export async function registerSearchAttributes(progress: Progress): Promise<void> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '3s' }).catch(
    (cause: unknown) => {
      const address = connectionOptions.address ?? '';
      throw new MisconfiguredError(`TEMPORAL_ADDRESS ${address} does not answer. Start that server or unset it.`, {
        cause,
      });
    },
  );
  const missing = await missingSearchAttributes(new Client({ connection, namespace }));
  try {
    if (missing.length === 0) return;
    await addSearchAttributes(connection, namespace, missing);
    progress(`Temporal: registered the search attributes ${missing.join(', ')}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    progress(`Temporal: search attributes could not be registered (${reason}).`);
    progress(`Have an administrator run: ${registerCommand(missing, namespace)}`);
  } finally {
    await connection.close();
  }
}
