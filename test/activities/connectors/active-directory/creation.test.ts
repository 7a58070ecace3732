import assert from 'node:assert/strict';

import { directoryTest, run } from './support.js';

directoryTest('adds an account disabled, with a password required, under the mapped names', async (directory) => {
  const profile = directory.person({ title: 'Engineer', surname: 'Example' });

  const result = await run(directory.connect(), 'create-user', profile);

  assert.equal(result.success, true, result.errorMessage);
  const [entry] = await directory.entries('mail', profile.email ?? '');
  assert.equal(entry?.['userAccountControl'], '514');
  assert.equal(entry?.['sAMAccountName'], profile.email?.split('@')[0]?.slice(0, 20));
  assert.equal(entry?.['employeeID'], profile.employeeId);
  assert.equal(entry?.['guid'], result.id);
  assert.equal(entry?.['dn'], `CN=Pat Example,${directory.people}`);
});

directoryTest('gives creators of one name at one moment different names', async (directory) => {
  const twins = Array.from({ length: 6 }, (_, index) => ({
    ...directory.person(),
    email: `twin.${directory.tag}@m${index}.example.com`,
    surname: 'Twin',
  }));
  // Two processes, two connections, and three creators on each.
  const connectors = [directory.connect(), directory.connect()];

  const results = await Promise.all(twins.map((profile, index) => run(connectors[index % 2]!, 'create-user', profile)));

  assert.deepEqual(
    results.map(({ success, action, errorMessage }) => [success, action, errorMessage]),
    twins.map(() => [true, 'create', undefined]),
  );
  assert.equal(new Set(results.map(({ username }) => username)).size, 6);
  const entries = await directory.entries('sn', 'Twin');
  assert.equal(new Set(entries.map(({ dn }) => dn)).size, 6);
  for (const { username } of results) assert.match(username ?? '', new RegExp(`^twin\\.${directory.tag}\\d?$`));
});

directoryTest('shortens a long name to 20 characters, numbered within them', async (directory) => {
  const connector = directory.connect();
  const local = `${directory.tag}.bartholomew.long`;
  const people = ['a', 'b'].map((domain) => ({ ...directory.person(), email: `${local}@${domain}.example.com` }));

  const names = [];
  for (const profile of people) names.push((await run(connector, 'create-user', profile)).username);

  assert.deepEqual(names, [local.slice(0, 20), `${local.slice(0, 19)}1`]);
});

directoryTest("refuses the principal name of somebody else's account, and takes over nothing", async (directory) => {
  const [owner, other] = [directory.person({ title: 'Owner' }), directory.person({ title: 'Other' })];
  const connector = directory.connect();
  await run(connector, 'create-user', owner);

  const result = await run(connector, 'create-user', { ...other, username: owner.username ?? '' });

  assert.deepEqual([result.success, result.errorCode, result.errorKind], [false, '409', 'conflict']);
  const entries = await directory.entries('userPrincipalName', owner.username ?? '');
  assert.deepEqual(
    entries.map((entry) => entry['title']),
    ['Owner'],
  );
});

directoryTest('counts an account without employee id as the person only by its mail', async (directory) => {
  const [mine, namesake] = [directory.person(), directory.person()];
  const connector = directory.connect();
  const id = await directory.add({ mail: mine.email ?? '' });
  await directory.add({ userPrincipalName: namesake.username ?? '', mail: 'somebody.else@example.com' });

  const adopted = await run(connector, 'update-user', mine);
  const refused = await run(connector, 'disable-user', namesake);

  assert.deepEqual([adopted.action, adopted.id], ['update', id], adopted.errorMessage);
  assert.equal((await directory.entries('mail', mine.email ?? ''))[0]?.['employeeID'], mine.employeeId);
  assert.deepEqual([refused.success, refused.errorCode], [false, '409']);
});

directoryTest('names the mapper when it has no rule for the container', async (directory) => {
  const connector = directory.connect({ mapper: { ou: { expression: '$$.nothing' } } });

  const result = await run(connector, 'create-user', directory.person());

  assert.deepEqual([result.success, result.errorCode], [false, '400']);
  assert.match(result.errorMessage ?? '', /Mapper 'test out' gives no ou/);
});

directoryTest('names a container that does not exist before it writes', async (directory) => {
  const connector = directory.connect({ mapper: { ou: { value: `OU=Missing,${directory.ou}` } } });

  const result = await run(connector, 'create-user', directory.person());

  assert.equal(result.errorKind, 'configuration');
  assert.match(result.errorMessage ?? '', /The container 'OU=Missing,.*' does not exist/);
});

directoryTest('names every value that is too long, and adds nothing', async (directory) => {
  const profile = directory.person({ employeeId: '12345678901234567', title: 'x'.repeat(129) });

  const result = await run(directory.connect(), 'create-user', profile);

  assert.match(result.errorMessage ?? '', /employeeID is longer than 16 characters; title is longer than 128/);
  assert.deepEqual(await directory.entries('mail', profile.email ?? ''), []);
});

directoryTest('refuses a map that writes what only the connector writes', async (directory) => {
  const connector = directory.connect({ mapper: { userAccountControl: { value: '512' } } });

  const result = await run(connector, 'create-user', directory.person());

  assert.equal(result.errorKind, 'configuration');
  assert.match(result.errorMessage ?? '', /maps userAccountControl/);
});

directoryTest('takes a complete name from the map as it is, and refuses one that is taken', async (directory) => {
  const dn = `CN=Fixed\\, Name,${directory.other}`;
  const connector = directory.connect({ mapper: { dn: { value: dn } } });

  const first = await run(connector, 'create-user', directory.person());
  const second = await run(connector, 'create-user', directory.person());

  assert.equal(first.success, true, first.errorMessage);
  assert.deepEqual([second.success, second.errorCode], [false, '409']);
});

directoryTest(
  'resolves the manager by mail, then principal name, then employee id, and otherwise leaves it alone',
  async (directory) => {
    const connector = directory.connect({ mapper: { manageremployeeid: 'managerId' } });
    const byMail = await directory.add({ mail: `boss.${directory.tag}@example.com` });
    await directory.add({ userPrincipalName: `chief.${directory.tag}@example.com` });
    await directory.add({ employeeID: `M${directory.tag}` });
    const guessable = `lead.${directory.tag}`;
    await directory.add({ sAMAccountName: guessable });
    const managerOf = async (changes: Record<string, string>): Promise<[boolean, number]> => {
      const profile = directory.person(changes);
      const result = await run(connector, 'create-user', profile);
      assert.equal(result.success, true, result.errorMessage);
      const [entry] = await directory.entries('mail', profile.email ?? '');
      return [typeof entry?.['manager'] === 'string', result.warnings?.length ?? 0];
    };

    assert.ok(byMail !== '');
    assert.deepEqual(await managerOf({ managerEmailAddress: `boss.${directory.tag}@example.com` }), [true, 0]);
    assert.deepEqual(await managerOf({ managerEmailAddress: `chief.${directory.tag}@example.com` }), [true, 0]);
    assert.deepEqual(await managerOf({ managerEmailAddress: 'x@y.example', managerId: `M${directory.tag}` }), [
      true,
      0,
    ]);
    assert.deepEqual(await managerOf({ managerEmailAddress: `${guessable}@example.com` }), [false, 1]);
    assert.deepEqual(await managerOf({}), [false, 0]);
  },
);
