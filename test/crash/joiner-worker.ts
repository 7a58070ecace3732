import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

import { watchConfiguration } from '../../activities/configuration/watch.js';
import { createActivities, createApplicationActivities } from '../../activities/index.js';
import { openStore } from '../../activities/store/index.js';
import { MAIN_TASK_QUEUE, applicationTaskQueue } from '../../domain/names.js';
import { createDependencies } from '../../worker/wire.js';
import { crashingAt } from './crash-point.js';
import type { CrashPoint } from './crash-point.js';

/** How the process is told what to serve: as JSON in its first argument. */
export interface JoinerWorkerArguments {
  readonly address: string;
  readonly namespace: string;
  readonly mongodbUri: string;
  readonly database: string;
  readonly bundlePath: string;
  readonly point?: CrashPoint;
}

/** Serves every queue of the example organisation, from its environment, until it is killed. */
async function main({
  address,
  namespace,
  mongodbUri,
  database,
  bundlePath,
  point,
}: JoinerWorkerArguments): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const configuration = watchConfiguration('config', process.env, () => undefined);
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const store = await openStore({ uri: mongodbUri, name: database });
  const deps = createDependencies({ configuration, store, client, connection, namespace });
  const workers = await Promise.all([
    Worker.create({
      connection,
      namespace,
      taskQueue: MAIN_TASK_QUEUE,
      workflowBundle: { codePath: bundlePath },
      activities: crashingAt(createActivities(deps), point),
    }),
    ...configuration.current().ilm.instances.map(({ name }) =>
      Worker.create({
        connection,
        namespace,
        taskQueue: applicationTaskQueue(name),
        activities: crashingAt(createApplicationActivities(deps), point),
      }),
    ),
  ]);
  await Promise.all(workers.map((worker) => worker.run()));
}

await main(JSON.parse(process.argv[2] ?? '{}') as JoinerWorkerArguments);
