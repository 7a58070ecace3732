import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode } from '@temporalio/worker';

import { WORKFLOW_SOURCES } from './workflow-sources.js';

/** Build step: writes the workflow bundle next to the compiled worker, which then needs no bundler to start. */
const TARGET = fileURLToPath(new URL('../dist/worker/workflow-bundle.js', import.meta.url));

const { code } = await bundleWorkflowCode(WORKFLOW_SOURCES);
await writeFile(TARGET, code);
console.log(`${TARGET}: ${Math.round(code.length / 1024)} KiB`);
