import type { AppProvisioningRow } from './config.js';
import { compileExpression } from './expression.js';
import type { Expression } from './expression.js';
import type { UserProfile } from './profile.js';

/** The flows that act on the applications of the settings list (spec playbooks-provisioning 0.3). */
export type ProvisioningFlow = 'newHire' | 'update' | 'rehire' | 'terminate';

/** Brand of Active Directory instances; their branch is chosen by brand and never by the list. */
export const ACTIVE_DIRECTORY_BRAND = 'Active Directory Query v2';

/** Brand of Okta instances, whose events can end an employment (`TUFE`). */
export const OKTA_BRAND = 'Okta IAM';

/** A configured application instance, as selection sees it. */
export interface SelectableInstance {
  readonly name: string;
  readonly brand: string;
  readonly enabled: boolean;
}

/** Thrown for a group that the configuration does not have. */
export class GroupError extends Error {
  override readonly name = 'GroupError' as const;
}

/** The groups of people that `create_user_group` can name. */
export interface GroupRules {
  /**
   * Whether a person belongs to a group. `All`, in any case, holds everybody.
   *
   * @throws GroupError when the name is no group of the configuration; ExpressionError when its expression fails
   */
  matches(group: string, profile: UserProfile): Promise<boolean>;
}

/** Compiles the named expressions of `groups` in `ilm.yaml` (JSONata over profile fields; exactly `true` belongs). */
export function compileGroups(groups: Readonly<Record<string, string>>): GroupRules {
  const expressions = new Map<string, Expression>(
    Object.entries(groups).map(([name, text]) => [name, compileExpression(text, `group '${name}'`)]),
  );
  return {
    async matches(group, profile) {
      if (group.toLowerCase() === 'all') return true;
      const expression = expressions.get(group);
      if (expression === undefined) {
        throw new GroupError(
          `create_user_group names '${group}', which is no group of ilm.yaml. Add it under 'groups'.`,
        );
      }
      try {
        return (await expression.evaluate(profile)) === true;
      } catch (error) {
        throw expression.failure(error);
      }
    },
  };
}

/** What instance selection needs. */
export interface SelectionInput {
  readonly flow: ProvisioningFlow;
  readonly rows: readonly AppProvisioningRow[];
  readonly instances: readonly SelectableInstance[];
  /** The person, as the flow provisions them. */
  readonly profile: UserProfile;
  readonly groups: GroupRules;
  /** Names of instances on which this flow succeeded in an earlier run of the same incident. */
  readonly succeeded?: ReadonlySet<string>;
}

/** An instance that the flow commands, with its row, which also tells whom to notify. */
export interface SelectedInstance {
  readonly name: string;
  readonly brand: string;
  readonly row: AppProvisioningRow;
}

/** The outcome of instance selection. Warnings name instances and reasons, for the incident's record. */
export interface Selection {
  readonly selected: readonly SelectedInstance[];
  readonly warnings: readonly string[];
}

/** Whether a row's flag is on for a flow. A Rehire reads the enable flag where the row has one (register X7). */
function isFlagOn(row: AppProvisioningRow, flow: ProvisioningFlow): boolean {
  switch (flow) {
    case 'newHire':
      return row.create_user_enabled;
    case 'rehire':
      return row.enable_user_enabled ?? row.create_user_enabled;
    case 'update':
      return row.update_user_enabled;
    case 'terminate':
      return row.disable_user_enabled;
  }
}

const asksForGroup = (flow: ProvisioningFlow): boolean => flow === 'newHire' || flow === 'rehire';

/** Whether a row's flag and group give an instance to a person in a flow. */
export async function isChosen(
  row: AppProvisioningRow,
  { flow, profile, groups }: Pick<SelectionInput, 'flow' | 'profile' | 'groups'>,
): Promise<boolean> {
  return isFlagOn(row, flow) && (!asksForGroup(flow) || (await groups.matches(row.create_user_group, profile)));
}

/**
 * Chooses the application instances of a flow from the list `app-provisioning-settings`, in the list's order: flag on,
 * group fitting (New Hire and Rehire only), instance known and enabled, not Active Directory, not done before. A row of
 * an unknown or disabled instance gives a warning.
 *
 * @throws GroupError when a row names a group that the configuration does not have
 */
export async function selectInstances(input: SelectionInput): Promise<Selection> {
  const { flow, rows, succeeded = new Set<string>() } = input;
  const byName = new Map(input.instances.map((instance) => [instance.name, instance]));
  const selected: SelectedInstance[] = [];
  const warnings: string[] = [];
  for (const row of rows) {
    if (!isFlagOn(row, flow)) continue;
    const instance = byName.get(row.instance_name);
    if (instance?.enabled !== true) {
      const state = instance === undefined ? 'not configured' : 'disabled';
      warnings.push(`'${row.instance_name}' of app-provisioning-settings is ${state}, so it was left out.`);
      continue;
    }
    if (instance.brand === ACTIVE_DIRECTORY_BRAND || succeeded.has(instance.name)) continue;
    if (!(await isChosen(row, input))) continue;
    selected.push({ name: instance.name, brand: instance.brand, row });
  }
  return { selected, warnings };
}
