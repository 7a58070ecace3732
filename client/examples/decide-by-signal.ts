import { decideSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Answers a question by signal: works without a worker, tells nothing back.
// npx tsx client/examples/decide-by-signal.ts <workflow id> <task id> <option> <your e-mail>
const [workflowId = '', taskId = '', option = '', by = ''] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(workflowId).signal(decideSignal, { taskId, option, by });
console.log(`sent: ${option}`);
await client.connection.close();
