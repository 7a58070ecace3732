import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../sandbox/apps/server.js';
import { AWS_TENANT } from '../../sandbox/apps/aws/kind.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { ilm } from '../support/command-line.js';
import { testDatabase } from '../support/servers.js';
import type { SimulatedApp } from '../../sandbox/apps/server.js';

test('shows the members that were recorded where an application lists none, and who was refused', async (t) => {
  const app = await aws(t);
  const { id: member } = app.addUser({ userName: 'pat@example.com', active: true });
  const on = ['--instance', 'AWS', '--as', 'reviewer@example.com'];

  const created = await ilm(t, 'iam', 'create-group', '--name', 'Staff', ...on, '--json');
  const { id } = JSON.parse(created.out) as { readonly id: string };
  const updated = await ilm(t, 'iam', 'update-group', '--id', id, '--add', member, 'nobody', ...on);
  const read = await ilm(t, 'iam', 'get-group', '--name', 'Staff', '--members', '--instance', 'AWS');

  assert.deepEqual([created.code, updated.code, read.code], [0, 1, 0], created.err + updated.err + read.err);
  assert.match(updated.out, /^message +1 of 2 changes of members were refused; all others are done\.$/m);
  assert.match(updated.out, /^cannot add +nobody: /m);
  assert.match(read.out, new RegExp(`^members by our own record +${member}$`, 'm'));
});

/** A simulated directory as the one application of a configuration, with a store of its own. */
async function aws(t: TestContext): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'AWS', kind: 'aws' }] });
  t.after(() => apps.stop());
  const app = apps.app('AWS');
  const settings = { url: app.url, tenantId: AWS_TENANT, token: app.token };
  const instances = [{ name: 'AWS', brand: 'AWS IAM Identity Center', settings }];
  const lists = { 'lists/app-provisioning-settings.json': '[]' };
  Object.assign(process.env, PLAIN_ENVIRONMENT, {
    ILM_CONFIG: configurationDirectory(t, { ...PLAIN_ILM, instances }, lists),
    MONGODB_URI: (await testDatabase(t)).uri,
  });
  return app;
}
