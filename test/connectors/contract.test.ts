import { after } from 'node:test';

import { registerContract } from './contract.js';
import { realController, simulatedController } from './support/directory.js';
import { directoryTarget } from './support/directory-target.js';
import { scimTarget } from './support/scim-target.js';

const table = registerContract([
  scimTarget('SCIM 2.0', 'standard'),
  scimTarget('as Slack', 'slack', { patchPath: 'required' }),
  scimTarget('as GitHub', 'github-enterprise', { patchPath: 'refused' }),
  scimTarget('as AWS', 'aws', { emailFilter: false, listsMembers: false }),
  directoryTarget('AD on Samba', realController),
  directoryTarget('AD simulated', simulatedController),
]);

after(() => {
  console.log(`\n${table()}\n`);
});
