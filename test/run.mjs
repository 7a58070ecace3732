/**
 * Runs the test files: `node test/run.mjs [--soak] [--timeout SECONDS] [PART OF A FILE NAME...]`. A file that takes
 * longer than the time-out, five minutes unless told otherwise, counts as failed and is ended.
 *
 * Files in which a test failed are run once more by themselves, and both runs are printed: tests of time-outs, of processes
 * that are killed and of skipped time share the machine with whatever else runs on it.
 *
 * Servers are started when the first test asks for them, shared by all files and always ended. Node's own search for
 * test files is not used: given a folder it runs nothing on Node 20 and reports success.
 */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { register } from 'tsx/esm/api';

const LONGEST_FILE_MS = 300_000;
const LONGEST_SOAK_FILE_MS = 3_600_000;
/** From Node's time-out, which asks a file to end, until it is killed. */
const GRACE_MS = 3_000;
/** More files than this do not fail because a machine is busy. */
const MOST_RERUN = 5;
const FAILED_FILES = fileURLToPath(new URL('./support/failed-files.mjs', import.meta.url));

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals: filters } = parseArgs({
  options: { soak: { type: 'boolean', default: false }, timeout: { type: 'string' } },
  allowPositionals: true,
});
const soak = values.soak;
const timeoutMs =
  values.timeout === undefined ? (soak ? LONGEST_SOAK_FILE_MS : LONGEST_FILE_MS) : values.timeout * 1_000;

register();
const { startServers } = await import('../sandbox/servers/servers.ts');
const { stopOnSignal, supervise } = await import('../sandbox/servers/supervisor.ts');

/** Each server that a test has asked for, by name. */
const running = new Map();
const files = await findTests();
if (files.length === 0) {
  console.error(`No test file ${filters.length === 0 ? 'in test/' : `matches ${filters.join(' ')}`}.`);
  process.exit(1);
}
const servers = await offerServers();
let current;
let isStopped = false;
stopOnSignal(async () => {
  isStopped = true;
  await current?.stop();
  await stopServers();
});
let { code, failed } = await runFiles(files, Math.min(2, availableParallelism()));
if (code !== 0 && !isStopped && failed.length > 0 && failed.length <= MOST_RERUN) {
  console.error(`\nOnce more, one by one, since other programs may have been in the way: ${failed.join(' ')}\n`);
  ({ code, failed } = await runFiles(failed, 1));
  console.error(code === 0 ? '\nThe second run passed. A test that needs one has a fault of its own.' : '');
}
await stopServers();
process.exit(code);

/** Runs test files and answers the exit code and the files with failures. */
async function runFiles(paths, atOnce) {
  const folder = await mkdtemp(join(tmpdir(), 'ilm-tests-'));
  const failures = join(folder, 'failed');
  current = await supervise({
    name: 'tests',
    command: process.execPath,
    args: [
      ...['--import', 'tsx', '--import', join(root, 'test', 'support', 'deadline.mjs'), '--enable-source-maps'],
      ...['--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[`--test-reporter=${pathToFileURL(FAILED_FILES).href}`, `--test-reporter-destination=${failures}`],
      ...[`--test-concurrency=${atOnce}`, `--test-timeout=${timeoutMs}`],
      ...paths,
    ],
    cwd: root,
    env: { ...process.env, ILM_TEST_SERVERS: servers, ILM_TEST_DEADLINE_MS: String(timeoutMs + GRACE_MS) },
  });
  const ended = await current.ended;
  const told = await readFile(failures, 'utf8').catch(() => '');
  await rm(folder, { recursive: true, force: true });
  const names = new Set(told.split('\n').map((path) => relative(root, path)));
  return { code: ended, failed: paths.filter((path) => names.has(path)) };
}

async function findTests() {
  const endings = soak ? ['.test.ts', '.soak.ts'] : ['.test.ts'];
  const entries = await readdir(join(root, 'test'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}

/** Answers `GET /<server>` with its addresses once it runs. The address of this is all that test files are told. */
async function offerServers() {
  const offer = createServer((request, response) => {
    const name = request.url.slice(1);
    if (!running.has(name))
      running.set(name, startServers({ need: [name], logDir: join(root, '.ilm', 'logs', 'test') }));
    running.get(name).then(
      ({ addresses }) => response.end(JSON.stringify(addresses)),
      (error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise((resolve) => offer.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${offer.address().port}`;
}

async function stopServers() {
  const started = (await Promise.allSettled(running.values())).filter(({ status }) => status === 'fulfilled');
  await Promise.all(started.map(({ value }) => value.stop()));
}
