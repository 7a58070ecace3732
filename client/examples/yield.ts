import { yieldSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Asks the holder of a turn to finish what is begun and to give the turn back.
// npx tsx client/examples/yield.ts <workflow id>
const [workflowId = ''] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(workflowId).signal(yieldSignal);
console.log('told: yield');
await client.connection.close();
