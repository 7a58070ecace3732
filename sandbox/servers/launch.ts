import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.js';
import { lastLines } from './packages.js';
import { withProgress } from './progress.js';
import type { Progress } from './progress.js';
import { Unavailable } from './sources.js';
import { supervise } from './supervisor.js';
import type { ProcessOptions, SupervisedProcess } from './supervisor.js';

const LONGEST_START_MS = 60_000;
const PAUSE_MS = 25;
const TRIES = 3;

/** Where a server may keep its things and how it may live. */
export interface LaunchContext {
  /** Folder for the server's data, made when the server is started. */
  readonly folder: string;
  /** True when the folder goes with the server. */
  readonly temporary: boolean;
  readonly logFile: string;
  /** Ports of the run before by name, used again when they are free; the ports in use are noted here. */
  readonly ports: Record<string, number>;
  readonly progress: Progress;
}

/** A program with its arguments and environment. */
export type Command = Pick<ProcessOptions, 'command' | 'args' | 'env'>;

/** A server that answers. One that was configured has no processes: it is not ours to end. */
export interface Launched<T> {
  readonly address: T;
  readonly processes: readonly SupervisedProcess[];
}

/**
 * Starts a program that listens on the named ports and waits, a minute at most, until it answers. A port that somebody
 * takes in between is a reason to try again with others.
 *
 * @throws Unavailable with the end of the log when the program ends or does not answer
 */
export async function launch(
  context: LaunchContext,
  name: string,
  portNames: readonly string[],
  commandFor: (ports: readonly number[]) => Command | Promise<Command>,
  answers: (ports: readonly number[]) => Promise<boolean>,
): Promise<{ readonly ports: readonly number[]; readonly process: SupervisedProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(context, portNames, attempt > 1);
    const process = await superviseIn(context, { name, ...(await commandFor(ports)) });
    try {
      await untilAnswering(context, process, () => answers(ports));
      return { ports, process };
    } catch (error) {
      await process.stop();
      if (attempt === TRIES || !(await anyTaken(ports))) throw error;
    }
  }
}

/** Starts a program that keeps its data in the context's folder, which is made, and goes with it when temporary. */
export async function superviseIn(
  context: Omit<LaunchContext, 'ports'>,
  command: Command & { readonly name: string },
): Promise<SupervisedProcess> {
  await mkdir(context.folder, { recursive: true, mode: 0o700 });
  return await supervise({
    ...command,
    logFile: context.logFile,
    ...(context.temporary ? { removeAfter: context.folder } : {}),
  });
}

async function choosePorts(context: LaunchContext, names: readonly string[], fresh: boolean): Promise<number[]> {
  const chosen: number[] = [];
  for (const name of names) {
    let port = await freePort(fresh ? undefined : context.ports[name]);
    while (chosen.includes(port)) port = await freePort();
    chosen.push(port);
    context.ports[name] = port;
  }
  return chosen;
}

async function anyTaken(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) if (await accepts(port)) return true;
  return false;
}

/**
 * Waits, a minute at most, until a started program answers.
 *
 * @throws Unavailable with the end of its log when it ends before or does not answer
 */
export async function untilAnswering(
  context: Pick<LaunchContext, 'logFile' | 'progress'>,
  process: SupervisedProcess,
  answers: () => Promise<boolean>,
): Promise<void> {
  let exitCode: number | undefined;
  void process.ended.then((code) => (exitCode = code));
  const deadline = performance.now() + LONGEST_START_MS;
  await withProgress(context.progress, `starting ${process.name}`, async () => {
    while (!(await answers())) {
      if (exitCode !== undefined) throw await failure(context, `ended with exit code ${exitCode} before it answered`);
      if (performance.now() > deadline) throw await failure(context, 'did not answer within a minute');
      await pause(PAUSE_MS);
    }
  });
}

async function failure(context: Pick<LaunchContext, 'logFile'>, what: string): Promise<Unavailable> {
  const log = await readFile(context.logFile, 'utf8').catch(() => '');
  return new Unavailable(`${what}; log ${context.logFile} ends: ${lastLines(log)}`);
}

/** Whether something accepts connections at the port. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1_000 });
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
