import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { supervise } from './supervisor.js';
import { onPath, Unavailable } from './sources.js';

const LONGEST_RUN_MS = 600_000;
const LONGEST_CONNECT_MS = 3_000;

/** Coordinates of a Java library in a Maven repository. */
export interface MavenArtifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Installs one Python package without its dependencies into a folder. pip checks it against the index's hash. */
export async function pipInstall(requirement: string, folder: string): Promise<void> {
  const python = await onPath('python3').catch(() => {
    throw new Unavailable('python3 not found');
  });
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
  await run(python, ['-m', 'pip', 'install', ...options, '--retries', '1', '--target', folder, requirement]);
}

/** Copies Java libraries and all they need into a folder. Maven checks them against the repository's checksums. */
export async function mavenCopy(artifacts: readonly MavenArtifact[], folder: string): Promise<void> {
  const maven = await onPath('mvn').catch(() => {
    throw new Unavailable('mvn not found');
  });
  const scratch = await mkdtemp(join(tmpdir(), 'ilm-maven-'));
  try {
    const pom = join(scratch, 'pom.xml');
    await writeFile(pom, pomOf(artifacts));
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
    await run(maven, ['--quiet', '--batch-mode', '--strict-checksums', '--file', pom, ...goal]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function pomOf(artifacts: readonly MavenArtifact[]): string {
  const dependencies = artifacts.map(
    ({ groupId, artifactId, version }) =>
      `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`,
  );
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>ilm</groupId><artifactId>sandbox</artifactId><version>1</version>',
    `<dependencies>${dependencies.join('')}</dependencies></project>`,
  ].join('\n');
}

/**
 * Runs a program to its end, which it cannot outlive this process in, and returns what it printed.
 *
 * @throws Unavailable with the last lines it printed when it fails or takes more than ten minutes
 */
export async function run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'ilm-run-'));
  const logFile = join(scratch, 'output');
  try {
    const program = await supervise({ name: command, command, args, logFile, ...(env === undefined ? {} : { env }) });
    const timer = setTimeout(() => void program.stop(), LONGEST_RUN_MS);
    const code = await program.ended.finally(() => clearTimeout(timer));
    const output = await readFile(logFile, 'utf8');
    if (code !== 0) throw new Unavailable(`${command} failed (exit code ${code}): ${lastLines(output)}`);
    return output;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The last lines of a program's output, for a message. */
export function lastLines(output: string, count = 3): string {
  return output.trim().split('\n').slice(-count).join('\n');
}

/**
 * Finds out within three seconds whether a download host can be reached, so that its downloader need not be started in
 * vain. Behind a proxy, which resolves names itself, it cannot be told and counts as reachable.
 *
 * @throws Unavailable when it cannot
 */
export async function requireReachable(host: string): Promise<void> {
  const { HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy } = process.env;
  if ([HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy].some((proxy) => proxy !== undefined && proxy !== '')) return;
  try {
    await lookup(host);
  } catch {
    throw new Unavailable(`${host} cannot be resolved`);
  }
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port: 443, timeout: LONGEST_CONNECT_MS }, () => {
      socket.destroy();
      resolve();
    });
    const fail = (): void => {
      socket.destroy();
      reject(new Unavailable(`${host} does not answer`));
    };
    socket.once('timeout', fail);
    socket.once('error', fail);
  });
}
