import { z } from 'zod';

import type { AppProvisioningSettings, IlmConfig } from '../../domain/config.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { Findings } from './findings.js';
import { suggestion } from './schema-faults.js';
import type { SourceFile } from './source-file.js';

const ADDRESS_FIELDS = [
  'create_user_email_notification_ids',
  'enable_user_email_notification_ids',
  'disable_user_email_notification_ids',
  'update_user_email_notification_ids',
] as const;

/** Checks the settings list against the instances and groups of `ilm.yaml`. */
export function checkSettings(
  rows: AppProvisioningSettings,
  source: SourceFile,
  ilm: IlmConfig,
  ilmSource: SourceFile,
  findings: Findings,
): void {
  const names = ilm.instances.map(({ name }) => name);
  rows.forEach((row, index) => {
    if (!names.includes(row.instance_name)) {
      findings.warn(source, [index, 'instance_name'], {
        value: row.instance_name,
        problem: 'names an instance that ilm.yaml does not have, so the row is ignored',
        remedy: suggestion(row.instance_name, names),
      });
    }
    checkGroup(row.create_user_group, index, source, ilm, findings);
    for (const field of ADDRESS_FIELDS) checkAddresses(row[field], [index, field], source, findings);
  });
  ilm.instances.forEach(({ name, brand, enabled }, index) => {
    if (!enabled || brand === ACTIVE_DIRECTORY_BRAND || rows.some((row) => row.instance_name === name)) return;
    findings.warn(ilmSource, ['instances', index, 'name'], {
      value: name,
      problem: 'has no row in app-provisioning-settings, so no playbook ever uses it',
      remedy: 'Add a row with its instance_name, or set enabled: false.',
    });
  });
}

function checkGroup(group: string, index: number, source: SourceFile, ilm: IlmConfig, findings: Findings): void {
  if (group.toLowerCase() === 'all' || group in ilm.groups) return;
  findings.fault(source, [index, 'create_user_group'], {
    value: group,
    problem: 'is no group of ilm.yaml',
    remedy: suggestion(group, ['All', ...Object.keys(ilm.groups)]),
  });
}

const address = z.email();

function checkAddresses(
  list: string | undefined,
  path: readonly PropertyKey[],
  source: SourceFile,
  findings: Findings,
): void {
  for (const part of (list ?? '').split(',')) {
    const text = part.trim();
    if (text === '' || address.safeParse(text).success) continue;
    findings.fault(source, path, {
      value: text,
      problem: 'is no e-mail address',
      remedy: 'Write addresses with a comma between them, or the empty text.',
    });
  }
}
