import type { AppProvisioningRow } from '../../domain/config.js';
import { ACTIVE_DIRECTORY_BRAND, compileGroups, selectInstances } from '../../domain/selection.js';
import type { ProvisioningFlow } from '../../domain/selection.js';
import type { ApplicationStep, DirectoryStep, PlannedCommand } from '../../domain/playbook.js';
import { wantsNotification } from '../mails/provisioning.js';
import type { EvidenceDocument } from '../store/evidence.js';
import { accountIn } from '../store/people.js';
import { hasFirstPassword } from '../first-password.js';
import type { Entry } from './entry.js';
import { resultOf } from './results.js';

/**
 * What commands of this incident came to in earlier entries. Nothing for a first entry, which saves the look.
 */
export const earlierOutcomes = async (entry: Entry): Promise<EvidenceDocument[]> =>
  entry.isRepeat ? await entry.deps.store.evidence.outcomes(entry.incident._id) : [];

/** What a flow commands on the applications of the settings list. */
export interface ApplicationFlow {
  readonly flow: ProvisioningFlow;
  readonly command: PlannedCommand;
  /** Instances where this command succeeded earlier in the incident (skipped counts), so that only the rest is repeated. */
  readonly earlier: readonly EvidenceDocument[];
}

/**
 * Instance selection for the applications branch (spec playbooks-provisioning 0.3). Rows that name no usable instance
 * are noted in the incident's history.
 */
export async function planApplications(
  entry: Entry,
  { flow, command, earlier }: ApplicationFlow,
): Promise<ApplicationStep[]> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const done = earlier.filter(({ action }) => action === command).map(resultOf);
  const { selected, warnings } = await selectInstances({
    flow,
    rows: appProvisioningSettings,
    instances: ilm.instances,
    profile: entry.person.profile ?? {},
    groups: compileGroups(ilm.groups),
    succeeded: new Set(done.filter(({ success }) => success).map(({ instanceName }) => instanceName)),
  });
  if (warnings.length > 0) {
    const steps = warnings.map((note) => ({ at: entry.now(), step: 'warning', note }));
    await entry.deps.store.incidents.update(entry.incident._id, {}, ...steps);
  }
  return selected.map(({ name, brand, row }) => ({
    instance: name,
    brand,
    command,
    allowEnable: false,
    notify: wantsNotification(row, entry.incident.type, 'create'),
  }));
}

/**
 * The directory branch: every enabled Active Directory instance with work left, whatever the settings list says; its row
 * there serves notifications only.
 */
export async function planDirectories(entry: Entry, earlier: readonly EvidenceDocument[]): Promise<DirectoryStep[]> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const steps: DirectoryStep[] = [];
  for (const { name, brand } of ilm.instances.filter((one) => one.enabled && one.brand === ACTIVE_DIRECTORY_BRAND)) {
    const reached = reachedIn(entry, name, earlier);
    const row = appProvisioningSettings.find(({ instance_name }) => instance_name === name);
    if (reached !== 'everything') {
      steps.push({ instance: name, brand, reached, notify: await isRecipient(entry, row) });
    }
  }
  return steps;
}

/** How far this incident has come in one directory. */
function reachedIn(
  entry: Entry,
  instance: string,
  earlier: readonly EvidenceDocument[],
): DirectoryStep['reached'] | 'everything' {
  const results = earlier.filter((document) => document.instance === instance).map(resultOf);
  const account = results.findLast(({ action, success }) => success && (action === 'create' || action === 'update'));
  if (account === undefined) return 'nothing';
  const status = entry.person.profile?.adAccountStatus ?? '';
  if (account.skipped) return 'everything';
  if (account.active === true) return status === 'Enabled' ? 'everything' : 'enabled';
  const isInitialised =
    hasFirstPassword(entry.deps, accountIn(entry.person, instance), account.accountId) ||
    results.some(({ action, success }) => success && action === 'initialise');
  return isInitialised && status !== '' ? 'everything' : 'account';
}

/** Spec playbooks-provisioning 2.4, step 7: the row's flag and group decide about a directory's mail, too. */
async function isRecipient(entry: Entry, row: AppProvisioningRow | undefined): Promise<boolean> {
  if (row?.create_user_enabled !== true || !wantsNotification(row, entry.incident.type, 'create')) return false;
  const groups = compileGroups(entry.deps.configuration.current().ilm.groups);
  return await groups.matches(row.create_user_group, entry.person.profile ?? {});
}
