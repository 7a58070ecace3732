import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import type { AddressInfo } from 'node:net';

import { Client } from 'ldapts';

import { ACTIVE_DIRECTORY_BRAND } from '../../../../activities/connectors/active-directory.js';
import { generatePassword } from '../../../../activities/passwords.js';
import { optionsOf } from '../../../connectors/support/directory.js';
import { settingFault } from '../../../connectors/support/faults.js';
import { startLdapRelay } from '../../../connectors/support/ldap-relay.js';
import { directoryTest, run } from './support.js';

const OUT = ACTIVE_DIRECTORY_BRAND.defaultMapperOut;

directoryTest('sets a first password that works once the account is enabled', async (directory, controller) => {
  const connector = directory.connect();
  const profile = directory.person();
  const { id = '' } = await run(connector, 'create-user', profile);
  const password = generatePassword({ policy: await connector.readPasswordPolicy() });

  await connector.setInitialPassword(id, password, { mustChange: false });
  const before = await connector.accountState(id);
  await run(connector, 'update-user', profile, { allowEnable: true });

  assert.deepEqual([before?.enabled, before?.mustChangePassword], [false, false]);
  const person = new Client({ url: controller.ad.AD_LDAPS_URL, tlsOptions: { ca: controller.ca } });
  await person.bind(profile.username ?? '', password);
  await person.unbind();
});

directoryTest(
  'demands a new password as part of the reset, and again as part of the enabling change',
  async (directory) => {
    const connector = directory.connect();
    const profile = directory.person();
    const { id = '' } = await run(connector, 'create-user', profile);
    await connector.setInitialPassword(id, generatePassword(), { mustChange: true });
    const afterReset = await connector.accountState(id);

    await run(connector, 'update-user', profile, { allowEnable: true, mustChangePassword: false });
    const lifted = await connector.accountState(id);
    await run(connector, 'disable-user', profile);
    await run(connector, 'update-user', profile, { allowEnable: true, mustChangePassword: true });

    assert.equal(afterReset?.mustChangePassword, true);
    assert.deepEqual([lifted?.enabled, lifted?.mustChangePassword], [true, false]);
    assert.deepEqual((await connector.accountState(id))?.mustChangePassword, true);
  },
);

directoryTest('reports a password that the domain refuses as policy, without the password', async (directory) => {
  const connector = directory.connect();
  const { id = '' } = await run(connector, 'create-user', directory.person());

  await assert.rejects(connector.setInitialPassword(id, 'hunter', { mustChange: true }), (error: Error) => {
    assert.match(error.message, /0000052D/);
    assert.doesNotMatch(error.message, /hunter/);
    return true;
  });
});

directoryTest("reads the domain's rules for passwords", async (directory) => {
  const policy = await directory.connect().readPasswordPolicy();

  assert.ok(policy.minLength >= 1);
  assert.equal(policy.complexity, true);
});

directoryTest('knows no account by an id that is none', async (directory) => {
  const connector = directory.connect();

  assert.equal(await connector.accountState('11111111-2222-3333-4444-555555555555'), null);
  assert.equal(await connector.accountState('*)(objectClass=*'), null);
});

directoryTest('snapshots groups, container and flags', async (directory) => {
  const connector = directory.connect();
  const profile = directory.person();
  const { id = '' } = await run(connector, 'create-user', profile);
  const name = `staff.${directory.tag}`;
  const [entry] = await directory.entries('mail', profile.email ?? '');
  await directory.admin.add(`CN=${name},${directory.other}`, {
    objectClass: ['top', 'group'],
    sAMAccountName: name,
    member: String(entry?.['dn']),
  });

  const access = await connector.readAccess?.(id);

  assert.deepEqual(
    (access?.['groups'] as { name: string }[]).map((group) => group.name),
    [name],
  );
  assert.deepEqual([access?.['container'], access?.['active']], [directory.people, false]);
});

directoryTest('works over StartTLS as over LDAPS', async (directory, controller) => {
  const connector = directory.connect({ settings: { url: controller.ldapUrl, startTls: true } });

  await connector.test();
  const result = await run(connector, 'create-user', directory.person());

  assert.equal(result.success, true, result.errorMessage);
});

directoryTest(
  'opens a lost connection anew, and goes on reading without a failure',
  async (directory, controller, t) => {
    const relay = await startLdapRelay({ url: controller.ad.AD_LDAPS_URL, ca: controller.ca });
    t.after(relay.close);
    const connector = directory.connect({ settings: { url: relay.url }, ca: relay.ca });
    const profile = directory.person();
    await run(connector, 'create-user', profile);

    relay.cut();
    const reads = await Promise.all([1, 2, 3].map(() => run(connector, 'get-user', profile)));

    assert.deepEqual(
      reads.map(({ success }) => success),
      [true, true, true],
    );
    assert.equal(relay.connections(), 2);
  },
);

directoryTest('pages through more accounts than fit on a page', async (directory) => {
  const title = `shared-${directory.tag}`;
  for (let index = 0; index < 5; index++) await directory.add({ mail: `${title}@example.com` });
  const connector = directory.connect({ settings: { pageSize: 2 } });

  const result = await run(connector, 'get-user', { ...directory.person(), email: `${title}@example.com` });

  assert.match(result.errorMessage ?? '', /several accounts share one mail/);
});

directoryTest(
  'refuses a wrong password once and then waits, so that the service account is not locked',
  async (directory, controller, t) => {
    const relay = await startLdapRelay({ url: controller.ad.AD_LDAPS_URL, ca: controller.ca });
    t.after(relay.close);
    const settings = { url: relay.url, bindDn: `nobody.${directory.tag}@example.com`, bindPassword: 'wrong' };
    const connector = directory.connect({ settings, ca: relay.ca });

    await assert.rejects(connector.test(), { kind: 'unauthorized' });
    await assert.rejects(connector.test(), { kind: 'unauthorized' });

    assert.equal(relay.connections(), 1);
  },
);

directoryTest('names a base that does not exist', async (directory) => {
  const connector = directory.connect({ settings: { baseDn: `OU=Missing,${directory.ou}` } });

  await assert.rejects(connector.test(), /settings.baseDn 'OU=Missing,/);
});

test('sends not a byte of credentials to a server that has no TLS', async (t) => {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received.push(chunk);
      // The LDAP answer protocolError to the StartTLS request, under the request's own message id.
      const answer = Buffer.from('300c02010178070a010204000400', 'hex');
      answer.writeUInt8(chunk.readUInt8(4), 4);
      socket.write(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const settings = {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    startTls: true,
    baseDn: 'DC=example,DC=com',
    bindDn: 'service@example.com',
    bindPassword: 'very-secret',
  };
  const connector = ACTIVE_DIRECTORY_BRAND.create(settings, optionsOf(OUT, ''), settingFault);

  await assert.rejects(connector.test(), { kind: 'configuration' });

  assert.ok(received.length > 0);
  assert.doesNotMatch(Buffer.concat(received).toString('latin1'), /very-secret|service@example/);
  await connector.close();
});

const SETTINGS: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['an unencrypted address', { url: 'ldap://dc.example.com' }, /startTls must be true/],
  ['StartTLS on LDAPS', { url: 'ldaps://dc.example.com', startTls: true }, /startTls must be false/],
  ['an empty password', { bindPassword: '' }, /bindPassword must not be empty/],
  ['an empty account', { bindDn: '' }, /bindDn must not be empty/],
  ['a base that is no name', { baseDn: 'example.com' }, /baseDn must be a distinguished name/],
  ['another protocol', { url: 'https://dc.example.com' }, /url must be ldaps/],
];

for (const [title, change, expected] of SETTINGS) {
  test(`refuses settings with ${title}`, () => {
    const good = { url: 'ldaps://dc.example.com', bindDn: 'a', bindPassword: 'b', baseDn: 'DC=example,DC=com' };

    assert.throws(
      () => ACTIVE_DIRECTORY_BRAND.create({ ...good, ...change }, optionsOf(OUT, ''), settingFault),
      expected,
    );
  });
}
