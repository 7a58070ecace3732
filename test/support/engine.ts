import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';

import type { Activities } from '../../activities/index.js';
import { createActivities, createApplicationActivities } from '../../activities/index.js';
import { systemClock } from '../../activities/dependencies.js';
import type { ActivityDependencies } from '../../activities/dependencies.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { Brand } from '../../activities/connectors/brand.js';
import { createConnectorRegistry } from '../../activities/connectors/registry.js';
import { openStore } from '../../activities/store/index.js';
import type { Store } from '../../activities/store/index.js';
import { MAIN_TASK_QUEUE, applicationTaskQueue } from '../../domain/names.js';
import { addSearchAttributes } from '../../sandbox/servers/search-attributes.js';
import { WORKFLOW_SOURCES } from '../../worker/workflow-sources.js';
import { plainConfiguration } from './configuration.js';
import { MemoryApplication, memoryBrands } from './memory-application.js';
import { MemoryMailer } from './memory-mailer.js';
import { createTimeSkipping, testServers } from './servers.js';
import { TemporalClock } from './temporal-clock.js';

/** A whole engine for tests: real Temporal, real store, applications and mail server in memory. */
export interface Engine {
  readonly env: TestWorkflowEnvironment;
  readonly namespace: string;
  readonly deps: ActivityDependencies;
  readonly store: Store;
  readonly mailer: MemoryMailer;
  readonly applications: ReadonlyMap<string, MemoryApplication>;
  /** An application by name; fails the test when there is none. */
  application(name: string): MemoryApplication;
  /** What every entry reads; tests replace parts of it. */
  readonly configuration: { value: LoadedConfiguration };
  /** What activities take for the present; tests that move time replace it. */
  readonly clock: { now: () => Date };
  /** Commands that were sent to MongoDB since the start, or since the test emptied it: `findAndModify people`. */
  readonly storeOperations: string[];
  /** Starts the workers, unless they run. */
  work(): Promise<void>;
  /** Stops the workers after what they have begun. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** How a test's engine differs from the plain one. */
export interface EngineOptions {
  /** The server that skips time instead of the real one. */
  readonly skipTime?: boolean;
  /** Names of applications beside `Active Directory`. */
  readonly applications?: readonly string[];
  /** Applications whose queue no worker serves. */
  readonly unserved?: readonly string[];
  /** Merged over the plain `ilm.yaml`. */
  readonly ilm?: Record<string, unknown>;
  /** Brands in the place of those in memory that have the same name. */
  readonly brands?: readonly Brand[];
  /** Replaces single activities of the main queue. */
  readonly activities?: (deps: ActivityDependencies, plain: Activities) => Partial<Activities>;
  /** Replays every workflow from its history at every task, which shows what is not deterministic. */
  readonly replay?: boolean;
}

/** Everything that SDK, workers, workflows and activities of this process logged. */
export const logLines: string[] = [];

const WORKFLOWS = fileURLToPath(new URL('./workflows.ts', import.meta.url));
const DIRECTORY = 'Active Directory';

let bundle: Promise<WorkflowBundle> | undefined;

/** The workflows of the engine and of customers' hooks in tests, bundled once per process. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    payloadConverterPath: WORKFLOW_SOURCES.payloadConverterPath,
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}

/** Starts an engine with running workers. Close it when the tests end. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  collectLogs();
  const { mongodbUri } = await testServers('mongodb');
  const env = options.skipTime === true ? await createTimeSkipping() : await createNamespace();
  const store = await openStore({
    uri: mongodbUri,
    name: `ilm-test-${randomUUID()}`,
    client: { monitorCommands: true },
  });
  const storeOperations = countOperations(store);
  const names = [DIRECTORY, ...(options.applications ?? ['Atlas', 'Nimbus'])];
  const applications = new Map(names.map((name) => [name, new MemoryApplication()]));
  const configuration = { value: plainConfiguration(names, options.ilm ?? {}) };
  const current = (): LoadedConfiguration => configuration.value;
  const temporalClock = options.skipTime === true ? new TemporalClock(env) : undefined;
  const clock = { now: () => (temporalClock ?? systemClock).now() };
  const deps: ActivityDependencies = {
    store,
    configuration: { current },
    connectors: createConnectorRegistry(
      { current },
      { brands: [...(options.brands ?? []), ...memoryBrands(applications)] },
    ),
    client: env.client,
    mailer: new MemoryMailer(),
    clock,
  };
  const workers = new Workers(env, deps, options, names, temporalClock);
  await workers.start();
  return {
    env,
    namespace: env.namespace ?? 'default',
    deps,
    store,
    mailer: deps.mailer as MemoryMailer,
    applications,
    application: (name) => applications.get(name) ?? fail(`no application '${name}'`),
    configuration,
    clock,
    storeOperations,
    work: () => workers.start(),
    rest: () => workers.stop(),
    close: async () => {
      await workers.stop();
      await deps.connectors.close();
      await store.database.db.dropDatabase();
      await store.close();
      await env.teardown();
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** A namespace of the test's own on the shared server, since task queues have fixed names. */
async function createNamespace(): Promise<TestWorkflowEnvironment> {
  const { temporalAddress: address } = await testServers('temporal');
  const namespace = `ilm-test-${randomUUID()}`;
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
  await env.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await addSearchAttributes(env.connection, namespace);
  return env;
}

class Workers {
  #running: { workers: Worker[]; ends: Promise<unknown> } | undefined;

  constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly deps: ActivityDependencies,
    private readonly options: EngineOptions,
    private readonly applications: readonly string[],
    private readonly clock: TemporalClock | undefined,
  ) {}

  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const { env, deps, options, clock } = this;
    const plain = createActivities(deps);
    const shared = {
      connection: env.nativeConnection,
      namespace: env.namespace ?? 'default',
      ...(clock === undefined ? {} : { interceptors: { activity: [clock.interceptor] } }),
    };
    const workers = await Promise.all([
      Worker.create({
        ...shared,
        taskQueue: MAIN_TASK_QUEUE,
        workflowBundle: await workflowBundle(),
        activities: { ...plain, ...options.activities?.(deps, plain) },
        ...(options.replay === true ? { maxCachedWorkflows: 0 } : {}),
      }),
      ...this.applications
        .filter((name) => options.unserved?.includes(name) !== true)
        .map((name) =>
          Worker.create({
            ...shared,
            taskQueue: applicationTaskQueue(name),
            activities: createApplicationActivities(deps),
          }),
        ),
    ]);
    this.#running = { workers, ends: Promise.all(workers.map((worker) => worker.run())) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    for (const worker of running?.workers ?? []) if (worker.getState() === 'RUNNING') worker.shutdown();
    await running?.ends;
  }
}

function countOperations({ database }: Store): string[] {
  const operations: string[] = [];
  database.client.on('commandStarted', ({ commandName, command }) => {
    const collection: unknown = (command as Record<string, unknown>)[commandName];
    if (typeof collection === 'string') operations.push(`${commandName} ${collection}`);
  });
  return operations;
}

let isCollecting = false;

/** Keeps the SDK's log out of the test's output and in reach of tests that look for secrets in it. */
function collectLogs(): void {
  if (isCollecting) return;
  isCollecting = true;
  Runtime.install({
    logger: new DefaultLogger('DEBUG', ({ message, meta }) => logLines.push(`${message} ${describe(meta)}`)),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} } },
  });
}

function describe(meta: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(meta, (_, value: unknown) => {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '';
    seen.add(value);
    return value;
  });
}
