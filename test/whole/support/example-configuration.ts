import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse, stringify } from 'yaml';

/** The configuration that is shipped. */
export const EXAMPLE_CONFIGURATION = fileURLToPath(new URL('../../../config', import.meta.url));

/** The parts of `ilm.yaml` that tests change; the rest stays as it is shipped. */
export interface ExampleIlm {
  workday: Record<string, unknown>[];
  instances: Record<string, unknown>[];
  playbooks: Record<string, unknown>;
  limits: { gate: Record<string, { count: number; percent: number }>; reportGuard: Record<string, number> };
  [part: string]: unknown;
}

/** What sets a configuration apart from the shipped one. */
export interface ConfigurationChange {
  /** Applications that are left out, because a test needs only some of those that are shipped. */
  readonly without?: readonly string[];
  readonly change?: (ilm: ExampleIlm) => void;
  /** Further files, by their path in the directory. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A copy of the shipped configuration with changes, removed after the test. */
export function changedConfiguration(
  scope: { after(fn: () => void): void },
  { without = [], change = () => undefined, files = {} }: ConfigurationChange,
): string {
  const directory = mkdtempSync(join(tmpdir(), 'ilm-whole-config-'));
  scope.after(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(EXAMPLE_CONFIGURATION, directory, { recursive: true });
  const main = join(directory, 'ilm.yaml');
  const ilm = parse(readFileSync(main, 'utf8')) as ExampleIlm;
  ilm.instances = ilm.instances.filter(({ name }) => !without.includes(String(name)));
  change(ilm);
  writeFileSync(main, stringify(ilm));
  const list = join(directory, 'lists/app-provisioning-settings.json');
  const rows = JSON.parse(readFileSync(list, 'utf8')) as { instance_name: string }[];
  writeFileSync(list, JSON.stringify(rows.filter((row) => !without.includes(row.instance_name))));
  // Groups can only be followed in an Okta instance that is there.
  if (without.includes('Okta')) writeFileSync(join(directory, 'lists/app-group-sync-settings.json'), '[]');
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  return directory;
}
