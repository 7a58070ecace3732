import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../../client/program.js';

/** What a command left behind. */
export interface CommandEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The part of a test context that is needed here. */
interface CommandScope {
  after(fn: () => void): void;
  readonly mock: { method(object: object, name: string, implementation: (...args: never[]) => unknown): unknown };
}

const COMMAND = fileURLToPath(new URL('../../client/ilm.mjs', import.meta.url));

/** Runs `ilm` in this process, which is much quicker than a new one. Tests of one file must not overlap. */
export async function ilm(t: CommandScope, ...args: readonly string[]): Promise<CommandEnd> {
  let out = '';
  let err = '';
  const add = {
    out: (text: string) => {
      out += `${text}\n`;
    },
    err: (text: string) => {
      err += `${text}\n`;
    },
  };
  const mocks = [
    t.mock.method(console, 'log', add.out),
    t.mock.method(console, 'error', add.err),
    t.mock.method(process.stderr, 'write', (text: string) => {
      err += text;
      return true;
    }),
  ] as { readonly mock: { restore(): void } }[];
  // Commander writes help and usage faults itself.
  const write = process.stdout.write.bind(process.stdout);
  const help = t.mock.method(process.stdout, 'write', (text: string | Uint8Array) => {
    if (typeof text !== 'string') return write(text);
    out += text;
    return true;
  }) as { readonly mock: { restore(): void } };
  try {
    return { code: await runProgram(args), out, err };
  } finally {
    for (const { mock } of [...mocks, help]) mock.restore();
  }
}

/**
 * Runs `ilm` as a process of its own.
 *
 * @param options.env the whole environment beside `PATH`
 */
export async function ilmProcess(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env['PATH'], ...options.env },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  return { code, out, err };
}

/** A directory of the test's own with the given files, removed after it. Texts are written as they are, the rest as JSON. */
export function filesOf(
  t: Pick<CommandScope, 'after'>,
  files: Readonly<Record<string, unknown>>,
): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'ilm-cli-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return (name) => join(directory, name);
}
