import type { ProvisioningResult } from '../domain/incident.js';
import type { CommandOutcome } from '../domain/playbook.js';
import { undecidedAccount } from './adoption/undecided.js';
import { doneEvidence } from './command-evidence.js';
import type { EvidencedCall } from './command-evidence.js';
import { failedResult, runUserCommand } from './connectors/commands.js';
import type { UserCommandResult } from './connectors/types.js';
import type { ActivityDependencies } from './dependencies.js';
import { notFound, toApplicationFailure } from './failures.js';
import { knownAccount } from './known-account.js';

/** One account that is looked up before it is enabled. */
export interface LookUpRequest extends Omit<EvidencedCall, 'command'> {
  readonly personVersion: number;
  readonly isRepeat: boolean;
}

/** Reason of an activation that had nothing to do. */
const ALREADY_ENABLED = 'User is already enabled.';

/**
 * Looks for a person's account in a directory (spec active-directory 3, steps 6, 7 and 10). Found or not found is said
 * explicitly, and only what keeps from telling is a failure. For an account that is enabled already the activation is
 * recorded as skipped, so that an earlier failure of it no longer counts. Reads only; safe to repeat.
 *
 * @throws retryable failures when the directory does not answer
 */
export async function lookUpDirectoryAccount(
  deps: ActivityDependencies,
  request: LookUpRequest,
): Promise<CommandOutcome> {
  const { incidentId, personId, personVersion, ticket, instance, isRepeat } = request;
  const person = await deps.store.personCache.at(personId, personVersion, { fresh: isRepeat });
  if (person?.profile === undefined) throw notFound(`the profile of person ${personId}`);
  const known = knownAccount(person, instance);
  const undecided = undecidedAccount(person, instance);
  const result =
    undecided === null
      ? await getUser(deps, instance, {
          profile: person.profile,
          known,
          ownerOf: (accountId) => deps.store.accountOwners.ownerOf(instance, accountId, personId),
        })
      : failedResult('get', undecided);
  const isAbsent = !result.success && result.errorCode === '404';
  const call: EvidencedCall = { incidentId, personId, ticket, instance, command: 'get-user' };
  const base = { brand: deps.connectors.brandOf(instance), instanceName: instance } as const;
  const account = {
    ...(result.id === undefined ? {} : { accountId: result.id }),
    ...(result.active === undefined ? {} : { active: result.active }),
  };
  const looked: ProvisioningResult = {
    ...base,
    action: 'get',
    success: result.success || isAbsent,
    skipped: false,
    ...account,
    ...(result.errorCode === undefined ? {} : { errorCode: result.errorCode }),
    ...(result.errorMessage === undefined ? {} : { errorMessage: result.errorMessage }),
  };
  const isKnown = known !== null && result.id === known.id;
  const nothingToDo = { ...base, action: 'update', success: true, skipped: true, reason: ALREADY_ENABLED } as const;
  await deps.store.evidence.append([
    doneEvidence(deps, call, looked, { isKnown }),
    ...(result.active === true
      ? [doneEvidence(deps, { ...call, command: 'update-user' }, { ...nothingToDo, ...account }, { isKnown })]
      : []),
  ]);
  const { brand, action, success, skipped, errorCode } = looked;
  return {
    instance,
    brand,
    command: call.command,
    action,
    success,
    skipped,
    found: result.success,
    ...account,
    ...(errorCode === undefined || success ? {} : { errorCode }),
  };
}

async function getUser(
  { connectors }: ActivityDependencies,
  instance: string,
  about: Pick<Parameters<typeof runUserCommand>[3], 'profile' | 'known' | 'ownerOf'>,
): Promise<UserCommandResult> {
  try {
    return await runUserCommand(connectors.get(instance), connectors.flags(instance), 'get-user', {
      ...about,
      allowEnable: false,
    });
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
