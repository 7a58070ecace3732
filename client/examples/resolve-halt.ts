import { resolveHaltUpdate } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Goes on with a halted incident: `retry` repeats what is missing, `close` ends it as it is.
// npx tsx client/examples/resolve-halt.ts <workflow id> <task id> retry <your e-mail>
const [workflowId = '', taskId = '', resolution = 'retry', by = ''] = process.argv.slice(2);
if (resolution !== 'retry' && resolution !== 'close') throw new Error('say retry or close');
const client = await connect();
const args: [{ taskId: string; resolution: 'retry' | 'close'; by: string }] = [{ taskId, resolution, by }];
await client.workflow.getHandle(workflowId).executeUpdate(resolveHaltUpdate, { args });
console.log(`told: ${resolution}`);
await client.connection.close();
