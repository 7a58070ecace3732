import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';

import { appProvisioningSettingsSchema, configSchema } from '../../domain/config.js';
import { crossCheck } from './cross-check.js';
import { ConfigurationError } from './faults.js';
import type { ConfigurationFault } from './faults.js';
import { resolveReferences } from './references.js';
import type { LoadedConfiguration } from './types.js';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Loads and checks one file of the directory. */
interface FileReader {
  readonly directory: string;
  readonly env: Environment;
  readonly faults: ConfigurationFault[];
}

const SETTINGS_LIST = 'lists/app-provisioning-settings.json';

/**
 * Reads a configuration directory: `ilm.yaml`, `lists/`, `mappers/`, `templates/`. `${NAME}` in `ilm.yaml` is taken from
 * the environment before anything is checked.
 *
 * @throws ConfigurationError with every fault of every file at once; secrets never appear in it
 */
export function loadConfiguration(directory: string, env: Environment = process.env): LoadedConfiguration {
  const reader: FileReader = { directory, env, faults: [] };
  const ilm = readChecked(reader, 'ilm.yaml', configSchema, true);
  const appProvisioningSettings = readChecked(reader, SETTINGS_LIST, appProvisioningSettingsSchema, false);
  const mappers = Object.fromEntries(
    filesIn(directory, 'mappers', /\.ya?ml$/).map((file) => [file, readYaml(reader, file)?.toJS() as unknown]),
  );
  const templates = Object.fromEntries(
    filesIn(directory, 'templates', /\.html$/).map((file) => [
      file.slice('templates/'.length),
      readFileSync(join(directory, file), 'utf8'),
    ]),
  );
  if (ilm === null || appProvisioningSettings === null) throw new ConfigurationError(reader.faults);
  const loaded: LoadedConfiguration = { directory, ilm, appProvisioningSettings, mappers, templates };
  reader.faults.push(...crossCheck(loaded));
  if (reader.faults.some(({ severity }) => severity === 'error')) throw new ConfigurationError(reader.faults);
  return loaded;
}

/** Faults that let the service run and are worth a look. */
export const warningsOf = (loaded: LoadedConfiguration): ConfigurationFault[] =>
  crossCheck(loaded).filter(({ severity }) => severity === 'warning');

function readChecked<T extends z.ZodType>(
  reader: FileReader,
  file: string,
  schema: T,
  withReferences: boolean,
): z.infer<T> | null {
  const lines = new LineCounter();
  const document = readYaml(reader, file, lines);
  if (document === null) return null;
  const { value, missing } = withReferences
    ? resolveReferences(document.toJS(), reader.env)
    : { value: document.toJS() as unknown, missing: [] };
  for (const { path, name } of missing) {
    reader.faults.push({
      severity: 'error',
      file,
      path: path.join('.'),
      ...lineOf(document, lines, path),
      problem: `the environment variable ${name} is not set`,
      remedy: `set ${name}, or write the value here when it is no secret`,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return missing.length === 0 ? parsed.data : null;
  const unset = new Set(missing.map(({ path }) => path.join('.')));
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String);
    if (unset.has(path.join('.'))) continue;
    reader.faults.push({
      severity: 'error',
      file,
      path: path.join('.'),
      ...lineOf(document, lines, path),
      problem: issue.message,
      remedy: 'see docs/configuration.md for what is allowed here',
    });
  }
  return null;
}

function readYaml(reader: FileReader, file: string, lines = new LineCounter()): Document | null {
  let text: string;
  try {
    text = readFileSync(join(reader.directory, file), 'utf8');
  } catch {
    reader.faults.push({
      severity: 'error',
      file,
      path: '',
      problem: 'the file cannot be read',
      remedy: `create ${join(reader.directory, file)}, or name another directory with --config`,
    });
    return null;
  }
  const document = parseDocument(text, { lineCounter: lines });
  for (const error of document.errors) {
    reader.faults.push({
      severity: 'error',
      file,
      path: '',
      line: lines.linePos(error.pos[0]).line,
      problem: error.message.split('\n')[0] ?? 'cannot be parsed',
      remedy: 'correct the syntax',
    });
  }
  return document.errors.length === 0 ? document : null;
}

/** The line of the deepest part of a path that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly string[]): { line?: number } {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node = document.getIn(keys, true) as { range?: [number, number, number] } | undefined;
    if (node?.range !== undefined) return { line: lines.linePos(node.range[0]).line };
  }
  return {};
}

function filesIn(directory: string, folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(join(directory, folder))
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/** Modification times of every file of the directory, as one comparable text. */
export function stateOf(directory: string): string {
  const files = [
    'ilm.yaml',
    ...filesIn(directory, 'lists', /\.json$/),
    ...filesIn(directory, 'mappers', /\.ya?ml$/),
    ...filesIn(directory, 'templates', /\.html$/),
  ];
  return files.map((file) => `${file}:${statSync(join(directory, file), { throwIfNoEntry: false })?.mtimeMs}`).join();
}
