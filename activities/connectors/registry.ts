import { milliseconds } from '../../domain/duration.js';
import { BRANDS } from './brands.js';
import { readCertificates } from './certificates.js';
import { compileIncomingMap, compileOutgoingMap } from './maps.js';
import { createPace } from './pace.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { OktaClient } from './okta/client.js';
import type { ApplicationInstance } from '../../domain/config.js';
import type { LoadedConfiguration } from '../configuration/types.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { Pace } from './pace.js';
import type { CommandFlags, DirectoryConnector, GroupConnector, UserConnector } from './types.js';

/** What the registry reads of the configuration; `Configuration` of `activities/configuration` fits. */
export interface ConnectorConfiguration {
  current(): Pick<LoadedConfiguration, 'directory' | 'ilm' | 'mappers'>;
}

/**
 * One connector per configured instance, made on first use and kept for the life of the process. After a change of the
 * configuration the next call for that instance gets a new connector and the old one is closed.
 *
 * Every method that takes an instance throws a `Configuration` error that names instance and path when the instance is
 * unknown, its brand is unknown, or its settings are faulty.
 */
export interface ConnectorRegistry {
  /** Names of all configured instances, switched off ones included, in the order of the file. */
  instances(): readonly string[];
  get(instance: string): UserConnector;
  /** Throws a `Configuration` error when the brand has no passwords to set. */
  directory(instance: string): DirectoryConnector;
  /** Throws a `Configuration` error when the brand has no groups. */
  groups(instance: string): GroupConnector;
  /** What an Okta organisation tells beside its users. Throws a `Configuration` error when the brand is another. */
  okta(instance: string): OktaClient;
  flags(instance: string): CommandFlags;
  brandOf(instance: string): string;
  settingsOf(instance: string): ApplicationInstance;
  close(): Promise<void>;
}

interface Kept {
  readonly fingerprint: string;
  readonly connector: UserConnector;
}

/** Makes a registry over the given configuration. `brands` is for tests; normally all shipped brands. */
export function createConnectorRegistry(
  configuration: ConnectorConfiguration,
  { brands = BRANDS }: { readonly brands?: readonly Brand[] } = {},
): ConnectorRegistry {
  const kept = new Map<string, Kept>();
  const paces = new Map<string, Pace>();

  /** What an application has been sent counts on when its settings change. */
  const paceOf = ({ name, requestsPerMinute }: ApplicationInstance): Pace => {
    const pace = paces.get(name) ?? createPace();
    pace.limitTo(requestsPerMinute);
    paces.set(name, pace);
    return pace;
  };

  const settingsOf = (name: string): ApplicationInstance => {
    const found = configuration.current().ilm.instances.find((instance) => instance.name === name);
    if (found === undefined) {
      throw configurationError(`No instance '${name}' is configured; add it under 'instances' of ilm.yaml.`);
    }
    return found;
  };

  const get = (name: string): UserConnector => {
    const instance = settingsOf(name);
    const { mappers } = configuration.current();
    const fingerprint = JSON.stringify([instance, mappers[instance.mapperOut ?? ''], mappers[instance.mapperIn ?? '']]);
    const before = kept.get(name);
    if (before?.fingerprint === fingerprint) return before.connector;
    const brand = brandNamed(brands, instance);
    const connector = makeConnector(configuration.current(), instance, brand, paceOf(instance));
    kept.set(name, { fingerprint, connector });
    // Nobody waits for the old one: a command that is not done with it fails as on a lost connection, and is tried again.
    void before?.connector.close().catch(() => undefined);
    return connector;
  };

  return {
    instances: () => configuration.current().ilm.instances.map(({ name }) => name),
    get,
    directory: (name) => {
      const connector = get(name);
      if (isDirectoryConnector(connector)) return connector;
      throw configurationError(`Instance '${name}' (${connector.brand}) is no directory; it has no passwords to set.`);
    },
    groups: (name) => {
      const connector = get(name);
      if (isGroupConnector(connector)) return connector;
      throw configurationError(`Instance '${name}' (${connector.brand}) offers no group commands.`);
    },
    okta: (name) => {
      const connector = get(name);
      if (isOktaConnector(connector)) return connector.organisation;
      throw configurationError(`Instance '${name}' (${connector.brand}) is no Okta organisation.`);
    },
    flags: (name) => flagsOf(settingsOf(name)),
    brandOf: (name) => brandNamed(brands, settingsOf(name)).name,
    settingsOf,
    close: async () => {
      const all = [...kept.values()];
      kept.clear();
      await Promise.allSettled(all.map(({ connector }) => connector.close()));
    },
  };
}

/** Whether a connector's application holds passwords. */
export function isDirectoryConnector(connector: UserConnector): connector is DirectoryConnector {
  return 'setInitialPassword' in connector && 'readPasswordPolicy' in connector && 'accountState' in connector;
}

/** Whether a connector also offers group commands. */
export function isGroupConnector(connector: UserConnector): connector is UserConnector & GroupConnector {
  return 'getGroup' in connector && 'changeMembers' in connector;
}

/** Whether a connector's application is an Okta organisation, which flows follow. */
function isOktaConnector(connector: UserConnector): connector is UserConnector & { readonly organisation: OktaClient } {
  return 'organisation' in connector;
}

const configurationError = (message: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Configuration, message);

const flagsOf = (instance: ApplicationInstance): CommandFlags => ({
  createUserEnabled: instance.createUserEnabled,
  updateUserEnabled: instance.updateUserEnabled,
  enableUserEnabled: instance.enableUserEnabled,
  disableUserEnabled: instance.disableUserEnabled,
  createIfNotExists: instance.createIfNotExists,
});

function brandNamed(brands: readonly Brand[], instance: ApplicationInstance): Brand {
  const found = brands.find(({ name }) => name === instance.brand);
  if (found !== undefined) return found;
  const known = brands.map(({ name }) => `'${name}'`).join(', ');
  throw configurationError(`Instance '${instance.name}': unknown brand '${instance.brand}'; known are ${known}.`);
}

function makeConnector(
  configuration: Pick<LoadedConfiguration, 'directory' | 'ilm' | 'mappers'>,
  instance: ApplicationInstance,
  brand: Brand,
  pace: Pace,
): UserConnector {
  const where = `instances[${configuration.ilm.instances.indexOf(instance)}]`;
  const options: ConnectorOptions = {
    instanceName: instance.name,
    outgoing: compileOutgoingMap(...mapperOf(configuration.mappers, instance, 'mapperOut', brand.defaultMapperOut)),
    incoming: compileIncomingMap(...mapperOf(configuration.mappers, instance, 'mapperIn', brand.defaultMapperIn)),
    requestTimeoutMs: milliseconds(instance.requestTimeout),
    insecure: instance.insecure,
    proxy: instance.proxy,
    ...readCertificates(configuration.directory, `Instance '${instance.name}'`, instance),
    pace,
  };
  return brand.create(instance.settings, options, (path, message) =>
    configurationError(
      `Instance '${instance.name}' (${brand.name}): ${[`${where}.settings`, ...path.map(String)].join('.')} ${message}.`,
    ),
  );
}

/** The definition of an instance's mapper and what messages call it. */
function mapperOf(
  mappers: LoadedConfiguration['mappers'],
  instance: ApplicationInstance,
  which: 'mapperIn' | 'mapperOut',
  fallback: unknown,
): [definition: unknown, name: string] {
  const file = instance[which];
  if (file === undefined) return [fallback, `'${instance.brand}' (default ${which})`];
  if (file in mappers) return [mappers[file], `'${file}' of instance '${instance.name}'`];
  throw configurationError(`Instance '${instance.name}': ${which} '${file}' does not exist in the configuration.`);
}
