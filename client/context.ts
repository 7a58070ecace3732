import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Client } from '@temporalio/client';

import type { Environment } from '../activities/configuration/environment.js';
import type { LoadedConfiguration } from '../activities/configuration/types.js';
import type { ConnectorRegistry } from '../activities/connectors/registry.js';
import type { Store } from '../activities/store/index.js';
import type { Reviewer } from '../domain/config.js';
import { CommandFailed, inputError } from './faults.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config: string;
  /** Whether the directory was named on the command line. */
  readonly isConfigNamed: boolean;
  readonly as?: string;
  readonly json?: boolean;
}

/** Deadline of every call to Temporal: a server without a worker would keep an update waiting for ever. */
export const CALL_DEADLINE_MS = 15_000;
/** Long work promises a line at least every five seconds. */
const PROGRESS_EVERY_MS = 4_000;
const SANDBOX_ENVIRONMENT = join('.ilm', 'environment.json');
const REMEDY = 'Set TEMPORAL_ADDRESS and MONGODB_URI, or run `npm start` in this directory.';

/**
 * What a command works with. Configuration, servers and the modules behind them are loaded on first use, so that a
 * command pays for what it needs only, and closed at its end. Addresses come from the standard variables; where none is
 * set and `npm start` runs in this directory, from the sandbox.
 */
export class CommandContext {
  #env: Environment | undefined;
  #configuration: Promise<LoadedConfiguration> | undefined;
  #store: Promise<Store> | undefined;
  #client: Promise<Client> | undefined;
  #connectors: ConnectorRegistry | undefined;

  constructor(readonly options: GlobalOptions) {}

  get env(): Environment {
    return (this.#env ??= environment());
  }

  /** @throws ConfigurationError with every fault at once */
  async configuration(): Promise<LoadedConfiguration> {
    this.#configuration ??= import('../activities/configuration/load.js').then(({ loadConfiguration }) =>
      loadConfiguration(this.options.config, this.env),
    );
    return await this.#configuration;
  }

  /**
   * The person who gives the command: `--as`, or `ILM_USER`.
   *
   * @throws InputError when nobody is named, or none of the people in ilm.yaml
   */
  async actor(): Promise<Reviewer> {
    const { people } = (await this.configuration()).ilm;
    const names = people.map(({ email }) => email).join(', ');
    const claimed = this.options.as ?? this.env['ILM_USER'];
    if (claimed === undefined || claimed === '') {
      throw inputError(
        '--as',
        'is missing',
        `Say who you are, one of the people in ilm.yaml (${names}), or set ILM_USER.`,
      );
    }
    const person = people.find(({ email, id }) => id === claimed || email.toLowerCase() === claimed.toLowerCase());
    if (person !== undefined) return person;
    throw inputError('--as', 'is none of the people in ilm.yaml', `Use one of ${names}.`, claimed);
  }

  async store(): Promise<Store> {
    return await (this.#store ??= this.#openStore());
  }

  async #openStore(): Promise<Store> {
    const uri = this.env['MONGODB_URI'];
    if (uri === undefined || uri === '') throw inputError('MONGODB_URI', 'is not set', REMEDY);
    const { openStore } = await import('../activities/store/index.js');
    return await openStore({ uri });
  }

  async client(): Promise<Client> {
    return await (this.#client ??= this.#connect());
  }

  async #connect(): Promise<Client> {
    const [temporal, { loadClientConnectConfig }, { dataConverterFromEnvironment }] = await Promise.all([
      import('@temporalio/client'),
      import('@temporalio/envconfig'),
      import('../worker/codec.js'),
    ]);
    const variables = Object.entries(this.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const settings = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(variables) });
    const { connectionOptions, namespace = 'default' } = settings;
    const dataConverter = dataConverterFromEnvironment(this.env);
    try {
      const connection = await temporal.Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
      return new temporal.Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
    } catch (cause) {
      const address = connectionOptions.address ?? 'localhost:7233';
      throw new CommandFailed(`Temporal at ${address} does not answer. ${REMEDY}`, { cause });
    }
  }

  async connectors(): Promise<ConnectorRegistry> {
    const configuration = await this.configuration();
    const { createConnectorRegistry } = await import('../activities/connectors/registry.js');
    return (this.#connectors ??= createConnectorRegistry({ current: () => configuration }));
  }

  /** Prints a result: as JSON with `--json`, else as text. */
  print(json: unknown, text: string | (() => string)): void {
    if (this.options.json === true) console.log(JSON.stringify(json, null, 2));
    else console.log(typeof text === 'string' ? text : text());
  }

  /** A line about long work, on standard error so that results stay clean. */
  progress(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** Waits for long work and says every few seconds what it is at. */
  async during<T>(what: string | (() => string), work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.progress(typeof what === 'string' ? what : what()), PROGRESS_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  /** Closes what was opened; what could not be opened needs no closing. */
  async close(): Promise<void> {
    await Promise.allSettled([
      this.#store?.then((store) => store.close()),
      this.#client?.then(({ connection }) => connection.close()),
      this.#connectors?.close(),
    ]);
  }
}

/** The process's variables, or the running sandbox's where they name no server. */
function environment(): Environment {
  const { TEMPORAL_ADDRESS: temporal, MONGODB_URI: mongodb } = process.env;
  const isSandboxMeant = temporal === undefined && mongodb === undefined && existsSync(SANDBOX_ENVIRONMENT);
  if (!isSandboxMeant) return process.env;
  return { ...(JSON.parse(readFileSync(SANDBOX_ENVIRONMENT, 'utf8')) as Record<string, string>), ...process.env };
}
