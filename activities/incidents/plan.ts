import type { AppProvisioningRow } from '../../domain/config.js';
import { ACTIVE_DIRECTORY_BRAND, compileGroups, selectInstances } from '../../domain/selection.js';
import type { ProvisioningFlow } from '../../domain/selection.js';
import type { ApplicationStep, DirectoryStep, PlannedCommand } from '../../domain/playbook.js';
import { wantsNotification } from '../mails/provisioning.js';
import { accountIn } from '../store/people.js';
import type { Entry } from './entry.js';
import { resultOf } from './results.js';

/** What a flow commands on the applications of the settings list. */
export interface ApplicationFlow {
  readonly flow: ProvisioningFlow;
  readonly command: PlannedCommand;
  /** Instances that this flow reached in an earlier entry of the incident. */
  readonly succeeded: ReadonlySet<string>;
}

/**
 * Instances where a command of this incident succeeded before, skipped ones included, so that a re-run repeats only
 * what is missing. Success is judged per command, never across different ones.
 */
export async function succeededWith(entry: Entry, command: PlannedCommand): Promise<Set<string>> {
  const outcomes = await entry.deps.store.evidence.outcomes(entry.incident._id);
  const results = outcomes.filter(({ action }) => action === command).map(resultOf);
  return new Set(results.filter(({ success }) => success).map(({ instanceName }) => instanceName));
}

/**
 * Instance selection for the applications branch (spec playbooks-provisioning 0.3). Rows that name no usable instance
 * are noted in the incident's history.
 */
export async function planApplications(
  entry: Entry,
  { flow, command, succeeded }: ApplicationFlow,
): Promise<ApplicationStep[]> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const { selected, warnings } = await selectInstances({
    flow,
    rows: appProvisioningSettings,
    instances: ilm.instances,
    profile: entry.person.profile ?? {},
    groups: compileGroups(ilm.groups),
    succeeded,
  });
  for (const warning of warnings) {
    await entry.deps.store.incidents.update(
      entry.incident._id,
      {},
      { at: entry.now(), step: 'warning', note: warning },
    );
  }
  return selected.map(({ name, brand, row }) => ({
    instance: name,
    brand,
    command,
    allowEnable: false,
    notify: tellsAbout(entry, row),
  }));
}

/**
 * The directory branch: every enabled Active Directory instance, whatever the settings list says; its row there serves
 * notifications only. What earlier runs reached is read from the person's durable facts and this incident's evidence.
 */
export function planDirectories(entry: Entry, succeeded: ReadonlySet<string>): DirectoryStep[] {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  return ilm.instances
    .filter(({ brand, enabled }) => enabled && brand === ACTIVE_DIRECTORY_BRAND)
    .map(({ name, brand }) => {
      const facts = accountIn(entry.person, name);
      return {
        instance: name,
        brand,
        created: succeeded.has(name),
        initialised: facts?.deliveredAt !== undefined,
        notify: tellsAbout(
          entry,
          appProvisioningSettings.find(({ instance_name }) => instance_name === name),
        ),
      };
    });
}

const tellsAbout = (entry: Entry, row: AppProvisioningRow | undefined): boolean =>
  wantsNotification(row, entry.incident.type, 'create');
