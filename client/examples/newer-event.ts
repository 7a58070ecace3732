import { MAIN_TASK_QUEUE, WorkflowType } from '../../domain/names.js';
import { newerEventSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Brings a queued incident to its run, starting the run when there is none. Repeating it is harmless.
// npx tsx client/examples/newer-event.ts <workflow id> <incident id>
const [workflowId = '', incidentId = ''] = process.argv.slice(2);
const client = await connect();
await client.workflow.signalWithStart(WorkflowType.SyncUser, {
  workflowId,
  taskQueue: MAIN_TASK_QUEUE,
  args: [{ v: 1, incidentId }],
  signal: newerEventSignal,
  signalArgs: [incidentId],
});
console.log(`told: ${incidentId}`);
await client.connection.close();
