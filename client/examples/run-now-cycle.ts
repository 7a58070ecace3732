import { reportCycleWorkflowId } from '../../domain/names.js';
import { runNowSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Starts the next run of a report cycle at once.
// npx tsx client/examples/run-now-cycle.ts <Workday instance>
const [instance = 'Workday'] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(reportCycleWorkflowId(instance)).signal(runNowSignal);
console.log('told: run-now');
await client.connection.close();
