import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startActiveDirectory } from './active-directory.js';
import type { AdEnvironment } from './active-directory.js';
import { claim } from './claim.js';
import type { Launched, LaunchContext } from './launch.js';
import { startMongo } from './mongodb.js';
import type { MongoAddress } from './mongodb.js';
import { printProgress } from './progress.js';
import type { Progress } from './progress.js';
import { NoServerError } from './sources.js';
import type { SupervisedProcess } from './supervisor.js';
import { startTemporal } from './temporal.js';
import type { TemporalAddress } from './temporal.js';
import { obtainTestServer } from './test-server.js';
import type { TestServerAddress } from './test-server.js';

const PORTS_FILE = 'ports.json';

/** Where a first start looks, so that addresses are the same on most machines: below the range of outgoing calls. */
const FIRST_PORTS = { temporal: 17_233, temporalUi: 18_233, mongodb: 27_917 };

/** What each server tells about itself once it answers. */
export interface ServerAddresses {
  readonly temporal: TemporalAddress;
  readonly mongodb: MongoAddress;
  readonly testServer: TestServerAddress;
  readonly samba: DirectoryAddress;
}
export type ServerName = keyof ServerAddresses;

/** The domain controller, which alone is optional: without one `ad` is null and the reason is told. */
export interface DirectoryAddress {
  readonly ad: AdEnvironment | null;
  readonly adUnavailable?: string;
}

/** The addresses of the named servers in one flat object, e.g. `{ temporalAddress, temporalUi, mongodbUri }`. */
export type AddressesOf<N extends ServerName> = (
  N extends ServerName ? (addresses: ServerAddresses[N]) => void : never
) extends (addresses: infer All) => void
  ? All
  : never;

/** Which servers, where they keep their things, who hears of it. */
export interface ServerOptions<N extends ServerName> {
  readonly need: readonly N[];
  /** Folder for data and ports, used again by the next start; absent: temporary, and gone when the servers are. */
  readonly dataDir?: string;
  /** Folder for one log file per server. */
  readonly logDir: string;
  /** Default: standard error. */
  readonly progress?: Progress;
}

/** Servers that answer. */
export interface RunningServers<N extends ServerName> {
  readonly addresses: AddressesOf<N>;
  /** Every process that was started for them, watchdogs included. */
  readonly pids: readonly number[];
  /** Ends them all, side by side, within ten seconds. */
  stop(): Promise<void>;
  /** Lets this process end while they still run, which ends them too. */
  release(): void;
}

/**
 * Brings up the servers side by side, each from the first source that has it. They cannot outlive this process.
 *
 * @throws NoServerError naming every server that could not be had; nothing keeps running then
 * @throws Error when another process uses the data folder
 */
export async function startServers<N extends ServerName>(options: ServerOptions<N>): Promise<RunningServers<N>> {
  if (options.dataDir === undefined) return await startAll(options, {});
  const dataDir = resolve(options.dataDir);
  const held = await claim(dataDir);
  try {
    const ports = await readPorts(dataDir);
    const servers = await startAll({ ...options, dataDir }, ports);
    await Promise.all([writePorts(dataDir, ports), held.note(servers.pids)]);
    return { ...servers, stop: () => servers.stop().finally(held.release) };
  } catch (error) {
    held.release();
    throw error;
  }
}

async function startAll<N extends ServerName>(
  options: ServerOptions<N>,
  ports: Record<string, number>,
): Promise<RunningServers<N>> {
  const starts = options.need.map((name) => startOne(name, options, ports));
  const outcomes = await Promise.allSettled(starts);
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const processes: SupervisedProcess[] = started.flatMap(({ processes }) => [...processes]);
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((process) => process.stop()));
  };
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failures.length > 0) {
    await stop();
    throw failures.length === 1 ? failures[0] : new NoServerError(failures.map(messageOf).join('\n\n'));
  }
  return {
    addresses: Object.assign({}, ...started.map(({ address }) => address)) as AddressesOf<N>,
    pids: processes.flatMap(({ pids }) => [...pids]),
    stop,
    release() {
      for (const process of processes) process.release();
    },
  };
}

async function startOne(
  name: ServerName,
  options: ServerOptions<ServerName>,
  ports: Record<string, number>,
): Promise<Launched<ServerAddresses[ServerName]>> {
  const progress = options.progress ?? printProgress;
  if (name === 'testServer') return { address: await obtainTestServer(progress), processes: [] };
  const context: LaunchContext = {
    // Samba's sockets allow short paths only.
    folder: options.dataDir === undefined ? join(tmpdir(), `ilm-${randomUUID()}`) : join(options.dataDir, name),
    temporary: options.dataDir === undefined,
    logFile: join(options.logDir, `${name}.log`),
    ports,
    progress,
  };
  switch (name) {
    case 'temporal':
      return await startTemporal(context);
    case 'mongodb':
      return await startMongo(context);
    case 'samba':
      return await startOptionalDirectory(context);
  }
}

async function startOptionalDirectory(context: LaunchContext): Promise<Launched<ServerAddresses['samba']>> {
  try {
    const { address, processes } = await startActiveDirectory(context);
    return { address: { ad: address }, processes };
  } catch (error) {
    if (!(error instanceof NoServerError)) throw error;
    context.progress(error.message);
    return { address: { ad: null, adUnavailable: error.message }, processes: [] };
  }
}

async function readPorts(dataDir: string): Promise<Record<string, number>> {
  try {
    const kept = JSON.parse(await readFile(join(dataDir, PORTS_FILE), 'utf8')) as Record<string, number>;
    return { ...FIRST_PORTS, ...kept };
  } catch {
    return { ...FIRST_PORTS };
  }
}

async function writePorts(dataDir: string, ports: Record<string, number>): Promise<void> {
  await writeFile(join(dataDir, PORTS_FILE), JSON.stringify(ports, null, 2));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
