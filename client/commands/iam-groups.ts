import { runGroupCommand } from '../../activities/connectors/group-commands.js';
import type { GroupCommand, GroupCommandResult } from '../../activities/connectors/types.js';
import type { CommandContext } from '../context.js';
import { ExitCode } from '../command.js';
import { inputError } from '../faults.js';
import { facts } from '../output.js';
import { attempt, connectorsWith, leaveEvidence } from './iam-instance.js';

/** Options of the group commands. */
export interface GroupOptions {
  readonly instance: string;
  readonly id?: string;
  readonly name?: string;
  readonly members?: boolean;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** `ilm iam get-group|create-group|update-group|delete-group`. */
export async function runGroupByHand(
  context: CommandContext,
  command: GroupCommand,
  options: GroupOptions,
): Promise<ExitCode> {
  const { instance, id, name, members = false, add = [], remove = [] } = options;
  if (command === 'get-group' && (id === undefined) === (name === undefined)) {
    throw inputError('--id, --name', 'say which group is meant, one of them', 'Give exactly one of the two.');
  }
  if ((command === 'update-group' || command === 'delete-group') && id === undefined) {
    throw inputError('--id', 'is missing', 'Find the id with `ilm iam get-group --name NAME`.');
  }
  if (command === 'update-group' && add.length + remove.length === 0) {
    throw inputError('--add, --remove', 'name no member', 'Give the ids of accounts to add or to remove.');
  }
  const connectors = await connectorsWith(context, instance);
  const connector = connectors.groups(instance);
  // An application that lists its members needs no record of ours.
  const ledger = connector.canListMembers ? undefined : (await context.store()).groupMembers.of(instance);
  const by = command === 'get-group' ? null : (await context.actor()).id;
  const result = await attempt(context, instance, () =>
    runGroupCommand(
      connector,
      command,
      {
        ...(id === undefined ? {} : { id }),
        ...(name === undefined ? {} : { displayName: name }),
        includeMembers: members,
        memberIdsToAdd: add,
        memberIdsToDelete: remove,
      },
      ledger,
    ),
  );
  if (by !== null)
    await leaveEvidence(context, by, { instance, action: command, outcome: outcomeOf(result, add, remove) });
  const record = { brand: connectors.brandOf(instance), instanceName: instance, ...result };
  context.print(record, () => textOf(record));
  return result.success ? ExitCode.Done : ExitCode.Failed;
}

function outcomeOf(
  { action, success, id, existing, errorCode, failedMembers }: GroupCommandResult,
  added: readonly string[],
  removed: readonly string[],
): Readonly<Record<string, unknown>> {
  const known = {
    action,
    success,
    id,
    existing,
    errorCode,
    added,
    removed,
    failed: failedMembers?.map((member) => member.id),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

const textOf = (record: GroupCommandResult & { readonly instanceName: string }): string =>
  facts([
    ['instance', record.instanceName],
    ['action', record.action],
    ['outcome', record.success ? (record.existing === true ? 'done: it was there already' : 'done') : 'failed'],
    ['group', record.id],
    ['name', record.displayName],
    [record.membersFrom === 'ledger' ? 'members by our own record' : 'members', record.members?.join(', ')],
    ['code', record.errorCode],
    ['message', record.errorMessage],
    ...(record.failedMembers ?? []).map((member): [string, unknown] => [
      `cannot ${member.change}`,
      `${member.id}: ${member.errorMessage}`,
    ]),
  ]);
