import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { supervise } from '../../../sandbox/servers/supervisor.js';
import type { SupervisedProcess } from '../../../sandbox/servers/supervisor.js';
import { eventually } from './eventually.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SHIPPED_ENTRY = 'worker/main.ts';
/** Seconds from SIGTERM to SIGKILL: more than a worker takes to finish what it has begun. */
const GRACE_SECONDS = 30;
/** What the shell says of a process that SIGKILL ended. */
const KILLED = 128 + 9;

/** A worker process as operators run it: the shipped entry, told everything by its environment. */
export class WorkerProcess {
  private constructor(
    private readonly process: SupervisedProcess,
    private readonly logFile: string,
  ) {}

  /**
   * Starts a worker process. It cannot outlive the test.
   *
   * @param entry module to run, relative to the project; the shipped one unless a test needs another
   */
  static async start(
    environment: Readonly<Record<string, string>>,
    logDir: string,
    entry = SHIPPED_ENTRY,
  ): Promise<WorkerProcess> {
    const logFile = `${logDir}/worker-${randomUUID().slice(0, 8)}.log`;
    const started = await supervise({
      name: 'worker',
      command: process.execPath,
      args: ['--import', 'tsx', '--enable-source-maps', entry],
      cwd: ROOT,
      // Nothing of the test's own environment reaches the worker but what a shell would give it.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      logFile,
      graceSeconds: GRACE_SECONDS,
    });
    return new WorkerProcess(started, logFile);
  }

  get pid(): number {
    return this.process.pids[0] ?? 0;
  }

  /** Everything that the process has written so far. */
  get log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Waits until the worker polls its queues. */
  async serving(): Promise<void> {
    let code: number | undefined;
    void this.process.ended.then((ended) => (code = ended));
    await eventually('the worker serves', async () => {
      if (code !== undefined) throw new Error(`the worker ended with exit code ${code}: ${this.log}`);
      return this.log.includes('"msg":"serving"');
    });
  }

  /** Waits until SIGKILL has ended the process, whoever sent it. */
  async killed(): Promise<void> {
    const code = await this.process.ended;
    if (code !== KILLED) throw new Error(`the worker ended with exit code ${code} instead of by SIGKILL: ${this.log}`);
  }

  /** Ends the process without any warning. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.killed();
  }

  /** Asks the process to end, as an orchestrator does, and answers its exit code. */
  async stop(): Promise<number> {
    await this.process.stop();
    return await this.process.ended;
  }
}
