import type { z } from 'zod';

import type { ApplicationInstance } from '../../domain/config.js';
import type { Brand } from '../connectors/brand.js';
import { BRANDS } from '../connectors/brands.js';
import { createConnectorRegistry } from '../connectors/registry.js';
import { ConnectorError } from '../connectors/types.js';
import type { Environment } from './environment.js';
import { ConfigurationError } from './faults.js';
import type { ConfigurationFault } from './faults.js';
import { inOrder } from './findings.js';
import { readConfiguration } from './load.js';
import { suggestion } from './schema-faults.js';
import { readText, SourceFile } from './source-file.js';
import type { LoadedConfiguration } from './types.js';

const MAIN_FILE = 'ilm.yaml';

/**
 * Reads a configuration directory as `loadConfiguration` does and checks the applications' own settings, too.
 *
 * @throws ConfigurationError with every fault at once
 */
export async function checkedConfiguration(directory: string, env: Environment): Promise<LoadedConfiguration> {
  const { loaded, faults, warnings } = readConfiguration(directory, env);
  const own = loaded === undefined ? [] : await instanceFaults(loaded);
  const told = new Set(faults.map(({ path }) => path));
  // A setting whose variable is missing looks like a missing setting here, and a faulty mapper like a faulty instance.
  const isNew = ({ path }: ConfigurationFault): boolean => !told.has(path) && (told.size === 0 || /\./.test(path));
  const all = inOrder([...faults, ...own.filter(isNew)]);
  if (loaded === undefined || all.length > 0) throw new ConfigurationError(all, warnings);
  return loaded;
}

/**
 * Faults of the applications' own settings, which only their brands know: unknown brands, missing addresses and
 * credentials, unknown settings. Everything of every instance at once; no connection is made.
 *
 * @param brands all shipped ones, unless a test or benchmark has its own
 */
export async function instanceFaults(
  loaded: LoadedConfiguration,
  brands: readonly Brand[] = BRANDS,
): Promise<ConfigurationFault[]> {
  const source = new SourceFile(MAIN_FILE, readText(loaded.directory, MAIN_FILE) ?? '');
  const found: ConfigurationFault[] = [];
  const collect = (path: readonly PropertyKey[], problem: string, remedy: string): void => {
    // The file's own text, in which a secret is still a reference.
    found.push(source.fault(path, { value: valueAt(source.value, path), problem, remedy }));
  };
  const names = namesIn(source.value);
  for (const [position, instance] of loaded.ilm.instances.entries()) {
    const named = names.indexOf(instance.name);
    const index = named < 0 ? position : named;
    const brand = brands.find(({ name }) => name === instance.brand);
    if (brand === undefined) {
      const known = brands.map(({ name }) => name);
      collect(['instances', index, 'brand'], 'is no brand of this version', suggestion(instance.brand, known));
    } else {
      await tryOut(loaded, instance, brand, (path, problem, remedy) =>
        collect(['instances', index, ...path], problem, remedy),
      );
    }
  }
  return found;
}

/** The file's names in its own order: an instance that is too faulty to be checked has been left out. */
function namesIn(value: unknown): readonly unknown[] {
  const instances = valueAt(value, ['instances']);
  return Array.isArray(instances) ? instances.map((instance) => valueAt(instance, ['name'])) : [];
}

type Collect = (path: readonly PropertyKey[], problem: string, remedy: string) => void;

/** Makes the connector once, for the faults that its brand finds on the way. */
async function tryOut(
  loaded: LoadedConfiguration,
  instance: ApplicationInstance,
  brand: Brand,
  collect: Collect,
): Promise<void> {
  let told = 0;
  const listening: Brand = {
    ...brand,
    create: (settings, options, fault) =>
      brand.create(settings, options, (path, message) => {
        told += 1;
        collect(...faultOf(path, message, instance.settings, brand));
        return fault(path, message);
      }),
  };
  const registry = createConnectorRegistry({ current: () => loaded }, { brands: [listening] });
  try {
    registry.get(instance.name);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (told === 0) collect([], `cannot be used: ${error.message.replace(/\.$/, '')}`, 'Correct it.');
  } finally {
    await registry.close();
  }
}

function faultOf(
  path: readonly PropertyKey[],
  message: string,
  settings: ApplicationInstance['settings'],
  brand: Brand,
): Parameters<Collect> {
  const [, unknown] = /^Unrecognized keys?: "([^"]+)"/.exec(message) ?? [];
  if (unknown !== undefined) {
    const remedy = suggestion(unknown, Object.keys(brand.settings.shape));
    return [['settings', ...path, unknown], 'is not a known setting', remedy];
  }
  const about = (brand.settings.shape[String(path[0] ?? '')] as z.ZodType | undefined)?.description;
  const remedy = about === undefined ? `See ${brand.name} in docs/configuration.md.` : `It is: ${about}`;
  const problem = message.startsWith('Invalid') ? 'is not valid' : message;
  return [['settings', ...path], valueAt(settings, path) === undefined ? 'is missing' : problem, remedy];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<PropertyKey, unknown>>)[step] : undefined,
    value,
  );
}
