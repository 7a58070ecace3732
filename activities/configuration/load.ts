import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { appGroupSyncSettingsSchema, appProvisioningSettingsSchema, configSchema } from '../../domain/config.js';
import type { AppGroupSyncSettings, AppProvisioningSettings, IlmConfig } from '../../domain/config.js';
import { resolveReferences } from './environment.js';
import type { Environment } from './environment.js';
import { ConfigurationError } from './faults.js';
import type { ConfigurationFault } from './faults.js';
import { checkFields } from './field-checks.js';
import { Findings, inOrder } from './findings.js';
import { checkGroupSync } from './group-sync-checks.js';
import { checkSettings } from './list-checks.js';
import { checkMappers, readMapper } from './mapper-checks.js';
import type { MapperFile } from './mapper-checks.js';
import { checkOktaEvents } from './okta-events-checks.js';
import { checkPeople } from './people-checks.js';
import { checkSchema } from './schema-faults.js';
import { readSource, SourceFile } from './source-file.js';
import { checkTemplates } from './template-checks.js';
import type { LoadedConfiguration } from './types.js';
import { checkValues } from './value-checks.js';

const MAIN_FILE = 'ilm.yaml';
const SETTINGS_LIST = 'lists/app-provisioning-settings.json';
const GROUP_LIST = 'lists/app-group-sync-settings.json';

/** What a configuration directory holds and what is wrong with it. */
export interface ReadConfiguration {
  /** What can be used; beside faults, what is left without the faulty settings. Absent when nothing is. */
  readonly loaded?: LoadedConfiguration;
  /** In the order of files and lines, like the warnings. */
  readonly faults: readonly ConfigurationFault[];
  readonly warnings: readonly ConfigurationFault[];
}

/**
 * Reads a configuration directory: `ilm.yaml`, `lists/`, `mappers/`, `templates/`. `${NAME}` in `ilm.yaml` is taken from
 * the environment before anything is checked; where `mail.smtpUrl`, `console.publicUrl` or
 * `console.tokenKey` is left out, `SMTP_URL`, `ILM_CONSOLE_URL` or `ILM_TOKEN_KEY` counts.
 *
 * @throws ConfigurationError with every fault of every file at once; secrets never appear in it
 */
export function loadConfiguration(directory: string, env: Environment = process.env): LoadedConfiguration {
  const { loaded, faults, warnings } = readConfiguration(directory, env);
  if (faults.length > 0 || loaded === undefined) throw new ConfigurationError(faults, warnings);
  return loaded;
}

/** The same without throwing, for callers that look for further faults. */
export function readConfiguration(directory: string, env: Environment): ReadConfiguration {
  const findings = new Findings();
  const main = readMain(directory, env, findings);
  const list = readList(directory, main?.ilm, findings);
  const groupList = readGroupList(directory, findings);
  const files = readMappers(directory, findings);
  const templates = readTemplates(directory);
  if (main !== undefined) {
    const { ilm, source } = main;
    checkValues(ilm, source, directory, findings);
    checkPeople(ilm, source, findings);
    checkOktaEvents(ilm, source, findings);
    checkFields(ilm, source, findings);
    checkTemplates(ilm, source, templates, findings);
    checkMappers(ilm, source, files, findings);
    if (list?.source !== undefined) checkSettings(list.rows, list.source, ilm, source, findings);
    if (groupList !== undefined) checkGroupSync(groupList.rows, groupList.source, ilm, source, findings);
  }
  const warnings = inOrder(findings.warnings);
  const told = { faults: inOrder(findings.faults), warnings };
  if (main === undefined) return told;
  const mappers = Object.fromEntries([...files].map(([file, { definition }]) => [file, definition]));
  const lists = { appProvisioningSettings: list?.rows ?? [], appGroupSyncSettings: groupList?.rows ?? [] };
  return { ...told, loaded: { directory, ilm: main.ilm, ...lists, mappers, templates, warnings } };
}

interface MainFile {
  readonly ilm: IlmConfig;
  readonly source: SourceFile;
}

function readMain(directory: string, env: Environment, findings: Findings): MainFile | undefined {
  const source = readSource(directory, MAIN_FILE, `Create ${join(directory, MAIN_FILE)}, or name another directory.`);
  if (!(source instanceof SourceFile)) {
    findings.add([source]);
    return undefined;
  }
  findings.add(source.faults);
  if (source.faults.length > 0) return undefined;
  const { value, faults } = resolveReferences(source, env);
  // A setting whose variable is missing has its fault already; what the schema says of it would be the same fault again.
  const told = new Set(faults.map(({ path }) => path));
  const checked = checkSchema(configSchema, withEnvironment(value ?? {}, env), source);
  findings.add([...faults, ...checked.faults.filter(({ path }) => !told.has(path))]);
  const ilm = checked.value ?? checked.rest;
  return ilm === undefined ? undefined : { ilm, source };
}

/** Settings that most configurations leave to the environment altogether: the variable counts where they are left out. */
const FROM_ENVIRONMENT = [
  ['mail', 'smtpUrl', 'SMTP_URL'],
  ['console', 'publicUrl', 'ILM_CONSOLE_URL'],
  ['console', 'tokenKey', 'ILM_TOKEN_KEY'],
] as const;

function withEnvironment(value: unknown, env: Environment): unknown {
  if (typeof value !== 'object' || value === null) return value;
  let whole: Readonly<Record<string, unknown>> = { ...value };
  for (const [section, setting, variable] of FROM_ENVIRONMENT) {
    const text = env[variable];
    const own = whole[section];
    if (text === undefined || text === '') continue;
    if (own !== undefined && (typeof own !== 'object' || own === null)) continue;
    whole = { ...whole, [section]: { [setting]: text, ...own } };
  }
  return whole;
}

interface SettingsList {
  readonly rows: AppProvisioningSettings;
  readonly source?: SourceFile;
}

function readList(directory: string, ilm: IlmConfig | undefined, findings: Findings): SettingsList | undefined {
  const source = readSource(directory, SETTINGS_LIST, 'Create it; [] provisions nothing.');
  if (!(source instanceof SourceFile)) {
    if (ilm?.instances.length === 0) return { rows: [] };
    findings.add([source]);
    return undefined;
  }
  findings.add(source.faults);
  if (source.faults.length > 0) return undefined;
  const { value, rest, faults } = checkSchema(appProvisioningSettingsSchema, source.value ?? [], source);
  findings.add(faults);
  const rows = value ?? rest;
  return rows === undefined ? undefined : { rows, source };
}

/** Without the file no group is synchronised. */
function readGroupList(
  directory: string,
  findings: Findings,
): { readonly rows: AppGroupSyncSettings; readonly source: SourceFile } | undefined {
  const source = readSource(directory, GROUP_LIST, 'Create it.');
  if (!(source instanceof SourceFile)) return undefined;
  findings.add(source.faults);
  if (source.faults.length > 0) return undefined;
  const { value, rest, faults } = checkSchema(appGroupSyncSettingsSchema, source.value ?? [], source);
  findings.add(faults);
  const rows = value ?? rest;
  return rows === undefined ? undefined : { rows, source };
}

function readMappers(directory: string, findings: Findings): ReadonlyMap<string, MapperFile> {
  return new Map(
    filesIn(directory, 'mappers', /\.(ya?ml|json)$/).map((file) => [
      file,
      readMapper(new SourceFile(file, readFileSync(join(directory, file), 'utf8')), findings),
    ]),
  );
}

function readTemplates(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    filesIn(directory, 'templates', /\.html$/).map((file) => [
      file.slice('templates/'.length),
      readFileSync(join(directory, file), 'utf8'),
    ]),
  );
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

/** Modification times and sizes of every file of the directory, as one comparable text. */
export function stateOf(directory: string): string {
  const files = [
    MAIN_FILE,
    ...filesIn(directory, 'lists', /\.json$/),
    ...filesIn(directory, 'mappers', /\.(ya?ml|json)$/),
    ...filesIn(directory, 'templates', /\.html$/),
  ];
  return files
    .map((file) => {
      const found = statSync(join(directory, file), { throwIfNoEntry: false });
      return `${file}:${found?.mtimeMs}:${found?.size}`;
    })
    .join();
}
