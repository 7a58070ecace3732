import assert from 'node:assert/strict';

import { directoryTest, run } from './support.js';
import type { TestDirectory } from '../../../connectors/support/directory.js';

const CONTAINER_BY_CITY = (directory: TestDirectory) => ({
  ou: { expression: `city = 'Other' ? '${directory.other}' : '${directory.people}'` },
});

const containerOf = async (directory: TestDirectory, email: string | undefined): Promise<string> => {
  const [entry] = await directory.entries('mail', email ?? '');
  return String(entry?.['dn']).replace(/^CN=(?:\\.|[^,\\])*,/, '');
};

directoryTest('moves an account when its mapped container changes, and keeps its id and name', async (directory) => {
  const connector = directory.connect({ mapper: CONTAINER_BY_CITY(directory) });
  const old = directory.person({ city: 'People', surname: 'O"Brien, Jr\\' });
  const created = await run(connector, 'create-user', old);
  const profile = { ...old, city: 'Other' };

  const moved = await run(connector, 'update-user', profile, { oldUserData: old });
  const again = await run(connector, 'update-user', profile, { oldUserData: old });

  assert.deepEqual([moved.success, moved.id, again.id], [true, created.id, created.id], moved.errorMessage);
  assert.equal(await containerOf(directory, old.email), directory.other);
});

directoryTest("leaves an administrator's move alone as long as the mapped container stays", async (directory) => {
  const connector = directory.connect({ mapper: CONTAINER_BY_CITY(directory) });
  const old = directory.person({ city: 'People', title: 'Engineer' });
  await run(connector, 'create-user', old);
  const [entry] = await directory.entries('mail', old.email ?? '');
  await directory.admin.modifyDN(String(entry?.['dn']), `CN=Moved By Hand,${directory.other}`);

  const result = await run(connector, 'update-user', { ...old, title: 'Lead' }, { oldUserData: old });

  assert.equal(result.success, true, result.errorMessage);
  const [after] = await directory.entries('mail', old.email ?? '');
  assert.deepEqual([after?.['dn'], after?.['title']], [`CN=Moved By Hand,${directory.other}`, 'Lead']);
});

directoryTest('refuses a move onto a name that the target holds already', async (directory) => {
  const connector = directory.connect({ mapper: CONTAINER_BY_CITY(directory) });
  const old = directory.person({ city: 'People', surname: 'Same' });
  await run(connector, 'create-user', old);
  await directory.admin.add(`CN=Pat Same,${directory.other}`, { objectClass: ['top', 'container'] });

  const result = await run(connector, 'update-user', { ...old, city: 'Other' }, { oldUserData: old });

  assert.deepEqual([result.success, result.errorCode], [false, '409']);
  assert.match(result.errorMessage ?? '', /holds another entry of this name/);
});

directoryTest(
  'gives the account name of a new address, and keeps a number in a name that did not change',
  async (directory) => {
    const connector = directory.connect();
    await directory.add({ sAMAccountName: `n.${directory.tag}` });
    const old = { ...directory.person(), email: `n.${directory.tag}@example.com` };
    const created = await run(connector, 'create-user', old);
    const renamed = { ...old, email: `new.${directory.tag}@example.com`, username: `new.${directory.tag}@example.com` };

    const ordinary = await run(connector, 'update-user', { ...old, title: 'Lead' }, { oldUserData: old });
    const change = await run(connector, 'update-user', renamed, { oldUserData: old });
    const repeat = await run(connector, 'update-user', renamed, { oldUserData: old });

    assert.equal(created.username, `n.${directory.tag}1`);
    assert.equal(ordinary.username, `n.${directory.tag}1`);
    assert.deepEqual([change.id, change.username], [created.id, `new.${directory.tag}`]);
    assert.equal(repeat.username, `new.${directory.tag}`);
  },
);

directoryTest('refuses a new principal name that belongs to somebody else', async (directory) => {
  const connector = directory.connect();
  const [owner, old] = [directory.person(), directory.person()];
  await run(connector, 'create-user', owner);
  await run(connector, 'create-user', old);

  const result = await run(connector, 'update-user', { ...old, username: owner.username ?? '' }, { oldUserData: old });

  assert.deepEqual([result.success, result.errorCode], [false, '409']);
});

directoryTest('writes what the directory takes and names what it refuses', async (directory) => {
  const connector = directory.connect({ mapper: { c: 'countryName', nonsense: 'nonsense' } });
  const old = directory.person({ title: 'Engineer' });
  await directory.connect().create(old);
  const profile = { ...old, title: 'Lead', countryName: 'Germany', nonsense: 'x', department: 'y'.repeat(65) };

  const result = await run(connector, 'update-user', profile, { oldUserData: old });

  assert.deepEqual([result.success, result.errorCode], [false, '400']);
  for (const name of [/c is longer than 3/, /department is longer than 64/])
    assert.match(result.errorMessage ?? '', name);
  assert.match(result.errorMessage ?? '', /nonsense/);
  assert.equal((await directory.entries('mail', old.email ?? ''))[0]?.['title'], 'Lead');
});

directoryTest('never writes a privileged account', async (directory, controller) => {
  const connector = directory.connect();
  const profile = directory.person({ title: 'Lead' });
  // The simulated directory does not let anybody make one, but has one of its own to try it on.
  const isShared = controller.stop === undefined;
  const id = isShared
    ? await directory.add({ mail: profile.email ?? '', adminCount: '1' })
    : await directory.idOf(controller.ad.AD_BIND_DN);
  const before = { id, username: null, email: null, active: true, raw: {} };

  const writes = [
    connector.update(id, profile, before),
    connector.enable(id, before),
    connector.disable(id, before),
    connector.setInitialPassword(id, 'Xy7!abcdPPqq-12', { mustChange: true }),
  ];

  for (const write of await Promise.allSettled(writes)) {
    assert.equal(write.status, 'rejected');
    assert.equal((write.reason as { kind?: string }).kind, 'policy');
  }
  if (isShared) assert.equal((await run(connector, 'get-user', profile)).id, id);
});

directoryTest('disables by one bit and enables by two, and leaves all other flags as they are', async (directory) => {
  const connector = directory.connect();
  const profile = directory.person();
  await directory.add({ mail: profile.email ?? '' }, { flags: 512 | 65_536 });
  const flags = async (): Promise<unknown> =>
    (await directory.entries('mail', profile.email ?? ''))[0]?.['userAccountControl'];

  await run(connector, 'disable-user', profile);
  const disabled = await flags();
  await run(connector, 'update-user', profile, { allowEnable: true });

  assert.equal(disabled, String(512 | 65_536 | 32 | 2));
  assert.equal(await flags(), String(512 | 65_536));
});

directoryTest('keeps the group of terminated people in step, and a repeat changes nothing', async (directory) => {
  const groupName = `gone.${directory.tag}`;
  const groupDn = `CN=${groupName},${directory.other}`;
  await directory.admin.add(groupDn, { objectClass: ['top', 'group'], sAMAccountName: groupName });
  const connector = directory.connect({ settings: { terminatedGroup: groupName } });
  const profile = directory.person();
  const id = await directory.add({ mail: profile.email ?? '' });
  const members = async (): Promise<number> => {
    const { searchEntries } = await directory.admin.search(groupDn, { scope: 'base', attributes: ['member'] });
    return [searchEntries[0]?.['member'] ?? []].flat().length;
  };

  await run(connector, 'disable-user', profile);
  const joined = await members();
  await connector.disable(id, { id, username: null, email: null, active: false, raw: {} });
  const repeated = await members();
  await run(connector, 'update-user', profile, { allowEnable: true });

  assert.deepEqual([joined, repeated, await members()], [1, 1, 0]);
});

directoryTest('disables although the group of terminated people is missing, and says so', async (directory) => {
  const connector = directory.connect({ settings: { terminatedGroup: 'No Such Group' } });
  const profile = directory.person();
  await directory.add({ mail: profile.email ?? '' });

  const result = await run(connector, 'disable-user', profile);

  assert.deepEqual([result.success, result.active], [true, false]);
  assert.match(result.warnings?.join() ?? '', /terminatedGroup names 0 groups/);
});
