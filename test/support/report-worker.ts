import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createReportActivities } from '../../activities/report.js';
import { openStore } from '../../activities/store/index.js';
import { MAIN_TASK_QUEUE } from '../../domain/names.js';
import { quiet, reportBundle } from './report-temporal.js';
import { ReportServer, ReportWorld } from './report.js';

/** How the process of a worker is told what to serve: as JSON in its first argument. */
export interface WorkerArguments {
  readonly address: string;
  readonly namespace: string;
  readonly mongodbUri: string;
  readonly reportUrl: string;
  readonly workday: Record<string, unknown>;
  readonly limits: Record<string, unknown>;
}

/** A worker in a process of its own, so that a test can kill it. Says `ready` and serves until it is killed. */
async function main({ address, namespace, mongodbUri, reportUrl, workday, limits }: WorkerArguments): Promise<void> {
  quiet();
  const world = new ReportWorld(
    await openStore({ uri: mongodbUri }),
    Object.assign(new ReportServer(), { url: reportUrl }),
  );
  world.workday = workday;
  world.limits = limits;
  world.client = new Client({ connection: await Connection.connect({ address }), namespace });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    namespace,
    taskQueue: MAIN_TASK_QUEUE,
    workflowBundle: await reportBundle(),
    activities: createReportActivities(world.deps),
  });
  process.stdout.write('ready\n');
  await worker.run();
}

await main(JSON.parse(process.argv[2] ?? '{}') as WorkerArguments);
