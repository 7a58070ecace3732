import { Worker } from 'node:worker_threads';

/**
 * Loaded into every test file by the runner: kills the process `ILM_TEST_DEADLINE_MS` after its start. Node's own
 * time-out sends SIGTERM, which the Temporal SDK catches and a busy loop never sees; a thread of its own sees to both.
 */
const isTestFile = process.env.NODE_TEST_CONTEXT?.startsWith('child') === true;
const deadline = Number(process.env.ILM_TEST_DEADLINE_MS);

if (isTestFile && deadline > 0) {
  const code = `setTimeout(() => process.kill(${process.pid}, 'SIGKILL'), ${deadline});`;
  // Without the options of this process, which would load this file again.
  new Worker(code, { eval: true, execArgv: [] }).unref();
}
