import assert from 'node:assert/strict';

import { directoryTest, run } from './support.js';
import type { TestDirectory } from '../../../connectors/support/directory.js';

/** Adds a group that holds an account. */
async function addGroup({ admin, other }: TestDirectory, name: string, member: string): Promise<string> {
  const dn = `CN=${name},${other}`;
  await admin.add(dn, { objectClass: ['top', 'group'], sAMAccountName: name, member });
  return dn;
}

/** An enabled account in two groups, and the group for terminated people. */
async function member(directory: TestDirectory) {
  const profile = directory.person();
  const id = await directory.add({ mail: profile.email ?? '', employeeID: profile.employeeId ?? '' });
  const [entry] = await directory.entries('mail', profile.email ?? '');
  const dn = String(entry?.['dn']);
  const staff = await addGroup(directory, `staff.${directory.tag}`, dn);
  const vpn = await addGroup(directory, `vpn.${directory.tag}`, dn);
  const leavers = `CN=leavers.${directory.tag},${directory.other}`;
  await directory.admin.add(leavers, { objectClass: ['top', 'group'], sAMAccountName: `leavers.${directory.tag}` });
  return { profile, id, staff, vpn, leavers };
}

const groupsOf = async (directory: TestDirectory, id: string): Promise<string[]> => {
  const access = await directory.connect().readAccess?.(id);
  const groups = (access?.['groups'] ?? []) as readonly { name: string }[];
  return groups.map(({ name }) => name.replace(`.${directory.tag}`, '')).sort();
};

directoryTest('a leaver keeps every membership unless the settings say otherwise', async (directory) => {
  const { profile, id } = await member(directory);

  const result = await run(directory.connect(), 'disable-user', profile, { isLeaver: true });

  assert.deepEqual([result.success, result.active], [true, false]);
  assert.deepEqual(await groupsOf(directory, id), ['staff', 'vpn']);
});

directoryTest('a leaver leaves all groups but the one for terminated people, once and for all', async (directory) => {
  const { profile, id, leavers } = await member(directory);
  const connector = directory.connect({ settings: { removeGroups: 'all', terminatedGroup: leavers } });
  const [before] = await directory.entries('mail', profile.email ?? '');

  const first = await run(connector, 'disable-user', profile, { isLeaver: true });
  const again = await run(connector, 'disable-user', profile, { isLeaver: true });

  assert.deepEqual([first.success, first.skipped, first.active], [true, false, false]);
  assert.deepEqual([again.success, again.skipped], [true, true]);
  assert.deepEqual(await groupsOf(directory, id), ['leavers']);
  const [after] = await directory.entries('mail', profile.email ?? '');
  assert.equal(after?.['primaryGroupID'], before?.['primaryGroupID']);
});

directoryTest('only the listed groups are left, and only by leavers', async (directory) => {
  const { profile, id, vpn } = await member(directory);
  const connector = directory.connect({ settings: { removeGroups: [vpn] } });
  await run(connector, 'disable-user', profile);
  assert.deepEqual(await groupsOf(directory, id), ['staff', 'vpn']);

  await run(connector, 'disable-user', profile, { isLeaver: true });

  assert.deepEqual(await groupsOf(directory, id), ['staff']);
});

directoryTest('a group that is not there is named, and the account is disabled all the same', async (directory) => {
  const { profile, id, vpn } = await member(directory);
  const missing = `CN=missing.${directory.tag},${directory.other}`;
  const connector = directory.connect({ settings: { removeGroups: [missing, vpn] } });

  const result = await run(connector, 'disable-user', profile, { isLeaver: true });

  assert.deepEqual([result.success, result.active], [false, false]);
  assert.match(result.errorMessage ?? '', /stays a member of CN=missing/);
  assert.deepEqual(await groupsOf(directory, id), ['staff']);
  assert.equal((await connector.accountState(id))?.enabled, false);
});
