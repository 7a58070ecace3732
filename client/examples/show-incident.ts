import { incidentQuery } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Where a run is.
// npx tsx client/examples/show-incident.ts <workflow id>
const [workflowId = ''] = process.argv.slice(2);
const client = await connect();
console.log(await client.workflow.getHandle(workflowId).query(incidentQuery));
await client.connection.close();
