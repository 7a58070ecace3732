/**
 * Runs the test files: `node test/run.mjs [--soak] [PART OF A FILE NAME...]`.
 *
 * Servers are started when the first test asks for them, shared by all files and always ended. Node's own search for
 * test files is not used: given a folder it runs nothing on Node 20 and reports success.
 */
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

const LONGEST_FILE_MS = 300_000;
const LONGEST_SOAK_FILE_MS = 3_600_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const soak = process.argv.includes('--soak');
const filters = process.argv.slice(2).filter((argument) => argument !== '--soak');

register();
const { stopTestServers, testServers } = await import('./support/servers.ts');
const { stopOnSignal, supervise } = await import('../sandbox/servers/supervisor.ts');

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
    ...['--import', 'tsx', '--test', '--test-reporter=spec'],
    `--test-concurrency=${Math.min(2, availableParallelism())}`,
    `--test-timeout=${soak ? LONGEST_SOAK_FILE_MS : LONGEST_FILE_MS}`,
    ...files,
  ],
  cwd: root,
  env: { ...process.env, ILM_TEST_SERVERS: servers },
});
stopOnSignal(() => tests.stop());
const code = await tests.ended;
await stopTestServers();
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
    testServers(request.url.slice(1)).then(
      (addresses) => response.end(JSON.stringify(addresses)),
      (error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise((resolve) => offer.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${offer.address().port}`;
}
