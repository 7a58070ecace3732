import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Downloads a Temporal server with the SDK's own downloader: `vendor-download.ts temporal|test-server FOLDER`. The SDK
 * can only download and start at once, so this is a program of its own: the server it starts ends with it.
 */
async function main(what: string | undefined, downloadDir: string | undefined): Promise<void> {
  if (downloadDir === undefined) throw new Error('usage: vendor-download.ts temporal|test-server FOLDER');
  const server = { executable: { type: 'cached-download' as const, downloadDir } };
  const environment =
    what === 'temporal'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
