import type { AppProvisioningRow } from '../../domain/config.js';
import { ACTIVE_DIRECTORY_BRAND, compileGroups, selectInstances } from '../../domain/selection.js';
import type { GroupRules, ProvisioningFlow, Selection } from '../../domain/selection.js';
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
export interface Flow {
  readonly flow: ProvisioningFlow;
  readonly command: PlannedCommand;
  /** What this incident's commands came to earlier: a success (skipped counts) is not repeated. */
  readonly earlier: readonly EvidenceDocument[];
}

/** What an entry is to do, or what of the configuration keeps it from being known. */
export type Planned =
  | { readonly directories: readonly DirectoryStep[]; readonly applications: readonly ApplicationStep[] }
  | { readonly fault: string };

/**
 * Chooses the instances of a flow (spec playbooks-provisioning 0.3): every enabled Active Directory with work left, and
 * the applications of the settings list. Rows that name no usable instance are noted in the incident's history.
 */
export async function planSteps(entry: Entry, flow: Flow): Promise<Planned> {
  const groups = groupsOf(entry);
  if (typeof groups === 'string') return { fault: groups };
  const selection = await selectApplications(entry, flow, groups);
  if (typeof selection === 'string') return { fault: selection };
  if (selection.warnings.length > 0) {
    const steps = selection.warnings.map((note) => ({ at: entry.now(), step: 'warning', note }));
    await entry.deps.store.incidents.update(entry.incident._id, {}, ...steps);
  }
  return {
    directories: await planDirectories(entry, flow.earlier, groups),
    applications: selection.selected.map(({ name, brand, row }) => ({
      instance: name,
      brand,
      command: flow.command,
      allowEnable: false,
      notify: wantsNotification(row, entry.incident.type, 'create'),
    })),
  };
}

/** The groups of people, or what is wrong with them. */
function groupsOf(entry: Entry): GroupRules | string {
  try {
    return compileGroups(entry.deps.configuration.current().ilm.groups);
  } catch (error) {
    return messageOf(error);
  }
}

async function selectApplications(entry: Entry, flow: Flow, groups: GroupRules): Promise<Selection | string> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const done = flow.earlier.filter(({ action }) => action === flow.command).map(resultOf);
  try {
    return await selectInstances({
      flow: flow.flow,
      rows: appProvisioningSettings,
      instances: ilm.instances,
      profile: entry.person.profile ?? {},
      groups,
      succeeded: new Set(done.filter(({ success }) => success).map(({ instanceName }) => instanceName)),
    });
  } catch (error) {
    return messageOf(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The settings list says nothing about directories; their rows there serve notifications only. */
async function planDirectories(
  entry: Entry,
  earlier: readonly EvidenceDocument[],
  groups: GroupRules,
): Promise<DirectoryStep[]> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const steps: DirectoryStep[] = [];
  for (const { name, brand } of ilm.instances.filter((one) => one.enabled && one.brand === ACTIVE_DIRECTORY_BRAND)) {
    const reached = reachedIn(entry, name, earlier);
    const row = appProvisioningSettings.find(({ instance_name }) => instance_name === name);
    if (reached !== 'everything') {
      steps.push({ instance: name, brand, reached, notify: await isRecipient(entry, row, groups) });
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
async function isRecipient(entry: Entry, row: AppProvisioningRow | undefined, groups: GroupRules): Promise<boolean> {
  if (row?.create_user_enabled !== true || !wantsNotification(row, entry.incident.type, 'create')) return false;
  try {
    return await groups.matches(row.create_user_group, entry.person.profile ?? {});
  } catch {
    return false;
  }
}
