import type { AppProvisioningRow } from '../../domain/config.js';
import { ExpressionError } from '../../domain/expression.js';
import { priorityOf } from '../../domain/names.js';
import {
  ACTIVE_DIRECTORY_BRAND,
  GroupError,
  compileGroups,
  isChosen,
  selectInstances,
} from '../../domain/selection.js';
import type { GroupRules, ProvisioningFlow, SelectedInstance, Selection } from '../../domain/selection.js';
import type {
  ApplicationStep,
  DirectoryStep,
  HookCall,
  HookPoint,
  Opened,
  PlannedCommand,
  ProvisioningPlan,
} from '../../domain/playbook.js';
import { wantsNotification } from '../mails/provisioning.js';
import type { EvidenceDocument } from '../store/evidence.js';
import { accountIn } from '../store/people.js';
import { hasFirstPassword } from '../first-password.js';
import { isDueToday } from './due.js';
import type { Entry } from './entry.js';
import { haltOrDrop } from './halts.js';
import { resultOf } from './results.js';

/**
 * What commands of this incident came to in earlier entries. Nothing for a first entry, which saves the look.
 */
export const earlierOutcomes = async (entry: Entry): Promise<EvidenceDocument[]> =>
  entry.isRepeat ? await entry.deps.store.evidence.outcomes(entry.incident._id) : [];

/** What a flow commands. */
export interface Flow {
  readonly flow: ProvisioningFlow;
  /** Command on the applications of the settings list. */
  readonly command: PlannedCommand;
  /** First command on every Active Directory. */
  readonly directoryCommand: PlannedCommand;
  /** Whether inactive accounts of applications are enabled; absent = never. */
  readonly allowEnable?: 'always' | 'asConfigured';
  /** Whether an update creates missing accounts; `asListed` = where the row's create flag and group say so. */
  readonly mayCreate?: 'always' | 'asListed' | 'never';
  /** What this incident's commands came to earlier: a success (skipped counts) is not repeated. */
  readonly earlier: readonly EvidenceDocument[];
}

/** The instances of a plan. */
export interface PlannedSteps {
  readonly directories: readonly DirectoryStep[];
  readonly applications: readonly ApplicationStep[];
}

/**
 * Plans a flow (spec playbooks-provisioning 0.3): every enabled Active Directory with work left, and the applications of
 * the settings list. Halts when the list names a group that cannot be read.
 */
export async function provision(entry: Entry, flow: Flow): Promise<Opened> {
  try {
    const plan = planOf(entry, await planSteps(entry, flow));
    entry.deps.store.personCache.remember(entry.person);
    return { kind: 'provision', plan };
  } catch (error) {
    if (!(error instanceof GroupError || error instanceof ExpressionError)) throw error;
    return await haltOrDrop(entry, `The configuration is faulty: ${error.message} Then retry.`);
  }
}

/** Rows that name no usable instance are noted in the incident's history. */
async function planSteps(entry: Entry, flow: Flow): Promise<PlannedSteps> {
  const groups = compileGroups(entry.deps.configuration.current().ilm.groups);
  const { selected, warnings } = await selectApplications(entry, flow, groups);
  if (warnings.length > 0) {
    const steps = warnings.map((note) => ({ at: entry.now(), step: 'warning', note }));
    await entry.deps.store.incidents.update(entry.incident._id, {}, ...steps);
  }
  const applications = await Promise.all(selected.map((one) => applicationStep(entry, flow, groups, one)));
  return { directories: await planDirectories(entry, flow, groups), applications };
}

async function selectApplications(entry: Entry, flow: Flow, groups: GroupRules): Promise<Selection> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const done = flow.earlier.filter(({ action }) => action === flow.command).map(resultOf);
  return await selectInstances({
    flow: flow.flow,
    rows: appProvisioningSettings,
    instances: ilm.instances,
    profile: entry.person.profile ?? {},
    groups,
    succeeded: new Set(done.filter(({ success }) => success).map(({ instanceName }) => instanceName)),
  });
}

async function applicationStep(
  entry: Entry,
  flow: Flow,
  groups: GroupRules,
  { name, brand, row }: SelectedInstance,
): Promise<ApplicationStep> {
  const { instances } = entry.deps.configuration.current().ilm;
  const isConfigured = instances.find((one) => one.name === name)?.allowEnableOnUpdate === true;
  return {
    instance: name,
    brand,
    command: flow.command,
    allowEnable: flow.allowEnable === 'always' || (flow.allowEnable === 'asConfigured' && isConfigured),
    ...(await creationBy(entry, flow, groups, row)),
    ...notificationsOf(entry, flow, row),
  };
}

/** An update creates nothing that a hire would not create (design decision 11). */
async function creationBy(
  { person: { profile = {} } }: Entry,
  { mayCreate }: Flow,
  groups: GroupRules,
  row: AppProvisioningRow | undefined,
): Promise<Pick<ApplicationStep, 'mayCreate'>> {
  if (mayCreate === undefined) return {};
  if (mayCreate !== 'asListed') return { mayCreate: mayCreate === 'always' };
  return { mayCreate: row !== undefined && (await isChosen(row, { flow: 'newHire', profile, groups })) };
}

/** Whom a row tells about what the flow does. */
function notificationsOf(
  { incident: { type } }: Entry,
  { command }: Flow,
  row: AppProvisioningRow | undefined,
): Pick<ApplicationStep, 'notify' | 'notifyChange'> {
  return {
    notify: wantsNotification(row, type, 'create'),
    notifyChange: wantsNotification(row, type, command === 'disable-user' ? 'disable' : 'update'),
  };
}

/** The settings list says nothing about directories; their rows there serve notifications and creation by an update. */
async function planDirectories(entry: Entry, flow: Flow, groups: GroupRules): Promise<DirectoryStep[]> {
  const { ilm, appProvisioningSettings } = entry.deps.configuration.current();
  const { profile = {} } = entry.person;
  const steps: DirectoryStep[] = [];
  for (const { name, brand } of ilm.instances.filter((one) => one.enabled && one.brand === ACTIVE_DIRECTORY_BRAND)) {
    const reached = reachedIn(entry, name, flow);
    if (reached === 'everything') continue;
    const row = appProvisioningSettings.find(({ instance_name }) => instance_name === name);
    const isTold = row !== undefined && (await isChosen(row, { flow: flow.flow, profile, groups }));
    steps.push({
      instance: name,
      brand,
      reached,
      ...(await creationBy(entry, flow, groups, row)),
      ...notificationsOf(entry, flow, isTold ? row : undefined),
    });
  }
  return steps;
}

/** How far this incident has come in one directory. */
export function reachedIn(
  entry: Entry,
  instance: string,
  { directoryCommand, earlier }: Pick<Flow, 'directoryCommand' | 'earlier'>,
): DirectoryStep['reached'] | 'everything' {
  const own = earlier.filter((document) => document.instance === instance);
  const account = own
    .filter(({ action }) => action === directoryCommand)
    .map(resultOf)
    .findLast(({ success }) => success);
  if (account === undefined) return 'nothing';
  // Only a creation of an update's or a hire's own has to be followed by a first password.
  if (account.skipped || (directoryCommand !== 'create-user' && account.action !== 'create')) return 'everything';
  const status = entry.person.profile?.adAccountStatus ?? '';
  if (account.active === true) return status === 'Enabled' ? 'everything' : 'enabled';
  const isInitialised =
    hasFirstPassword(entry.deps, accountIn(entry.person, instance), account.accountId) ||
    own.some(({ action, outcome }) => action === 'initialise' && outcome?.['success'] === true);
  return isInitialised && status !== '' ? 'everything' : 'account';
}

/** Everything that one entry of an incident's run has to know. */
export function planOf(entry: Entry, steps: PlannedSteps): ProvisioningPlan {
  const { incident, person, turn } = entry;
  return {
    incidentId: incident._id,
    type: incident.type,
    seq: incident.seq,
    personId: person.personId,
    ticket: turn.ticket,
    isRepeat: entry.isRepeat,
    personVersion: person.version,
    hasFormerProfile: incident.userProfile.oldUserData !== undefined,
    isOwner: entry.isOwner,
    priority: priorityOf(incident.type, isDueToday(entry)),
    ...steps,
    hooks: (['customUserSync', 'customPostProvisioning'] as const).flatMap((point) => hookAt(entry, point) ?? []),
  };
}

/** The customer's hook at a point, when there is one. */
export function hookAt(entry: Entry, point: HookPoint): HookCall | null {
  const hook = entry.deps.configuration.current().ilm.hooks[point];
  return hook === undefined ? null : { point, ...hook };
}
