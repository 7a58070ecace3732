import { after, before } from 'node:test';

import { registerContract } from './contract.js';
import { startController } from './support/directory.js';
import { directoryTarget } from './support/directory-target.js';
import { scimTarget } from './support/scim-target.js';
import type { Controller } from './support/directory.js';

let controller: Controller;

before(async () => {
  controller = await startController();
});

const table = registerContract([
  scimTarget('SCIM 2.0', 'standard'),
  scimTarget('as Slack', 'slack', { patchPath: 'required' }),
  scimTarget('as GitHub', 'github-enterprise', { patchPath: 'refused' }),
  scimTarget('as AWS', 'aws', { emailFilter: false, listsMembers: false }),
  directoryTarget('Active Directory', () => controller),
]);

after(async () => {
  console.log(`\n${table()}\n`);
  await controller.stop();
});
