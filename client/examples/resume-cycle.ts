import { reportCycleWorkflowId } from '../../domain/names.js';
import { resumeSignal } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Lets a paused report cycle go on.
// npx tsx client/examples/resume-cycle.ts <Workday instance>
const [instance = 'Workday'] = process.argv.slice(2);
const client = await connect();
await client.workflow.getHandle(reportCycleWorkflowId(instance)).signal(resumeSignal);
console.log('told: resume');
await client.connection.close();
