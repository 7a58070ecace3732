import { ConnectorError, ConnectorErrorKind } from './types.js';
import { realChanges } from './group-changes.js';
import type { MemberLedger } from './group-changes.js';
import type {
  AppGroup,
  GroupCommand,
  GroupCommandRequest,
  GroupCommandResult,
  GroupConnector,
  MemberOutcome,
} from './types.js';

/** Message of a group command whose group does not exist. */
export const GROUP_NOT_FOUND = 'Group Not Found';

type Action = GroupCommandResult['action'];

const ACTION: Readonly<Record<GroupCommand, Action>> = {
  'get-group': 'get',
  'create-group': 'create',
  'update-group': 'update',
  'delete-group': 'delete',
};

/**
 * Runs one generic group command (spec connectors 1.6). A group is created empty, an existing one counts as created,
 * adding a present member and removing an absent one change nothing. Errors as with `runUserCommand`: retryable ones
 * are thrown, permanent ones become records.
 *
 * @param ledger our own record of the members, used where the application does not list them
 */
export async function runGroupCommand(
  connector: GroupConnector,
  command: GroupCommand,
  request: GroupCommandRequest,
  ledger?: MemberLedger,
): Promise<GroupCommandResult> {
  try {
    return await perform(connector, command, request, connector.canListMembers ? undefined : ledger);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.retryable) throw error;
    return failure(ACTION[command], error);
  }
}

function perform(
  connector: GroupConnector,
  command: GroupCommand,
  request: GroupCommandRequest,
  ledger: MemberLedger | undefined,
): Promise<GroupCommandResult> {
  switch (command) {
    case 'get-group':
      return getGroup(connector, request, ledger);
    case 'create-group':
      return createGroup(connector, request);
    case 'update-group':
      return updateGroup(connector, request, ledger);
    case 'delete-group':
      return deleteGroup(connector, request, ledger);
  }
}

async function getGroup(
  connector: GroupConnector,
  request: GroupCommandRequest,
  ledger: MemberLedger | undefined,
): Promise<GroupCommandResult> {
  const selector = {
    ...(request.id === undefined ? {} : { id: request.id }),
    ...(request.displayName === undefined ? {} : { displayName: request.displayName }),
  };
  if (Object.keys(selector).length === 0) throw missing('id or displayName');
  const group = await connector.getGroup(selector, request.includeMembers === true && connector.canListMembers);
  if (group === null) return failure('get', notFound());
  if (ledger === undefined || request.includeMembers !== true) return success('get', group);
  return { ...success('get', { ...group, members: await ledger.members(group.id) }), membersFrom: 'ledger' };
}

async function createGroup(connector: GroupConnector, request: GroupCommandRequest): Promise<GroupCommandResult> {
  const { displayName } = request;
  if (displayName === undefined || displayName === '') throw missing('displayName');
  const present = await connector.getGroup({ displayName }, false);
  if (present !== null) return { ...success('create', present), existing: true };
  try {
    return success('create', await connector.createGroup(displayName));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const uncertain = error.kind === ConnectorErrorKind.Conflict || error.kind === ConnectorErrorKind.Transient;
    const made = uncertain ? await connector.getGroup({ displayName }, false).catch(() => null) : null;
    if (made === null) throw error;
    return { ...success('create', made), ...(error.kind === ConnectorErrorKind.Conflict ? { existing: true } : {}) };
  }
}

async function updateGroup(
  connector: GroupConnector,
  request: GroupCommandRequest,
  ledger: MemberLedger | undefined,
): Promise<GroupCommandResult> {
  const { id, displayName } = request;
  if (id === undefined || id === '') throw missing('id');
  const wanted = { add: [...new Set(request.memberIdsToAdd)], remove: [...new Set(request.memberIdsToDelete)] };
  const changes = await realChanges(connector, id, wanted, ledger);
  if (changes === null) throw notFound();
  const { add, remove } = changes;
  // Forgotten first and recorded last: a crash in between leaves too few records, never one too many.
  await ledger?.remove(id, remove);
  const outcome = add.length + remove.length > 0 ? await connector.changeMembers(id, add, remove) : undefined;
  const failed = failedOf(outcome);
  const left = new Set([...remove, ...failed.map((member) => member.id)]);
  await ledger?.add(
    id,
    add.filter((member) => !left.has(member)),
  );
  return {
    ...(failed.length === 0 ? { action: 'update', success: true } : partFailure(failed, add.length + remove.length)),
    id,
    ...(displayName === undefined ? {} : { displayName }),
  };
}

const failedOf = (outcome: MemberOutcome | void): MemberOutcome['failed'] =>
  typeof outcome === 'object' ? outcome.failed : [];

/** The record of an update of which all but the failed changes are done. */
function partFailure(failed: MemberOutcome['failed'], changes: number): GroupCommandResult {
  return {
    action: 'update',
    success: false,
    failedMembers: failed,
    errorCode: failed[0]?.errorCode ?? '',
    errorMessage: `${failed.length} of ${changes} changes of members were refused; all others are done.`,
    errorKind: ConnectorErrorKind.Validation,
  };
}

async function deleteGroup(
  connector: GroupConnector,
  request: GroupCommandRequest,
  ledger: MemberLedger | undefined,
): Promise<GroupCommandResult> {
  if (request.id === undefined || request.id === '') throw missing('id');
  await ledger?.forget(request.id);
  await connector.deleteGroup(request.id);
  return { action: 'delete', success: true, id: request.id };
}

const missing = (what: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Validation, `The group command needs ${what}; pass it and try again.`, {
    code: '400',
  });

const notFound = (): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.NotFound, GROUP_NOT_FOUND, { code: '404' });

function success(action: Action, group: AppGroup): GroupCommandResult {
  return {
    action,
    success: true,
    id: group.id,
    displayName: group.displayName,
    ...(group.members === undefined ? {} : { members: group.members }),
  };
}

function failure(action: Action, error: ConnectorError): GroupCommandResult {
  const message = error.kind === ConnectorErrorKind.NotFound ? GROUP_NOT_FOUND : error.message;
  return { action, success: false, errorCode: error.code, errorMessage: message, errorKind: error.kind };
}
