import { ApplicationFailure } from '@temporalio/common';
import { FailureType } from '../../domain/failures.js';
import type { TestResult, TestedInstance } from '../../domain/instance-test.js';
import type { Finished } from '../../domain/playbook.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { closeTestIncident, haltTest, takeHaltAnswer } from './halt-test.js';
import type { HaltAnswer, HaltTestRequest } from './halt-test.js';
import { runTestCommand } from './run-test-command.js';
import type { TestCommandRequest } from './run-test-command.js';

/** Activities of a test on the main task queue. */
export interface TestActivities {
  /**
   * Says which instances are tested: those named, or every one that is switched on.
   *
   * @throws Configuration when an instance is not switched on or does not exist, or when the test user is somebody whom
   * the engine knows, because the test disables them
   */
  planTest(request: { readonly testId: string; readonly instances: readonly string[] }): Promise<TestedInstance[]>;
  /** See {@link haltTest}. */
  haltTest(request: HaltTestRequest): Promise<Finished>;
  /** See {@link takeHaltAnswer}. */
  takeHaltAnswer(request: { readonly taskId: string }): Promise<HaltAnswer>;
  /** Closes the incident if the test has halted, and forgets the test user; what the commands came to stays as evidence. */
  endTest(request: EndTestRequest): Promise<void>;
}

/** A test that ends; with its incident when it has halted. */
export interface EndTestRequest {
  readonly testId: string;
  readonly halted?: { readonly incidentId: string; readonly results: readonly TestResult[] };
}

/** Activities of a test on an application's task queue. */
export interface TestCommandActivities {
  /** See {@link runTestCommand}. */
  runTestCommand(request: TestCommandRequest): Promise<TestResult>;
}

/** Makes the activities of the main task queue. */
export const createTestActivities = (deps: ActivityDependencies): TestActivities => ({
  planTest: async ({ testId, instances }) => {
    await refuseKnownPeople(deps, testId);
    const usable = deps.configuration.current().ilm.instances.filter(({ enabled }) => enabled);
    const missing = instances.filter((name) => !usable.some((one) => one.name === name));
    if (missing.length > 0) throw refusal(`Not switched on, or not in ilm.yaml: ${missing.join(', ')}.`);
    return usable
      .filter(({ name }) => instances.length === 0 || instances.includes(name))
      .map(({ name }) => ({
        instance: name,
        brand: deps.connectors.brandOf(name),
        isDirectory: deps.connectors.brandOf(name) === ACTIVE_DIRECTORY_BRAND,
      }));
  },
  haltTest: (request) => haltTest(deps, request),
  takeHaltAnswer: (request) => takeHaltAnswer(deps, request),
  endTest: async ({ testId, halted }) => {
    if (halted !== undefined) await closeTestIncident(deps, { testId, ...halted });
    await deps.store.testUsers.remove(testId);
  },
});

/** Makes the activity of an application's task queue. */
export const createTestCommandActivities = (deps: ActivityDependencies): TestCommandActivities => ({
  runTestCommand: (request) => runTestCommand(deps, request),
});

async function refuseKnownPeople({ store }: ActivityDependencies, testId: string): Promise<void> {
  const user = await store.testUsers.get(testId);
  if (user === null) throw notFound(`the test user of ${testId}`);
  const { email = '', username, employeeId } = user.profile;
  const known = await store.people.collection.findOne({
    $or: [
      { emailKey: email.toLowerCase() },
      ...(username === undefined || username === '' ? [] : [{ 'profile.username': username }]),
      ...(employeeId === undefined || employeeId === '' ? [] : [{ 'profile.employeeId': employeeId }]),
    ],
  });
  if (known === null) return;
  throw refusal(
    'The test user has the e-mail, user name or employee id of a person with a User Profile, whom the test would ' +
      'change and disable. Use one that belongs to nobody.',
  );
}

const refusal = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.Configuration, message, nonRetryable: true });
