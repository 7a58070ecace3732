import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, isHeld, obtain } from './cache.js';
import { accepts, launch } from './launch.js';
import type { Command, Launched, LaunchContext } from './launch.js';
import type { MavenArtifact } from './packages.js';
import { mavenCopy, requireReachable, run } from './packages.js';
import { withProgress } from './progress.js';
import type { Progress } from './progress.js';
import { configured, MisconfiguredError, onPath, takeFirst, Unavailable } from './sources.js';

const DOWNLOAD_HOST = 'fastdl.mongodb.org';
/** The server lives for minutes beside programs that need the processors: compiling less halves what it takes. */
const JAVA_OPTIONS = ['-Xmx2g', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const STAND_IN_VERSION = '1.47.0';
/** What the stand-in for MongoDB is made of. */
export const STAND_IN_LIBRARIES: readonly MavenArtifact[] = ['mongo-java-server', 'mongo-java-server-h2-backend'].map(
  (artifactId) => ({ groupId: 'de.bwaldvogel', artifactId, version: STAND_IN_VERSION }),
);
const STAND_IN_SOURCE = fileURLToPath(new URL('./EmbeddedMongo.java', import.meta.url));
const LONGEST_CONNECT_MS = 3_000;

/** Where MongoDB answers. */
export interface MongoAddress {
  /** Connection string without a database. */
  readonly mongodbUri: string;
}

/** MongoDB, or the stand-in for it where no `mongod` can be had. */
export async function startMongo(context: LaunchContext): Promise<Launched<MongoAddress>> {
  const { progress } = context;
  return await takeFirst(
    'MongoDB',
    [
      { name: 'MONGODB_URI', take: useConfigured },
      { name: 'mongod on the PATH', take: async () => startMongod(context, await onPath('mongod')) },
      {
        name: 'download by mongodb-memory-server',
        held: async () => (await locateDownloaded()) !== undefined,
        take: async () => startMongod(context, await downloadedMongod(progress)),
      },
      {
        name: `Maven mongo-java-server ${STAND_IN_VERSION}`,
        held: async () => isHeld(await standInFolder()),
        take: () => startStandIn(context),
      },
    ],
    'Install MongoDB (https://www.mongodb.com/docs/manual/installation/), or a JDK 17 with Maven, or set MONGODB_URI.',
    progress,
  );
}

async function useConfigured(): Promise<Launched<MongoAddress>> {
  const mongodbUri = configured('MONGODB_URI');
  const { MongoClient } = await import('mongodb');
  try {
    const client = await MongoClient.connect(mongodbUri, { serverSelectionTimeoutMS: LONGEST_CONNECT_MS });
    await client.close();
  } catch (cause) {
    throw new MisconfiguredError('The server that MONGODB_URI names does not answer. Start it or unset MONGODB_URI.', {
      cause,
    });
  }
  return { address: { mongodbUri }, processes: [] };
}

async function startMongod(context: LaunchContext, command: string): Promise<Launched<MongoAddress>> {
  const dbpath = join(context.folder, 'mongod');
  const options = ['--bind_ip', '127.0.0.1', '--wiredTigerCacheSizeGB', '0.5', '--quiet'];
  return await startOnPort(context, async (port) => {
    await mkdir(dbpath, { recursive: true });
    return { command, args: ['--dbpath', dbpath, '--port', port, ...options] };
  });
}

const downloadOptions = () => ({ downloadDir: join(cacheFolder(), 'mongod'), checkMD5: true });

async function locateDownloaded(): Promise<string | undefined> {
  const { DryMongoBinary } = await import('mongodb-memory-server-core');
  return await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions(downloadOptions()));
}

async function downloadedMongod(progress: Progress): Promise<string> {
  const held = await locateDownloaded();
  if (held !== undefined) return held;
  await requireReachable(DOWNLOAD_HOST);
  // Its own retries would hold up the next source for seven seconds.
  process.env['MONGOMS_MAX_RETRIES'] ??= '1';
  const { MongoBinary } = await import('mongodb-memory-server-core');
  return await withProgress(progress, 'downloading mongod', () => MongoBinary.getPath(downloadOptions()));
}

/**
 * A Java program in front of an H2 file. It lacks transactions, partial indexes, pipeline updates and array filters, for
 * which the store does not ask. Tests use a file as well: memory starts no faster, and a file is what everybody else runs.
 */
async function startStandIn(context: LaunchContext): Promise<Launched<MongoAddress>> {
  const jdk = process.env['JAVA_HOME'] === undefined ? [] : [join(process.env['JAVA_HOME'], 'bin')];
  const [java, javac] = await Promise.all([onPath('java', jdk), onPath('javac', jdk)]).catch(() => {
    throw new Unavailable('no JDK found (java and javac)');
  });
  const classes = await obtainStandIn(javac, context.progress);
  const classPath = [classes, join(classes, '*')].join(delimiter);
  const file = join(context.folder, 'stand-in.mv');
  return await startOnPort(context, (port) => ({
    command: java,
    args: [...JAVA_OPTIONS, '-cp', classPath, 'EmbeddedMongo', port, file],
  }));
}

async function standInFolder(): Promise<string> {
  const source = await readFile(STAND_IN_SOURCE);
  const hash = createHash('sha256').update(source).digest('hex');
  return `mongo-java-server-${STAND_IN_VERSION}-${hash.slice(0, 8)}`;
}

/** Compiled once, which saves 0.7 s at each start. */
async function obtainStandIn(javac: string, progress: Progress): Promise<string> {
  return await obtain(await standInFolder(), async (draft) => {
    await withProgress(progress, `installing mongo-java-server ${STAND_IN_VERSION}`, async () => {
      await mavenCopy(STAND_IN_LIBRARIES, draft);
      await run(javac, ['-cp', join(draft, '*'), '-d', draft, STAND_IN_SOURCE]);
    });
  });
}

async function startOnPort(
  context: LaunchContext,
  commandFor: (port: string) => Command | Promise<Command>,
): Promise<Launched<MongoAddress>> {
  const { ports, process } = await launch(
    context,
    'mongodb',
    ['mongodb'],
    ([port]) => commandFor(String(port)),
    async ([port]) => port !== undefined && (await accepts(port)),
  );
  return { address: { mongodbUri: `mongodb://127.0.0.1:${ports[0]}` }, processes: [process] };
}
