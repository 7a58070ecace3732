import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `.ilm/run.json` says while the sandbox runs. */
export interface RunInfo {
  /** Pages for people; every one answers. */
  readonly addresses: Readonly<Record<string, string>>;
  /** This process and every process that it began. */
  readonly pids: readonly number[];
  /** The story of the day is told and came true. */
  readonly done: boolean;
}

const OWNER_ONLY = 0o600;
/** Variables that programs beside the sandbox need to reach the same servers. */
const CONNECTIONS = ['TEMPORAL_ADDRESS', 'MONGODB_URI', 'ILM_LINK_BASE_URL'] as const;

/**
 * Files by which other programs find a running sandbox: `run.json` for people and tests, `environment.json` (readable by
 * its owner only) with the variables that the `ilm` command takes when the standard ones are absent.
 */
export class RunFile {
  readonly #run: string;
  readonly #environment: string;
  #info: RunInfo | undefined;

  constructor(dataDir: string) {
    this.#run = join(dataDir, 'run.json');
    this.#environment = join(dataDir, 'environment.json');
  }

  async write(info: RunInfo, environment: Readonly<Record<string, string>>): Promise<void> {
    const connections = Object.fromEntries(CONNECTIONS.map((name) => [name, process.env[name] ?? '']));
    await replace(this.#environment, { ...environment, ...connections });
    this.#info = info;
    await replace(this.#run, info);
  }

  async markDone(done: boolean): Promise<void> {
    if (this.#info === undefined) return;
    this.#info = { ...this.#info, done };
    await replace(this.#run, this.#info);
  }

  /** Nothing runs any more. */
  async remove(): Promise<void> {
    await Promise.all([rm(this.#run, { force: true }), rm(this.#environment, { force: true })]);
  }
}

async function replace(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content, null, 2), { mode: OWNER_ONLY });
  await rename(`${file}.new`, file);
}
