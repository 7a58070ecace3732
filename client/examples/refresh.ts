import { WorkflowType } from '../../domain/names.js';
import { refreshSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// After a deployment: every waiting run continues as new, so that the new code takes over.
// npx tsx client/examples/refresh.ts
const client = await connect();
let told = 0;
const types = [WorkflowType.SyncUser, WorkflowType.IamConfiguration].map((type) => `'${type}'`).join(', ');
const query = `WorkflowType IN (${types}) AND ExecutionStatus = 'Running'`;
for await (const { workflowId } of client.workflow.list({ query })) {
  await client.workflow.getHandle(workflowId).signal(refreshSignal);
  told += 1;
}
console.log(`${told} runs told`);
await client.connection.close();
