import { resolveHaltSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Goes on with a halted incident by signal: works without a worker, tells nothing back.
// npx tsx client/examples/resolve-halt-by-signal.ts <workflow id> <task id> retry <your e-mail>
const [workflowId = '', taskId = '', resolution = 'retry', by = ''] = process.argv.slice(2);
if (resolution !== 'retry' && resolution !== 'close') throw new Error('say retry or close');
const client = await connect();
await client.workflow.getHandle(workflowId).signal(resolveHaltSignal, { taskId, resolution, by });
console.log(`sent: ${resolution}`);
await client.connection.close();
