import { ownerSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Shows in the Temporal UI who looks after an incident. `ilm incident assign` does this and writes the record as well.
// npx tsx client/examples/assign-owner.ts <workflow id> <id of the person, as ilm.yaml has it>
const [workflowId = '', ownerId = ''] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(workflowId).signal(ownerSignal, ownerId);
console.log(`told: ${ownerId}`);
await client.connection.close();
