import { activityInfo } from '@temporalio/activity';
import type { ProvisioningResult } from '../domain/incident.js';
import type { CommandOutcome, PlannedCommand } from '../domain/playbook.js';
import type { UserProfile } from '../domain/profile.js';
import { ACTIVE_DIRECTORY_BRAND } from '../domain/selection.js';
import { undecidedAccount } from './adoption/undecided.js';
import { begunEvidence, doneEvidence, intentOf } from './command-evidence.js';
import type { EvidencedCall } from './command-evidence.js';
import { alive } from './alive.js';
import { createLookUps } from './application-look-ups.js';
import type { LookUpActivities } from './application-look-ups.js';
import { ACCOUNT_GONE, USER_DOES_NOT_EXIST, failedResult, runUserCommand } from './connectors/commands.js';
import { isDirectoryConnector } from './connectors/registry.js';
import type { UserCommandResult } from './connectors/types.js';
import type { ActivityDependencies } from './dependencies.js';
import { initialiseDirectoryAccount } from './directory-accounts.js';
import type { InitialiseRequest } from './directory-accounts.js';
import { lookUpDirectoryAccount } from './directory-look-up.js';
import type { LookUpRequest } from './directory-look-up.js';
import { notFound, toApplicationFailure, turnLost } from './failures.js';
import { mustChangePassword } from './first-password.js';
import { resultOf } from './incidents/results.js';
import { knownAccount } from './known-account.js';
import { openIntent } from './store/people.js';
import type { Intent, PersonDocument } from './store/person-document.js';

/** One command of a playbook. Ids and flags only; the data is the person's stored profile. */
export interface CommandRequest extends EvidencedCall {
  readonly command: PlannedCommand;
  readonly personVersion: number;
  /** The incident was entered before, so that the command may have been run. */
  readonly isRepeat: boolean;
  readonly allowEnable: boolean;
  /** The person leaves: what the instance takes away from leavers goes, and a known account must not be missing. */
  readonly isLeaver?: boolean;
  /** Whether an update may create a missing account, if the instance does so; absent = it may. */
  readonly mayCreate?: boolean;
  /** The incident keeps the profile as it was before, by whose keys the account is found, too. */
  readonly hasFormerProfile?: boolean;
  /** How the account has to be left; a command that succeeds otherwise has failed. Absent = either way. */
  readonly mustLeave?: 'enabled' | 'disabled';
}

/** Activities of one application's task queue. */
export interface ApplicationActivities extends LookUpActivities {
  /**
   * Runs one generic command for a person. The intent is stored under the person's turn right before the first write,
   * the outcome as evidence right after; an attempt that was interrupted between the two is closed by the look-up of
   * the next one. A success of an earlier entry of the same incident is answered again without a call.
   *
   * @throws TurnLost when somebody else holds the turn; RateLimited or Transient, which are worth another attempt
   */
  runApplicationCommand(request: CommandRequest): Promise<CommandOutcome>;
  /** See {@link initialiseDirectoryAccount}. */
  initialiseDirectoryAccount(request: InitialiseRequest): Promise<CommandOutcome>;
  /** See {@link lookUpDirectoryAccount}. */
  lookUpDirectoryAccount(request: LookUpRequest): Promise<CommandOutcome>;
}

/** Makes the activities that a worker of an application's task queue serves. */
export const createApplicationActivities = (deps: ActivityDependencies): ApplicationActivities => ({
  runApplicationCommand: (request) => alive(() => runApplicationCommand(deps, request)),
  initialiseDirectoryAccount: (request) => alive(() => initialiseDirectoryAccount(deps, request)),
  lookUpDirectoryAccount: (request) => alive(() => lookUpDirectoryAccount(deps, request)),
  ...createLookUps(deps),
});

async function runApplicationCommand(deps: ActivityDependencies, request: CommandRequest): Promise<CommandOutcome> {
  const { instance, command, personId, personVersion } = request;
  const isRepeat = request.isRepeat || activityInfo().attempt > 1;
  const earlier = isRepeat ? await earlierSuccess(deps, request) : undefined;
  if (earlier !== undefined) return outcomeOf(deps, earlier, command);
  const person = await deps.store.personCache.at(personId, personVersion, { fresh: isRepeat });
  if (person?.profile === undefined) throw notFound(`the profile of person ${personId}`);
  const interrupted = openIntent(person, instance, command);
  let begun: Intent | undefined;
  const result = await callApplication(deps, request, person, interrupted, async (found) => {
    const intent = intentOf(deps, request, interrupted?.found === 'absent' ? 'absent' : found);
    if (!(await deps.store.people.recordIntent(personId, request.ticket, intent))) throw turnLost();
    begun = intent;
  });
  const provisioned = toProvisioningResult(deps, request, checkedLeaver(deps, request, person, result));
  const isKnown = result.id !== undefined && knownAccount(person, instance)?.id === result.id;
  await deps.store.evidence.append([
    ...[interrupted, begun].flatMap((intent) => (intent === undefined ? [] : [begunEvidence(personId, intent)])),
    doneEvidence(deps, request, provisioned, { isKnown }),
  ]);
  return outcomeOf(deps, provisioned, command);
}

/** A leaver who never had an account in a directory has none to disable; one whose account has gone is a case for H3. */
function checkedLeaver(
  deps: ActivityDependencies,
  { instance, isLeaver }: CommandRequest,
  person: PersonDocument,
  result: UserCommandResult,
): UserCommandResult {
  const isMissing = result.skipped && result.reason === USER_DOES_NOT_EXIST;
  const isDirectory = deps.connectors.brandOf(instance) === ACTIVE_DIRECTORY_BRAND;
  if (isLeaver !== true || !isMissing || !isDirectory || knownAccount(person, instance) === null) return result;
  const errorMessage = 'The account that we knew is not there any more. Find out whether it was moved or deleted.';
  return { action: 'disable', success: false, skipped: false, errorCode: ACCOUNT_GONE, errorMessage };
}

async function earlierSuccess(
  deps: ActivityDependencies,
  request: CommandRequest,
): Promise<ProvisioningResult | undefined> {
  const outcomes = await deps.store.evidence.outcomes(request.incidentId);
  return outcomes
    .filter(({ instance, action }) => instance === request.instance && action === request.command)
    .map(resultOf)
    .findLast(({ success }) => success);
}

const ACTION_OF = { 'create-user': 'create', 'update-user': 'update', 'disable-user': 'disable' } as const;

async function callApplication(
  deps: ActivityDependencies,
  request: CommandRequest,
  person: PersonDocument,
  interrupted: Intent | undefined,
  beforeWrite: (found: Intent['found']) => Promise<void>,
): Promise<UserCommandResult> {
  const { connectors } = deps;
  const undecided = undecidedAccount(person, request.instance);
  if (undecided !== null) return failedResult(ACTION_OF[request.command], undecided);
  const profile = person.profile ?? {};
  const isActivation = request.allowEnable && isDirectoryConnector(connectors.get(request.instance));
  const flags = connectors.flags(request.instance);
  const createIfNotExists = flags.createIfNotExists && request.mayCreate !== false;
  const oldUserData = request.hasFormerProfile === true ? await formerProfile(deps, request, person) : undefined;
  try {
    return await runUserCommand(connectors.get(request.instance), { ...flags, createIfNotExists }, request.command, {
      profile,
      ...(oldUserData === undefined ? {} : { oldUserData }),
      known: knownAccount(person, request.instance),
      ownerOf: (accountId) => deps.store.accountOwners.ownerOf(request.instance, accountId, person.personId),
      allowEnable: request.allowEnable,
      ...(isActivation ? { mustChangePassword: await mustChangePassword(deps, profile) } : {}),
      isLeaver: request.isLeaver === true,
      beforeWrite: (found) => beforeWrite(found === null ? 'absent' : 'present'),
      ...(interrupted === undefined ? {} : { interrupted: interrupted.found }),
    });
  } catch (error) {
    throw toApplicationFailure(error);
  }
}

/**
 * The person's profile before the change. Not when somebody else has the former address by now: by its keys another
 * person's account would be found.
 */
async function formerProfile(
  { store }: ActivityDependencies,
  { incidentId, personId }: CommandRequest,
  { profile }: PersonDocument,
): Promise<UserProfile | undefined> {
  const former = (await store.incidents.get(incidentId))?.userProfile.oldUserData;
  const email = former?.email?.toLowerCase() ?? '';
  if (email === '' || email === profile?.email) return former;
  const owner = await store.people.byEmail(email);
  return owner === null || owner.personId === personId ? former : undefined;
}

function toProvisioningResult(
  deps: ActivityDependencies,
  { instance, mustLeave }: CommandRequest,
  result: UserCommandResult,
): ProvisioningResult {
  const accountMail = result.user?.email;
  return {
    brand: deps.connectors.brandOf(instance),
    instanceName: instance,
    action: result.action,
    success: result.success,
    skipped: result.skipped,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    ...(result.active === undefined ? {} : { active: result.active }),
    ...(result.id === undefined ? {} : { accountId: result.id }),
    ...(result.gone === true ? { accountGone: true } : {}),
    ...(result.errorCode === undefined ? {} : { errorCode: result.errorCode }),
    ...(result.errorMessage === undefined ? {} : { errorMessage: result.errorMessage }),
    ...(accountMail === null || accountMail === undefined ? {} : { accountMail }),
    ...(result.warnings === undefined ? {} : { warnings: result.warnings }),
    ...leftOtherwise(mustLeave, result),
  };
}

/** What is wrong with a success that left the account as it must not be; nothing when it is as it has to be. */
function leftOtherwise(
  mustLeave: CommandRequest['mustLeave'],
  { success, active, reason }: UserCommandResult,
): Partial<ProvisioningResult> {
  if (!success || mustLeave === undefined) return {};
  const isRight = mustLeave === 'enabled' ? active === true : active === false || reason === USER_DOES_NOT_EXIST;
  if (isRight) return {};
  return {
    success: false,
    skipped: false,
    errorCode: '400',
    errorMessage:
      `The account was not left ${mustLeave}${reason === undefined ? '' : ` (${reason})`}. Check the instance's ` +
      'switches updateUserEnabled, enableUserEnabled and disableUserEnabled, then retry.',
  };
}

/** What of a result a run may carry: no messages, and an account id only where it is a directory's opaque one. */
function outcomeOf(deps: ActivityDependencies, result: ProvisioningResult, command: string): CommandOutcome {
  const isDirectory = isDirectoryConnector(deps.connectors.get(result.instanceName));
  return {
    instance: result.instanceName,
    brand: result.brand,
    command,
    action: result.action,
    success: result.success,
    skipped: result.skipped,
    ...(result.active === undefined ? {} : { active: result.active }),
    ...(result.errorCode === undefined ? {} : { errorCode: result.errorCode }),
    ...(isDirectory && result.accountId !== undefined ? { accountId: result.accountId } : {}),
  };
}
