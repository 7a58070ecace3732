import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode } from '@temporalio/worker';

/** Build step: writes the workflow bundle next to the compiled worker, which then needs no bundler to start. */
const TARGET = fileURLToPath(new URL('../dist/worker/workflow-bundle.js', import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
});
await writeFile(TARGET, code);
console.log(`${TARGET}: ${Math.round(code.length / 1024)} KiB`);
