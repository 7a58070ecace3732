import type { AppGroupSyncSettings, IlmConfig } from '../../domain/config.js';
import { oktaInstances } from '../../domain/okta/iam-configuration.js';
import type { Findings } from './findings.js';
import { suggestion } from './schema-faults.js';
import type { SourceFile } from './source-file.js';

/** Checks the list `app-group-sync-settings` and the section `groupSync` against the instances of `ilm.yaml`. */
export function checkGroupSync(
  rows: AppGroupSyncSettings,
  source: SourceFile,
  ilm: IlmConfig,
  ilmSource: SourceFile,
  findings: Findings,
): void {
  if (!rows.some(({ okta_groups }) => okta_groups.length > 0)) return;
  const names = ilm.instances.map(({ name }) => name);
  const { oktaInstance } = ilm.groupSync;
  const organisations = oktaInstances(ilm.instances).map(({ name }) => name);
  if (!organisations.includes(oktaInstance)) {
    findings.fault(ilmSource, ['groupSync', 'oktaInstance'], {
      value: oktaInstance,
      problem: 'is no Okta instance that is switched on, and app-group-sync-settings has groups to follow',
      remedy:
        organisations.length === 0
          ? 'Add one under instances, or make the list empty: [].'
          : suggestion(oktaInstance, organisations),
    });
  }
  rows.forEach(({ instance_name }, index) => {
    const path = [index, 'instance_name'];
    if (instance_name === oktaInstance) {
      findings.fault(source, path, {
        value: instance_name,
        problem: 'is the Okta instance whose groups are followed, which is never written to',
        remedy: 'Name an application.',
      });
    } else if (!names.includes(instance_name)) {
      findings.warn(source, path, {
        value: instance_name,
        problem: 'names an instance that ilm.yaml does not have, so the row is ignored',
        remedy: suggestion(instance_name, names),
      });
    }
  });
}
