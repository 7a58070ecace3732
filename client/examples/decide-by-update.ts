import { decideUpdate } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Answers a question by update: returns once the answer is verified and recorded, and fails when another came first.
// npx tsx client/examples/decide-by-update.ts <workflow id> <task id> <option> <your e-mail>
const [workflowId = '', taskId = '', option = '', by = ''] = process.argv.slice(2);
const client = await connect();
const args: [{ taskId: string; option: string; by: string }] = [{ taskId, option, by }];
const receipt = await client.workflow.getHandle(workflowId).executeUpdate(decideUpdate, { args, updateId: taskId });
console.log(`recorded: ${receipt.option}`);
await client.connection.close();
