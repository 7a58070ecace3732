import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const WATCHDOG = fileURLToPath(new URL('./watchdog.sh', import.meta.url));
const LARGEST_LOG_BYTES = 10_000_000;

/** What to run and how it may live. */
export interface ProcessOptions {
  /** Name in messages, e.g. `temporal`. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the program; default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** File that both output streams are appended to; absent: they go where this process's own go. */
  readonly logFile?: string;
  /** Seconds between SIGTERM and SIGKILL, default 5. */
  readonly graceSeconds?: number;
  /** A temporary folder to delete once the program has ended, however that came about. */
  readonly removeAfter?: string;
}

/** A program that cannot outlive the process that started it. */
export interface SupervisedProcess {
  readonly name: string;
  /** The program and its watchdog: none of them lives ten seconds after the end of this process or of {@link stop}. */
  readonly pids: readonly number[];
  /** Resolves with the exit code when the program has ended; 128 and the signal's number when a signal ended it. */
  readonly ended: Promise<number>;
  /** Ends the program: SIGTERM, then SIGKILL after the grace time. May be called any number of times. */
  stop(): Promise<void>;
  /** Lets this process end while the program still runs, which ends the program too. */
  release(): void;
}

/**
 * Starts a program under a watchdog of its own, which ends it when this process stops it, ends or is killed, SIGKILL
 * included: the watchdog notices by the closing of a pipe. The program runs in its own session, so that a Ctrl-C at the
 * terminal reaches only this process, which decides about the order. POSIX systems only.
 */
export async function supervise(options: ProcessOptions): Promise<SupervisedProcess> {
  const output = options.logFile === undefined ? 'inherit' : openLog(options.logFile);
  const watchdog = spawn(
    '/bin/sh',
    [WATCHDOG, String(options.graceSeconds ?? 5), options.removeAfter ?? '', options.command, ...(options.args ?? [])],
    {
      detached: true,
      stdio: ['pipe', output, output, 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    },
  );
  if (typeof output === 'number') closeSync(output);
  return follow(watchdog, options);
}

async function follow(watchdog: ChildProcess, options: ProcessOptions): Promise<SupervisedProcess> {
  const lifeline = watchdog.stdin as Writable;
  const reports = watchdog.stdio[3] as Readable;
  // The pipe may close while the watchdog is already on its way out.
  lifeline.on('error', () => undefined);
  let exitCode = 1;
  const ended = new Promise<number>((resolve) => {
    watchdog.once('exit', () => setImmediate(() => resolve(exitCode)));
  });
  const pid = await new Promise<number>((resolve, reject) => {
    watchdog.once('error', (cause) => reject(new Error(`${options.name} could not be started`, { cause })));
    watchdog.once('exit', () => reject(new Error(`${options.name} could not be started: its watchdog ended at once`)));
    createInterface({ input: reports }).on('line', (line) => {
      const [what, value] = line.split(' ');
      if (what === 'pid') resolve(Number(value));
      if (what === 'exit') exitCode = Number(value);
    });
  });

  return {
    name: options.name,
    pids: watchdog.pid === undefined ? [pid] : [pid, watchdog.pid],
    ended,
    async stop() {
      for (const handle of [watchdog, lifeline, reports]) setKeepsAlive(handle, true);
      lifeline.end();
      await ended;
    },
    release() {
      for (const handle of [watchdog, lifeline, reports]) setKeepsAlive(handle, false);
    },
  };
}

/** The pipes of a child process are sockets, though their declared types do not say so. */
function setKeepsAlive(handle: object, value: boolean): void {
  const { ref, unref } = handle as { ref?: () => void; unref?: () => void };
  (value ? ref : unref)?.call(handle);
}

/** Opens a log for appending. One that has grown large makes room, keeping its predecessor. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}

/**
 * Runs `stop` once when this process is asked to end (SIGINT, SIGTERM, SIGHUP), or, when npm started it, when npm is
 * gone; then ends with exit code 130 (143, 129). A second signal ends at once: the watchdogs see to the rest.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (code: number): void => {
    if (stopping) process.exit(code);
    stopping = true;
    stop()
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit(code));
  };
  process.on('SIGINT', () => end(130));
  process.on('SIGTERM', () => end(143));
  process.on('SIGHUP', () => end(129));
  if (process.env['npm_lifecycle_event'] !== undefined) whenParentIsGone(() => end(143));
}

/** npm waits for what it starts; another parent process means that it was killed and could pass no signal on. */
function whenParentIsGone(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, 1_000);
  timer.unref();
}
