import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, bundleWorkflowCode } from '@temporalio/worker';

import type { LoadedConfiguration } from '../activities/configuration/types.js';
import type { Store } from '../activities/store/index.js';
import { createService } from '../worker/wire.js';
import type { Service, ServiceParts } from '../worker/wire.js';
import { WORKFLOW_SOURCES } from '../worker/workflow-sources.js';

/** As `npm run worker` starts it: without a limit V8 lets garbage grow to several times of what is in use. */
export const WORKER_OPTIONS = ['--max-old-space-size=1024'];

/** Bundles workflows beforehand, as a build does; gives the file. */
export async function bundleWorkflows(folder: string, workflowsPath = WORKFLOW_SOURCES.workflowsPath): Promise<string> {
  const file = join(folder, 'workflows.js');
  const sources = { ...WORKFLOW_SOURCES, workflowsPath, logger: new DefaultLogger('WARN') };
  await writeFile(file, (await bundleWorkflowCode(sources)).code);
  return file;
}

/** What a service of a benchmark is made of. The store is the caller's. */
export interface BenchmarkService extends Pick<ServiceParts, 'activities' | 'dependencies'> {
  readonly store: Store;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly configuration: LoadedConfiguration;
  /** File of the bundled workflows. */
  readonly bundle: string;
}

/** Serves every queue in this process while `work` runs. */
export async function withService(
  { temporalAddress: address, namespace, configuration, bundle, ...parts }: BenchmarkService,
  work: (client: Client, service: Service) => Promise<void>,
): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const service = await createService({
    ...parts,
    configuration: { current: () => configuration },
    client,
    connection,
    namespace,
    workflowBundle: { codePath: bundle },
  });
  const running = service.run();
  await work(client, service);
  service.shutdown();
  await running;
  await service.close();
  await Promise.all([client.connection.close(), connection.close()]);
}
