import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';

import { TEST_COMMANDS } from '../domain/instance-test.js';
import type { InstanceTest, TestCommand, TestResult, TestedInstance } from '../domain/instance-test.js';
import { testActivities, testCommandActivities } from './proxies.js';
import { TestHalts } from './test-halts.js';

/** How a test is done. The test user lies in the store, under the workflow's id. */
export interface TestInput {
  readonly v: 1;
  /** Names of instances; none = every one that is switched on. */
  readonly instances: readonly string[];
  /** Leave the test user enabled. */
  readonly keep: boolean;
  /** Ask (H4) when commands failed. Absent in what earlier versions started, which ended then. */
  readonly halts?: boolean;
}

/** The commands that every instance gets after its account was made and, in a directory, initialised. */
const COMMANDS: readonly TestCommand[] = ['get-user', 'update-user', 'disable-user', 'enable-user'];

/**
 * IAM - Test Instances: runs every command for one test user on all instances, command after command and side by side
 * within each (spec playbooks-provisioning 9). A failed command stops nothing; every (instance, command) is in the
 * result. It ends by disabling the test user, unless told to keep them. Starting it again is safe: create finds the
 * account and becomes an update.
 *
 * When commands failed it halts (H4), unless told to end: `retry` tries again what failed, `close` ends it as it is.
 * Answers `decide`, `resolveHalt`, `owner`, `incident` and `testReport`.
 */
export async function testInstances(input: TestInput): Promise<InstanceTest> {
  const { workflowId: testId } = workflowInfo();
  const halts = new TestHalts();
  let results: readonly TestResult[] = [];
  let end: InstanceTest;
  try {
    const instances = await testActivities.planTest({ testId, instances: input.instances });
    const report = (): InstanceTest => ({ testId, results, leftEnabled: leftEnabled(instances, results) });
    const commands = new Commands(testId, instances, input.keep);
    results = await commands.runAll();
    while (input.halts === true && results.some(hasFailed) && (await halts.ask(report())) === 'retry') {
      results = await commands.repeatFailed(results);
    }
    end = report();
  } finally {
    const { incidentId } = halts;
    const halted = incidentId === undefined ? {} : { halted: { incidentId, results } };
    await CancellationScope.nonCancellable(() => testActivities.endTest({ testId, ...halted }));
  }
  await halts.end(end);
  return end;
}

const hasFailed = ({ success }: TestResult): boolean => !success;

/** The commands of one test. */
class Commands {
  constructor(
    private readonly testId: string,
    private readonly instances: readonly TestedInstance[],
    private readonly keep: boolean,
  ) {}

  /** Runs every command in every instance. */
  async runAll(): Promise<TestResult[]> {
    const all = this.instances;
    const results = await this.#run('create-user', all);
    const made = new Set(results.filter(hasAccount).map(({ instance }) => instance));
    const directories = all.filter(({ instance, isDirectory }) => isDirectory && made.has(instance));
    results.push(...(await this.#run('initialise', directories)));
    for (const command of COMMANDS) results.push(...(await this.#run(command, all)));
    if (!this.keep) results.push(...(await this.#run('final-disable-user', all)));
    return results;
  }

  /**
   * Runs again what failed, in the order of the commands. A directory whose account is there only now is initialised, and
   * wherever anything was repeated the user is disabled once more, since an account may be there or enabled only now.
   */
  async repeatFailed(before: readonly TestResult[]): Promise<TestResult[]> {
    const results = [...before];
    const repeated = new Set<string>();
    const of = (instance: string, command: TestCommand): number =>
      results.findIndex((result) => result.instance === instance && result.command === command);
    const isDue = (command: TestCommand, { instance, isDirectory }: TestedInstance): boolean => {
      const index = of(instance, command);
      if (results[index]?.success === false) return true;
      if (command === 'final-disable-user') return !this.keep && repeated.has(instance);
      const created = results[of(instance, 'create-user')];
      return command === 'initialise' && isDirectory && index < 0 && created !== undefined && hasAccount(created);
    };
    for (const command of TEST_COMMANDS) {
      const due = this.instances.filter((instance) => isDue(command, instance));
      const attempts = due.map(({ instance }) => {
        const last = results[of(instance, command)];
        return last === undefined ? undefined : (last.attempt ?? 1) + 1;
      });
      for (const result of await this.#run(command, due, attempts)) {
        repeated.add(result.instance);
        const index = of(result.instance, command);
        if (index < 0) results.push(result);
        else results[index] = result;
      }
    }
    return results.sort((one, other) => orderOf(one) - orderOf(other));
  }

  async #run(
    command: TestCommand,
    instances: readonly TestedInstance[],
    attempts: readonly (number | undefined)[] = [],
  ): Promise<TestResult[]> {
    setCurrentDetails(`${command} in ${instances.length} instances`);
    return await Promise.all(
      instances.map((instance, index) => runOne(this.testId, instance, command, attempts[index])),
    );
  }
}

const orderOf = ({ command }: TestResult): number => TEST_COMMANDS.indexOf(command);

const hasAccount = ({ success, skipped }: TestResult): boolean => success && !skipped;

async function runOne(
  testId: string,
  { instance, brand }: TestedInstance,
  command: TestCommand,
  attempt?: number,
): Promise<TestResult> {
  const which = attempt === undefined ? {} : { attempt };
  try {
    const activities = testCommandActivities(instance, `Test Instances: ${command} in ${instance}`);
    return await activities.runTestCommand({ testId, instance, command, ...which });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const note = cause instanceof Error ? cause.message : 'no answer';
    return { instance, brand, command, success: false, skipped: false, ...which, note };
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
