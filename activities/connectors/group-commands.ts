import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { AppGroup, GroupCommand, GroupCommandRequest, GroupCommandResult, GroupConnector } from './types.js';

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
 */
export async function runGroupCommand(
  connector: GroupConnector,
  command: GroupCommand,
  request: GroupCommandRequest,
): Promise<GroupCommandResult> {
  try {
    return await perform(connector, command, request);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.retryable) throw error;
    return failure(ACTION[command], error);
  }
}

function perform(
  connector: GroupConnector,
  command: GroupCommand,
  request: GroupCommandRequest,
): Promise<GroupCommandResult> {
  switch (command) {
    case 'get-group':
      return getGroup(connector, request);
    case 'create-group':
      return createGroup(connector, request);
    case 'update-group':
      return updateGroup(connector, request);
    case 'delete-group':
      return deleteGroup(connector, request);
  }
}

async function getGroup(connector: GroupConnector, request: GroupCommandRequest): Promise<GroupCommandResult> {
  const selector = {
    ...(request.id === undefined ? {} : { id: request.id }),
    ...(request.displayName === undefined ? {} : { displayName: request.displayName }),
  };
  if (Object.keys(selector).length === 0) throw missing('id or displayName');
  const group = await connector.getGroup(selector, request.includeMembers === true && connector.canListMembers);
  return group === null ? failure('get', notFound()) : success('get', group);
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

async function updateGroup(connector: GroupConnector, request: GroupCommandRequest): Promise<GroupCommandResult> {
  if (request.id === undefined || request.id === '') throw missing('id');
  const wanted = { add: [...new Set(request.memberIdsToAdd)], remove: [...new Set(request.memberIdsToDelete)] };
  const { add, remove } = await realDifferences(connector, request.id, wanted);
  if (add.length + remove.length > 0) await connector.changeMembers(request.id, add, remove);
  return {
    action: 'update',
    success: true,
    id: request.id,
    ...(request.displayName === undefined ? {} : { displayName: request.displayName }),
  };
}

/** Leaves out members that are there already and absentees, where the application shows its members. */
async function realDifferences(
  connector: GroupConnector,
  id: string,
  wanted: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<typeof wanted> {
  if (!connector.canListMembers || wanted.add.length + wanted.remove.length === 0) return wanted;
  const group = await connector.getGroup({ id }, true);
  if (group === null) throw notFound();
  const present = new Set(group.members);
  return {
    add: wanted.add.filter((member) => !present.has(member)),
    remove: wanted.remove.filter((member) => present.has(member)),
  };
}

async function deleteGroup(connector: GroupConnector, request: GroupCommandRequest): Promise<GroupCommandResult> {
  if (request.id === undefined || request.id === '') throw missing('id');
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
