import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startReportCycle } from '../activities/report/start.js';
import { watchConfiguration } from '../activities/configuration/watch.js';
import { openStore } from '../activities/store/index.js';
import { startConsole } from '../client/console/server.js';
import { ensureKeeperSchedule } from '../worker/keeper-schedule.js';
import { createLogger, installRuntime } from '../worker/runtime.js';
import { connectTemporal } from '../worker/temporal.js';
import { createService } from '../worker/wire.js';
import { SandboxCompany } from './company.js';
import { DirectoryClient } from './directory-client.js';
import { withCompanyHooks } from './hooks/company-hooks.js';
import { createHookWorker } from './hooks/worker.js';
import { startPeers } from './peers.js';
import type { Peers } from './peers.js';
import { RunFile } from './run-file.js';
import type { Progress } from './servers/progress.js';
import { startServers } from './servers/servers.js';
import { ToldSteps } from './told-steps.js';

/** How the sandbox is started. */
export interface SandboxOptions {
  /** Everything is kept here: databases, the company, mails, logs. */
  readonly dataDir: string;
  readonly progress: Progress;
  /** The example organisation, unless another configuration directory is named. */
  readonly configuration?: string;
  /** With the company's own worker for custom hooks, and the hooks configured. */
  readonly hooks?: boolean;
}

/** The whole service on this machine, with its company. */
export interface Sandbox {
  readonly company: SandboxCompany;
  /** Pages for people; each answers. */
  readonly addresses: Readonly<Record<string, string>>;
  markDone(done: boolean): Promise<void>;
  /** Ends every process that this one began, within ten seconds. May be called again. */
  stop(): Promise<void>;
}

/** Ctrl-C promises an end within ten seconds, servers included, so a running activity gets three. */
const SHUTDOWN = { shutdownGraceMs: 3_000, shutdownForceMs: 5_000 };
const CONFIGURATION = 'config';
const LOG_FILE = 'worker.log';

/** Starts servers, the simulated peers and the worker, and the cycles that an earlier start had begun. */
export async function startSandbox({
  dataDir,
  progress,
  configuration: directory = CONFIGURATION,
  hooks = false,
}: SandboxOptions): Promise<Sandbox> {
  const logDir = join(dataDir, 'logs');
  await mkdir(logDir, { recursive: true });
  const runFile = new RunFile(dataDir);
  const servers = await startServers({ need: ['temporal', 'mongodb', 'samba'], dataDir, logDir, progress });
  const stops: (() => Promise<void>)[] = [() => servers.stop()];
  const stop = stopOnce(stops, () => runFile.remove());
  try {
    const { temporalAddress, temporalUi, mongodbUri, ad } = servers.addresses;
    const peers = await startPeers({ dataDir, ad, progress });
    stops.unshift(() => peers.stop());
    Object.assign(process.env, peers.environment, {
      TEMPORAL_ADDRESS: temporalAddress,
      MONGODB_URI: `${mongodbUri.replace(/\/$/, '')}/ilm`,
      ILM_LINK_BASE_URL: temporalUi === null ? '' : `${temporalUi}/namespaces/default`,
    });
    const logger = createLogger(join(logDir, LOG_FILE));
    installRuntime(logger);
    const watched = watchConfiguration(directory, process.env, progress);
    const configuration = hooks ? withCompanyHooks(watched) : watched;
    const connections = await connectTemporal(progress);
    const store = await openStore({ uri: process.env['MONGODB_URI'] ?? '' });
    stops.splice(0, 0, async () => {
      await Promise.allSettled([store.close(), connections.close()]);
    });
    await ensureKeeperSchedule(connections.client);
    const { client, native: connection, namespace } = connections;
    const service = await createService({ configuration, store, client, connection, namespace, ...SHUTDOWN });
    const serving = service.run();
    stops.splice(0, 0, async () => {
      service.shutdown();
      await serving;
      await service.close();
    });
    progress('worker: serving');
    if (hooks) {
      const worker = await createHookWorker({ connection, namespace, db: store.database.db });
      const hooking = worker.run();
      stops.splice(0, 0, async () => {
        worker.shutdown();
        await hooking;
      });
      progress("the company's hooks: serving");
    }
    const page = await startConsole({ configuration, store, client }, `127.0.0.1:${peers.consolePort}`, (error) =>
      logger.error(error),
    );
    stops.splice(0, 0, () => page.stop());
    const told = new ToldSteps(dataDir);
    await told.load();
    const company = new SandboxCompany({
      ...peers,
      directory: new DirectoryClient(peers.ad),
      store,
      client,
      told,
      startCycle: async (instance) => void (await startReportCycle(client, instance)),
    });
    const addresses = addressesOf(peers, temporalUi, page.url);
    await runFile.write({ addresses, pids: [process.pid, ...servers.pids], done: false }, peers.environment);
    return { company, addresses, stop, markDone: (done) => runFile.markDone(done) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressesOf(peers: Peers, temporalUi: string | null, decisionPage: string): Record<string, string> {
  return {
    ...(temporalUi === null ? {} : { 'Temporal UI': temporalUi }),
    'decision page': decisionPage,
    'report simulator': peers.workday.url,
    'mail catcher': peers.mail.url,
    applications: peers.apps.url,
    ...(peers.directoryPage === null ? {} : { directory: peers.directoryPage }),
  };
}

/** Stops in order, each even when one before it failed; the second call waits for the first. */
function stopOnce(stops: readonly (() => Promise<void>)[], last: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    for (const stop of [...stops]) await stop().catch((error: unknown) => console.error(error));
    await last();
  };
  return () => (stopping ??= stopAll());
}
