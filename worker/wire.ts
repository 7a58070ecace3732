import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';

import type { Configuration } from '../activities/configuration/types.js';
import { createConnectorRegistry } from '../activities/connectors/registry.js';
import type { Brand } from '../activities/connectors/brand.js';
import { systemClock } from '../activities/dependencies.js';
import type { ActivityDependencies } from '../activities/dependencies.js';
import { createActivities, createApplicationActivities } from '../activities/index.js';
import { createMailer } from '../activities/mailer.js';
import type { Store } from '../activities/store/index.js';
import type { ApplicationInstance } from '../domain/config.js';
import { retiredInstances } from './retired-instances.js';
import { WORKFLOW_SOURCES } from './workflow-sources.js';
import { MAIN_TASK_QUEUE, applicationTaskQueue } from '../domain/names.js';

/** What a process that serves the queues is made of. */
export interface ServiceParts {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Brands beside the shipped ones; for tests and benchmarks. */
  readonly brands?: readonly Brand[];
  /** Overrides of single dependencies; for tests and benchmarks. */
  readonly dependencies?: Partial<ActivityDependencies>;
  /** Served on every queue in the place of ours; for benchmarks. */
  readonly activities?: object;
  readonly dataConverter?: DataConverter;
  readonly maxCachedWorkflows?: number;
  /** Made beforehand; otherwise the build's, or one made now. For tests and benchmarks. */
  readonly workflowBundle?: NonNullable<WorkerOptions['workflowBundle']>;
  /** How long running activities may finish once {@link Service.shutdown} was called, default 20 s. */
  readonly shutdownGraceMs?: number;
  /** When they are given up, default 40 s. */
  readonly shutdownForceMs?: number;
}

/**
 * Workers of one process: one for workflows and general activities, one for each application, and one for each
 * application that was removed, which fails what still waits for it.
 */
export interface Service {
  readonly deps: ActivityDependencies;
  readonly workers: readonly Worker[];
  /** Serves until {@link Service.shutdown}; when one worker fails, the others are shut down and it rejects. */
  run(): Promise<void>;
  shutdown(): void;
  /** Closes connectors and mail; call after {@link Service.run} has ended. The store and connections are the caller's. */
  close(): Promise<void>;
}

const SHUTDOWN_GRACE_MS = 20_000;
const SHUTDOWN_FORCE_MS = 40_000;
/** Workflows that a process keeps in memory between two tasks of theirs. */
export const DEFAULT_CACHED_WORKFLOWS = 500;
/** The bundle that `npm run build` writes next to the compiled worker. */
const BUILT_BUNDLE = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));

/** Puts together what activities work with. */
export function createDependencies(parts: ServiceParts): ActivityDependencies {
  const { configuration, store, client, brands } = parts;
  const { mail } = configuration.current().ilm;
  return {
    store,
    configuration,
    client,
    connectors: createConnectorRegistry(configuration, brands === undefined ? {} : { brands }),
    mailer: createMailer({ smtpUrl: mail.smtpUrl, from: mail.from }),
    clock: systemClock,
    ...parts.dependencies,
  };
}

/** Creates every worker of the service. They poll once {@link Service.run} is called. */
export async function createService(parts: ServiceParts): Promise<Service> {
  const deps = createDependencies(parts);
  const shared = {
    connection: parts.connection,
    namespace: parts.namespace,
    shutdownGraceTime: parts.shutdownGraceMs ?? SHUTDOWN_GRACE_MS,
    shutdownForceTime: parts.shutdownForceMs ?? SHUTDOWN_FORCE_MS,
    ...(parts.dataConverter === undefined ? {} : { dataConverter: parts.dataConverter }),
  } as const;
  const main = Worker.create({
    ...shared,
    workflowBundle: parts.workflowBundle ?? (await workflowSource()),
    taskQueue: MAIN_TASK_QUEUE,
    activities: parts.activities ?? createActivities(deps),
    maxCachedWorkflows: parts.maxCachedWorkflows ?? DEFAULT_CACHED_WORKFLOWS,
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    activityTaskPollerBehavior: { type: 'autoscaling' },
  });
  const { instances } = deps.configuration.current().ilm;
  const retired = await retiredInstances(
    parts.store.database,
    instances.map(({ name }) => name),
  );
  const options = [...instances.map(applicationOptions), ...retired.map(retiredOptions)];
  const activities = parts.activities ?? createApplicationActivities(deps);
  const applications = options.map((own) => Worker.create({ ...shared, ...own, activities }));
  const workers = await Promise.all([main, ...applications]);
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    deps,
    workers,
    shutdown,
    run: () => runAll(workers, shutdown),
    close: async () => {
      await Promise.allSettled([deps.connectors.close(), deps.mailer.close()]);
    },
  };
}

/** What the build made, or a bundle made now from the sources. */
async function workflowSource(): Promise<NonNullable<WorkerOptions['workflowBundle']>> {
  if (existsSync(BUILT_BUNDLE)) return { codePath: BUILT_BUNDLE };
  return await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger: new DefaultLogger('WARN') });
}

/** Concurrency is per process, the rate is enforced by the server over all of them. */
function applicationOptions(instance: ApplicationInstance): Omit<WorkerOptions, 'connection'> {
  return {
    taskQueue: applicationTaskQueue(instance.name),
    maxConcurrentActivityTaskExecutions: instance.concurrency,
    maxTaskQueueActivitiesPerSecond: instance.commandsPerSecond,
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 4 },
  };
}

/** The registry refuses an instance that is not configured, so every command that still waits fails for good. */
function retiredOptions(name: string): Omit<WorkerOptions, 'connection'> {
  return { taskQueue: applicationTaskQueue(name), maxConcurrentActivityTaskExecutions: 1 };
}

async function runAll(workers: readonly Worker[], shutdown: () => void): Promise<void> {
  const running = workers.map(async (worker) => {
    try {
      await worker.run();
    } finally {
      shutdown();
    }
  });
  const ends = await Promise.allSettled(running);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
