import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { startReportCycle } from '../../activities/report/start.js';
import { MAIN_TASK_QUEUE } from '../../domain/names.js';
import { addSearchAttributes } from '../../sandbox/servers/search-attributes.js';
import { progressQuery } from '../../workflows/messages.js';
import type { CycleProgress } from '../../workflows/messages.js';
import { INSTANCE } from './report.js';
import { testServers } from './servers.js';
import type { TestScope } from './servers.js';

let bundle: Promise<WorkflowBundle> | undefined;

/** The report cycle and its stand-in playbooks, bundled once per process. */
export function reportBundle(): Promise<WorkflowBundle> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./report-workflows.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}

/** Keeps the SDK quiet: failures are part of these tests. */
export function quiet(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
    });
  } catch {
    // Another test of this process has done it.
  }
}

/**
 * A namespace of the test's own on the shared server, since the task queue has a fixed name. What uses its connection
 * ends with `scope`.
 */
export async function reportNamespace(
  t: TestScope,
): Promise<{ env: TestWorkflowEnvironment; address: string; scope: TestScope }> {
  quiet();
  const { temporalAddress: address } = await testServers('temporal');
  const namespace = `ilm-test-${randomUUID()}`;
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
  const endings: Array<() => Promise<void> | void> = [];
  // Workers end before the connection that they use.
  t.after(async () => {
    for (const end of endings.reverse()) await end();
    await env.teardown();
  });
  await env.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await addSearchAttributes(env.connection, namespace);
  return { env, address, scope: { name: t.name, after: (end) => void endings.push(end) } };
}

/** A worker of the main queue. Ends after the test, or earlier by what it gives. */
export async function reportWorker(
  t: TestScope,
  env: TestWorkflowEnvironment,
  activities: object,
): Promise<() => Promise<void>> {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    ...(env.namespace === undefined ? {} : { namespace: env.namespace }),
    taskQueue: MAIN_TASK_QUEUE,
    workflowBundle: await reportBundle(),
    activities,
    // Replays the history at every task, which shows what is not deterministic.
    maxCachedWorkflows: 0,
    workflowFailureErrorTypes: { '*': ['NondeterminismError'] },
  });
  const running = worker.run();
  const stop = async (): Promise<void> => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  };
  t.after(stop);
  return stop;
}

/** A running cycle, as operators see it. */
export class RunningCycle {
  constructor(readonly handle: WorkflowHandle) {}

  static async start(env: TestWorkflowEnvironment): Promise<RunningCycle> {
    return new RunningCycle(await startReportCycle(env.client, INSTANCE));
  }

  async progress(): Promise<CycleProgress> {
    return await this.handle.query(progressQuery);
  }

  /** Waits until the progress is as expected; the deadline only keeps a broken test from hanging. */
  async until(what: string, isSo: (progress: CycleProgress) => boolean, seconds = 60): Promise<CycleProgress> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const progress = await this.progress();
      if (isSo(progress)) return progress;
      if (Date.now() > deadline) throw new Error(`the cycle never was ${what}: ${JSON.stringify(progress)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
