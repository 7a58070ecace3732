import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';

/**
 * Checks the commands of the documentation. `--parse-only` asks the shell whether each `sh` block is well formed;
 * without it every block not marked `no-run` is run, next to a service that was started for it, on fresh data.
 */

interface Block {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** Commands that the pipeline runs as steps of its own; running them here would run the pipeline inside itself. */
const RUN_BY_PIPELINE = new Set(['npm test', 'npm run check']);
const START_LIMIT_MS = 10 * 60_000;
const BLOCK_LIMIT_MS = 5 * 60_000;
const STOP_LIMIT_MS = 15_000;

/** Every runnable block of a document, with the line where it begins. */
function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; lines: string[]; wanted: boolean } | null = null;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      if (open === null && text.startsWith('```')) {
        const words = text.slice(3).trim().split(/\s+/);
        open = { line: index + 2, lines: [], wanted: words[0] === 'sh' && !words.includes('no-run') };
      } else if (open !== null && text.startsWith('```')) {
        if (open.wanted) blocks.push({ file, line: open.line, text: open.lines.join('\n') });
        open = null;
      } else open?.lines.push(text);
    });
  return blocks;
}

function parse(blocks: readonly Block[]): number {
  let faults = 0;
  for (const { file, line, text } of blocks) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    if (status === 0) continue;
    faults += 1;
    console.error(`${file}:${line}: the shell refuses this block: ${stderr.trim()}`);
  }
  console.log(`${blocks.length} blocks parsed, ${faults} faulty`);
  return faults;
}

async function startService(): Promise<() => Promise<void>> {
  const service = spawn('npm', ['start'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!isDone()) {
    if (service.exitCode !== null || Date.now() > deadline)
      throw new Error('the service for the examples did not start');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return async () => {
    const ended = new Promise((resolve) => service.once('exit', resolve));
    if (service.pid !== undefined) process.kill(-service.pid, 'SIGINT');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS))]);
  };
}

function isDone(): boolean {
  try {
    return (JSON.parse(readFileSync('.ilm/run.json', 'utf8')) as { done?: boolean }).done === true;
  } catch {
    return false;
  }
}

function run(blocks: readonly Block[]): number {
  let faults = 0;
  for (const { file, line, text } of blocks) {
    if (text.split('\n').every((command) => RUN_BY_PIPELINE.has(command.trim()))) {
      console.log(`${file}:${line}: left to the pipeline`);
      continue;
    }
    console.log(`${file}:${line}: ${text.split('\n')[0]}`);
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail'], {
      input: text,
      encoding: 'utf8',
      timeout: BLOCK_LIMIT_MS,
    });
    if (status === 0) continue;
    faults += 1;
    console.error(`${file}:${line}: ended with ${status}\n${stdout}\n${stderr}`);
  }
  console.log(`${blocks.length} blocks run, ${faults} faulty`);
  return faults;
}

async function runAll(blocks: readonly Block[]): Promise<number> {
  const isStart = ({ text }: Block): boolean => text.includes('npm start');
  rmSync('.ilm', { recursive: true, force: true });
  // Only one service can use the directory, so what starts one comes first. The rest finds its data.
  const faults = run(blocks.filter(isStart));
  const stop = await startService();
  try {
    return faults + run(blocks.filter((block) => !isStart(block)));
  } finally {
    await stop();
  }
}

const blocks = DOCUMENTS.flatMap(blocksOf);
const faults = process.argv.includes('--parse-only') ? parse(blocks) : await runAll(blocks);
process.exitCode = faults === 0 ? 0 : 1;
