/**
 * Brings node_modules in line with package-lock.json before `npm start` and `npm test`, so that a fresh clone needs no
 * other command. Plain Node without packages, as none may be there yet. Nothing to do costs some milliseconds.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const LONGEST_SILENCE_MS = 4_000;

install(dirname(dirname(dirname(fileURLToPath(import.meta.url))))).catch((error) => {
  console.error(error.message);
  process.exit(1);
});

/** Installs what the lock file names unless that is in place. */
async function install(root) {
  requireNode(process.versions.node);
  const lockFile = join(root, 'package-lock.json');
  if (!existsSync(lockFile)) throw new Error(`${lockFile} is missing: restore it, e.g. git checkout package-lock.json`);
  if (isInPlace(packagesOf(lockFile), packagesOf(join(root, 'node_modules', '.package-lock.json')))) return;
  console.error('Installing packages (npm ci) ...');
  await npmCi(root);
}

function requireNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(`Node ${version} is too old: install Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org).`);
}

/** npm notes what it has installed in a lock file of the same form, without the project itself. */
function packagesOf(file) {
  try {
    const { '': _project, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages;
    return packages;
  } catch {
    return {};
  }
}

/** Optional packages are those of other platforms: they may be missing, but none of them may be all there is. */
function isInPlace(wanted, installed) {
  const sameOrMissing = Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const present = installed[path];
    if (present === undefined) return optional === true;
    return present.version === version && present.integrity === integrity && runsHere(present);
  });
  return sameOrMissing && Object.keys(installed).length > 0 && Object.keys(installed).every((path) => path in wanted);
}

function runsHere({ os = [], cpu = [], optional }) {
  return optional !== true || (admits(os, process.platform) && admits(cpu, process.arch));
}

/** npm's lists name what is allowed, or, each with an exclamation mark, what is not. */
function admits(list, name) {
  return list.every((entry) => entry.startsWith('!')) ? !list.includes(`!${name}`) : list.includes(name);
}

async function npmCi(root) {
  const began = performance.now();
  const timer = setInterval(() => {
    console.error(`installing packages ... ${Math.round((performance.now() - began) / 1_000)} s`);
  }, LONGEST_SILENCE_MS);
  try {
    const code = await new Promise((resolve, reject) => {
      const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
      const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
      npm.once('error', reject);
      npm.once('close', resolve);
    });
    if (code === 0) return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Error('npm was not found on the PATH. It comes with Node: install Node from https://nodejs.org.');
  } finally {
    clearInterval(timer);
  }
  throw new Error(`npm ci failed, see above. Check the network, then run npm ci in ${root}.`);
}
