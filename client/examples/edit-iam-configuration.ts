import { openIamConfiguration } from '../../activities/iam-configuration/edit.js';
import { editConfigurationUpdate } from '../../workflows/messages.js';
import { connect } from './connect.js';

// Connects an application in Okta to an instance: returns once that is in force, or says why it is refused.
// npx tsx client/examples/edit-iam-configuration.ts <okta instance> <application id> <instance> <your id in ilm.yaml>
const [okta = '', applicationId = '', instance = '', by = ''] = process.argv.slice(2);
const client = await connect();
const form = await openIamConfiguration(client, okta);
const edit = { kind: 'add', applicationId, instance } as const;
const outcome = await form.executeUpdate(editConfigurationUpdate, { args: [{ edit, by }] });
console.log(outcome.kind === 'refused' ? outcome.reasons.join('\n') : `${outcome.kind}: version ${outcome.version}`);
await client.connection.close();
