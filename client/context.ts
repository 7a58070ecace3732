import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

import { loadConfiguration } from '../activities/configuration/load.js';
import type { Environment } from '../activities/configuration/load.js';
import type { LoadedConfiguration } from '../activities/configuration/types.js';
import { createConnectorRegistry } from '../activities/connectors/registry.js';
import type { ConnectorRegistry } from '../activities/connectors/registry.js';
import { openStore } from '../activities/store/index.js';
import type { Store } from '../activities/store/index.js';
import type { Reviewer } from '../domain/config.js';
import { CommandFailed, inputError } from './faults.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** Deadline of every call to Temporal: a server without a worker would keep an update waiting for ever. */
export const CALL_DEADLINE_MS = 15_000;
const SANDBOX_ENVIRONMENT = join('.ilm', 'environment.json');

/**
 * What a command works with, opened on first use and closed at its end. Addresses come from the standard variables;
 * where none is set and `npm start` runs in this directory, from the sandbox.
 */
export class CommandContext {
  readonly env: Environment;
  #configuration: LoadedConfiguration | undefined;
  #store: Promise<Store> | undefined;
  #client: Promise<Client> | undefined;
  #connectors: ConnectorRegistry | undefined;

  constructor(readonly options: GlobalOptions) {
    this.env = environment();
  }

  /** @throws ConfigurationError with every fault at once */
  get configuration(): LoadedConfiguration {
    return (this.#configuration ??= loadConfiguration(this.options.config, this.env));
  }

  /** The person who gives the command: `--as`, or `ILM_USER`. */
  get actor(): Reviewer {
    const claimed = this.options.as ?? this.env['ILM_USER'];
    const { people } = this.configuration.ilm;
    const names = people.map(({ email }) => email).join(', ');
    if (claimed === undefined) {
      throw inputError('--as', 'nobody is named', `name one of the people in ilm.yaml (${names}), or set ILM_USER`);
    }
    const person = people.find(({ email, id }) => id === claimed || email.toLowerCase() === claimed.toLowerCase());
    if (person === undefined) {
      throw inputError('--as', 'this is none of the people in ilm.yaml', `use one of ${names}`, claimed);
    }
    return person;
  }

  async store(): Promise<Store> {
    const uri = this.env['MONGODB_URI'];
    if (uri === undefined || uri === '') throw new CommandFailed(NO_SERVERS);
    return await (this.#store ??= openStore({ uri }));
  }

  async client(): Promise<Client> {
    return await (this.#client ??= this.#connect());
  }

  async #connect(): Promise<Client> {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
      overrideEnvVars: definedOnly(this.env),
    });
    const { dataConverterFromEnvironment } = await import('../worker/codec.js');
    const dataConverter = dataConverterFromEnvironment(this.env);
    try {
      const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
      return new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
    } catch (cause) {
      const address = connectionOptions.address ?? 'localhost:7233';
      throw new CommandFailed(`Temporal at ${address} does not answer. ${NO_SERVERS}`, { cause });
    }
  }

  connectors(): ConnectorRegistry {
    return (this.#connectors ??= createConnectorRegistry({ current: () => this.configuration }));
  }

  /** Prints a result: as JSON with `--json`, else as the given text. */
  print(json: unknown, text: string): void {
    console.log(this.options.json === true ? JSON.stringify(json, null, 2) : text);
  }

  /** A line about long work, on standard error so that results stay clean. */
  progress(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  async close(): Promise<void> {
    await Promise.allSettled([
      this.#store?.then((store) => store.close()),
      this.#client?.then(({ connection }) => connection.close()),
      this.#connectors?.close(),
    ]);
  }
}

const NO_SERVERS = 'Set TEMPORAL_ADDRESS and MONGODB_URI, or run `npm start` in this directory.';

/** The process's variables; beside a running sandbox its own fill what is absent. */
function environment(): Environment {
  if (!existsSync(SANDBOX_ENVIRONMENT)) return process.env;
  const sandbox = JSON.parse(readFileSync(SANDBOX_ENVIRONMENT, 'utf8')) as Record<string, string>;
  return { ...sandbox, ...process.env };
}

const definedOnly = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
