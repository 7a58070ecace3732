import { turnSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Tells a run that it may be its turn for its person. Repeating it is harmless.
// npx tsx client/examples/turn.ts <workflow id>
const [workflowId = ''] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(workflowId).signal(turnSignal);
console.log('told: turn');
await client.connection.close();
