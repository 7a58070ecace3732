import { reportCycleWorkflowId } from '../../domain/names.js';
import { pauseSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Lets a report cycle stand still without losing work.
// npx tsx client/examples/pause-cycle.ts <Workday instance>
const [instance = 'Workday'] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(reportCycleWorkflowId(instance)).signal(pauseSignal);
console.log('told: pause');
await client.connection.close();
