/**
 * Runs the test files: `node test/run.mjs [--soak] [--timeout SECONDS] [PART OF A FILE NAME...]`. A file that takes
 * longer than the time-out, five minutes unless told otherwise, counts as failed and is ended.
 *
 * Servers are started when the first test asks for them, shared by all files and always ended. Node's own search for
 * test files is not used: given a folder it runs nothing on Node 20 and reports success.
 */
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { register } from 'tsx/esm/api';

const LONGEST_FILE_MS = 300_000;
const LONGEST_SOAK_FILE_MS = 3_600_000;
/** From Node's time-out, which asks a file to end, until it is killed. */
const GRACE_MS = 3_000;

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
const tests = await supervise({
  name: 'tests',
  command: process.execPath,
  args: [
    ...['--import', 'tsx', '--import', join(root, 'test', 'support', 'deadline.mjs'), '--enable-source-maps'],
    ...['--test', '--test-reporter=spec'],
    `--test-concurrency=${Math.min(2, availableParallelism())}`,
    `--test-timeout=${timeoutMs}`,
    ...files,
  ],
  cwd: root,
  env: { ...process.env, ILM_TEST_SERVERS: servers, ILM_TEST_DEADLINE_MS: String(timeoutMs + GRACE_MS) },
});
stopOnSignal(() => tests.stop().then(stopServers));
const code = await tests.ended;
await stopServers();
process.exit(code);

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
