import { testEvidenceId } from '../../domain/instance-test.js';
import type { TestCommand, TestResult } from '../../domain/instance-test.js';
import { COMMAND_DISABLED, failedResult, runUserCommand } from '../connectors/commands.js';
import { ConnectorError } from '../connectors/types.js';
import type { UserCommand, UserCommandResult } from '../connectors/types.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound, toApplicationFailure } from '../failures.js';
import type { TestUserDocument } from '../store/test-users.js';
import { initialiseTestUser } from './initialise-test-user.js';

/** One command of a test in one instance. */
export interface TestCommandRequest {
  readonly testId: string;
  readonly instance: string;
  readonly command: TestCommand;
  /** Which try of the command it is; absent = the first. */
  readonly attempt?: number;
}

/** What of a result the record of a test shows. */
export type TestOutcome = Pick<
  UserCommandResult,
  'success' | 'skipped' | 'reason' | 'active' | 'id' | 'errorCode' | 'errorMessage'
>;

const GENERIC: Readonly<Record<Exclude<TestCommand, 'initialise'>, UserCommand>> = {
  'create-user': 'create-user',
  'get-user': 'get-user',
  'update-user': 'update-user',
  'disable-user': 'disable-user',
  // No application has an enable command of its own; an update that may enable is the only way there is.
  'enable-user': 'update-user',
  'final-disable-user': 'disable-user',
};

/**
 * Runs one command for the test user and leaves its outcome as evidence of the test. A refusal is a result; a repeated
 * command changes nothing.
 *
 * @throws a retryable failure when the application does not answer
 */
export async function runTestCommand(deps: ActivityDependencies, request: TestCommandRequest): Promise<TestResult> {
  const { testId, instance, command, attempt: number } = request;
  const user = await deps.store.testUsers.get(testId);
  if (user === null) throw notFound(`the test user of ${testId}`);
  const outcome = await attempt(deps, user, request);
  const { success, skipped, reason, active, id, errorCode, errorMessage } = outcome;
  if (id !== undefined) await deps.store.testUsers.learn(testId, instance, id);
  const brand = deps.connectors.brandOf(instance);
  await deps.store.evidence.append([
    {
      _id: testEvidenceId(testId, request),
      at: deps.clock.now().toISOString(),
      kind: 'command',
      phase: 'done',
      incidentId: testId,
      personId: null,
      cause: 'Test Instances',
      instance,
      brand,
      action: command,
      outcome: { success, skipped, reason, active, accountId: id, errorCode, errorMessage },
    },
  ]);
  return {
    instance,
    brand,
    command,
    success,
    skipped,
    ...(number === undefined ? {} : { attempt: number }),
    ...(active === undefined ? {} : { active }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}

async function attempt(
  deps: ActivityDependencies,
  user: TestUserDocument,
  { instance, command }: TestCommandRequest,
): Promise<TestOutcome> {
  const { connectors, store } = deps;
  const accountId = store.testUsers.accountIn(user, instance);
  try {
    if (command === 'initialise') return await initialiseTestUser(deps, user, instance, accountId ?? '');
    const flags = connectors.flags(instance);
    const result = await runUserCommand(connectors.get(instance), flags, GENERIC[command], {
      profile: user.profile,
      known: accountId === undefined ? null : { id: accountId },
      ownerOf: (found) => store.accountOwners.ownerOf(instance, found, null),
      allowEnable: command === 'enable-user',
    });
    const isOff = command === 'enable-user' && result.success && !flags.enableUserEnabled;
    return isOff ? { ...result, skipped: true, reason: COMMAND_DISABLED } : result;
  } catch (error) {
    if (error instanceof ConnectorError && !error.retryable) return failedResult('get', error);
    throw toApplicationFailure(error);
  }
}
