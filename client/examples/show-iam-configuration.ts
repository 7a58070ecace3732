import { iamConfigurationWorkflowId } from '../../domain/names.js';
import { iamConfigurationQuery } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Shows which applications of an Okta instance are connected, by query of the open form.
// npx tsx client/examples/show-iam-configuration.ts <okta instance>
const [okta = ''] = process.argv.slice(2);
const client = await connect();
console.log(await client.workflow.getHandle(iamConfigurationWorkflowId(okta)).query(iamConfigurationQuery));
await client.connection.close();
