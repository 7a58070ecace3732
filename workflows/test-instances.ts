import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';

import type { InstanceTest, TestCommand, TestResult, TestedInstance } from '../domain/instance-test.js';
import { testActivities, testCommandActivities } from './proxies.js';

/** How a test is done. The test user lies in the store, under the workflow's id. */
export interface TestInput {
  readonly v: 1;
  /** Names of instances; none = every one that is switched on. */
  readonly instances: readonly string[];
  /** Leave the test user enabled. */
  readonly keep: boolean;
}

/** The commands that every instance gets after its account was made and, in a directory, initialised. */
const COMMANDS: readonly TestCommand[] = ['get-user', 'update-user', 'disable-user', 'enable-user'];

/**
 * IAM - Test Instances: runs every command for one test user on all instances, command after command and side by side
 * within each (spec playbooks-provisioning 9). A failed command stops nothing; every (instance, command) is in the
 * result. It ends by disabling the test user, unless told to keep them. Starting it again is safe: create finds the
 * account and becomes an update.
 */
export async function testInstances(input: TestInput): Promise<InstanceTest> {
  const { workflowId: testId } = workflowInfo();
  try {
    const instances = await testActivities.planTest({ testId, instances: input.instances });
    const results = await runCommands(testId, instances, input.keep);
    return { testId, results, leftEnabled: leftEnabled(instances, results) };
  } finally {
    await CancellationScope.nonCancellable(() => testActivities.endTest({ testId }));
  }
}

async function runCommands(testId: string, all: readonly TestedInstance[], keep: boolean): Promise<TestResult[]> {
  const results: TestResult[] = [];
  const runAll = async (command: TestCommand, instances: readonly TestedInstance[]): Promise<void> => {
    setCurrentDetails(`${command} in ${instances.length} instances`);
    results.push(...(await Promise.all(instances.map((instance) => runOne(testId, instance, command)))));
  };
  await runAll('create-user', all);
  const made = new Set(results.filter(({ success, skipped }) => success && !skipped).map(({ instance }) => instance));
  const directories = all.filter(({ instance, isDirectory }) => isDirectory && made.has(instance));
  await runAll('initialise', directories);
  for (const command of COMMANDS) await runAll(command, all);
  if (!keep) await runAll('final-disable-user', all);
  return results;
}

async function runOne(testId: string, { instance, brand }: TestedInstance, command: TestCommand): Promise<TestResult> {
  try {
    const activities = testCommandActivities(instance, `Test Instances: ${command} in ${instance}`);
    return await activities.runTestCommand({ testId, instance, command });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const note = cause instanceof Error ? cause.message : 'no answer';
    return { instance, brand, command, success: false, skipped: false, note };
  }
}

/** Where the last word about the account was not "disabled" and somebody may be left behind. */
function leftEnabled(instances: readonly TestedInstance[], results: readonly TestResult[]): string[] {
  return instances
    .map(({ instance }) => instance)
    .filter((instance) => {
      const own = results.filter((result) => result.instance === instance);
      const isKnown = own.some(({ success, active }) => success && active !== undefined);
      const last = own.findLast(
        ({ active, command, success }) => active !== undefined || (isDisable(command) && !success),
      );
      return isKnown && last?.active !== false;
    });
}

const isDisable = (command: TestCommand): boolean => command === 'disable-user' || command === 'final-disable-user';
