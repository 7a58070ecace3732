import { reportCycleWorkflowId } from '../../domain/names.js';
import { progressQuery } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Where a report cycle is.
// npx tsx client/examples/show-cycle.ts <Workday instance>
const [instance = 'Workday'] = process.argv.slice(2);
const client = await connect();
console.log(await client.workflow.getHandle(reportCycleWorkflowId(instance)).query(progressQuery));
await client.connection.close();
