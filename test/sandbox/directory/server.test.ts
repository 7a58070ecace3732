import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Attribute, Change, Client } from 'ldapts';

import { startDirectory } from '../../../sandbox/directory/server.js';
import type { Directory, DirectoryOptions } from '../../../sandbox/directory/server.js';

const PASSWORD = 'Correct-Horse-7';
const PEOPLE = 'OU=People,DC=ilm,DC=test';

async function aDirectory(t: TestContext, options: DirectoryOptions = {}): Promise<Directory> {
  const directory = await startDirectory(options);
  t.after(() => directory.stop());
  return directory;
}

async function aClient(t: TestContext, { info }: Directory, dn = info.AD_BIND_DN, password = info.AD_BIND_PASSWORD) {
  const client = new Client({ url: info.AD_LDAPS_URL, tlsOptions: { ca: readFileSync(info.AD_CA_FILE) } });
  t.after(() => client.unbind().catch(() => undefined));
  await client.bind(dn, password);
  return client;
}

type Values = Readonly<Record<string, string>>;

const addUser = (client: Client, name: string, values: Values = {}): Promise<void> =>
  client.add(
    `CN=${name},${PEOPLE}`,
    Object.entries({ objectClass: 'user', sAMAccountName: name, userAccountControl: '514', ...values }).map(
      ([type, value]) => new Attribute({ type, values: [value] }),
    ),
  );

const change = (operation: Change['operation'], type: string, value: string | Buffer): Change =>
  new Change({ operation, modification: new Attribute({ type, values: [value] as string[] | Buffer[] }) });

const password = (text: string): Buffer => Buffer.from(`"${text}"`, 'utf16le');

const enabling = [change('replace', 'unicodePwd', password(PASSWORD)), change('replace', 'userAccountControl', '512')];

test('has the containers of the example organisation and names what its configuration needs', async (t) => {
  const directory = await aDirectory(t);
  const client = await aClient(t, directory);

  const { searchEntries } = await client.search(directory.info.AD_BASE_DN, { filter: '(ou=*)', attributes: ['ou'] });

  const names = searchEntries.map(({ ou }) => ou).sort();
  assert.deepEqual(names, ['Austin', 'Berlin', 'Contractors', 'Groups', 'Lisbon', 'Osaka', 'People', 'Toronto']);
  assert.equal(directory.info.AD_UPN_SUFFIX, 'ilm.test');
});

test('refuses, as Windows does, what Samba lets pass', async (t) => {
  const client = await aClient(t, await aDirectory(t));
  await addUser(client, 'ada', { displayName: 'Ada Oakwood' });
  const modify = (...changes: Change[]): Promise<void> => client.modify(`CN=ada,${PEOPLE}`, changes);

  await assert.rejects(addUser(client, 'a-name-longer-than-20'), { code: 80, message: /^00000523/ });
  await assert.rejects(modify(change('replace', 'userAccountControl', '512')), { code: 53, message: /^0000052D/ });
  await assert.rejects(modify(change('replace', 'unicodePwd', password('My-oakwood-1'))), { code: 53 });
  await assert.rejects(modify(change('replace', 'userAccountControl', '0x202')), { code: 21 });
  await assert.rejects(addUser(client, 'on', { userAccountControl: '512' }), { code: 53, message: /^0000052D/ });
});

test('gives at most 1,000 entries without pages, and all of them page by page', async (t) => {
  const client = await aClient(t, await aDirectory(t));
  await Promise.all(Array.from({ length: 1001 }, (_, index) => addUser(client, `user${index}`)));
  const options = { filter: '(sAMAccountName=user*)', attributes: ['cn'] };

  const { searchEntries } = await client.search(PEOPLE, { ...options, paged: { pageSize: 400 } });

  assert.equal(new Set(searchEntries.map(({ cn }) => cn)).size, 1001);
  await assert.rejects(client.search(PEOPLE, options), { code: 4 });
});

test('lets a person change their own password by the old one, and nothing else', async (t) => {
  const directory = await aDirectory(t);
  const admin = await aClient(t, directory);
  await addUser(admin, 'ada');
  await admin.modify(`CN=ada,${PEOPLE}`, enabling);
  const ada = await aClient(t, directory, 'ada@ilm.test', PASSWORD);
  const own = (old: string, fresh: string): Promise<void> =>
    ada.modify(`CN=ada,${PEOPLE}`, [
      change('delete', 'unicodePwd', password(old)),
      change('add', 'unicodePwd', password(fresh)),
    ]);

  await assert.rejects(ada.modify(`CN=ada,${PEOPLE}`, [change('replace', 'title', 'Boss')]), { code: 50 });
  await assert.rejects(ada.modify(`CN=ada,${PEOPLE}`, [change('replace', 'unicodePwd', password('Other-Horse-8'))]), {
    code: 50,
  });
  await assert.rejects(own('Wrong-Horse-9', 'Other-Horse-8'), { code: 19 });
  await own(PASSWORD, 'Other-Horse-8');
  await aClient(t, directory, 'ada@ilm.test', 'Other-Horse-8');
});

test('serves 300 joiners at once', async (t) => {
  const directory = await aDirectory(t);
  const clients = await Promise.all([1, 2, 3, 4].map(() => aClient(t, directory)));

  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const client = clients[index % clients.length];
      assert.ok(client);
      await addUser(client, `joiner${index}`, { mail: `joiner${index}@example.com`, employeeID: String(index) });
      const { searchEntries } = await client.search(PEOPLE, { filter: `(employeeID=${index})` });
      await client.modify(searchEntries[0]?.dn ?? '', enabling);
    }),
  );

  const accounts = directory.accounts();
  assert.equal(accounts.length, 300);
  assert.ok(accounts.every(({ enabled, hasPassword }) => enabled && hasPassword));
});

test('continues with entries, passwords, authority and service account of the last start', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-directory-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const first = await startDirectory({ dataDir });
  const client = await aClient(t, first);
  await addUser(client, 'ada', { mail: 'ada@example.com', manager: first.info.AD_BIND_DN });
  await client.modify(`CN=ada,${PEOPLE}`, enabling);
  const id = (await client.search(PEOPLE, { filter: '(cn=ada)' })).searchEntries[0]?.objectGUID;
  await first.stop();

  const second = await aDirectory(t, { dataDir });
  const again = await aClient(t, second, first.info.AD_BIND_DN, first.info.AD_BIND_PASSWORD);
  await aClient(t, second, 'ada@ilm.test', PASSWORD);
  const { searchEntries } = await again.search(PEOPLE, { filter: '(cn=ada)' });

  assert.deepEqual(searchEntries[0]?.objectGUID, id);
  assert.equal(searchEntries[0]?.manager, first.info.AD_BIND_DN);
  assert.equal(second.info.AD_CA_FILE, first.info.AD_CA_FILE);
  assert.equal(second.find('ada@example.com')?.dn, `CN=ada,${PEOPLE}`);
});

test('keeps no password readable', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-directory-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const directory = await startDirectory({ dataDir });
  const client = await aClient(t, directory);
  await addUser(client, 'ada');
  await client.modify(`CN=ada,${PEOPLE}`, enabling);
  await directory.stop();

  const stored = await readFile(join(dataDir, 'directory.json'), 'utf8');

  assert.ok(stored.includes('ada') && !stored.includes(PASSWORD));
});

test('misbehaves on demand: busy, cut before the work and cut after it', async (t) => {
  const directory = await aDirectory(t);

  directory.addFault({ kind: 'busy', operation: 'add' });
  await assert.rejects(addUser(await aClient(t, directory), 'busy'), { code: 51 });
  directory.addFault({ kind: 'cut', operation: 'add' });
  await assert.rejects(addUser(await aClient(t, directory), 'before'));
  directory.addFault({ kind: 'cut-after', operation: 'add' });
  await assert.rejects(addUser(await aClient(t, directory), 'after'));

  assert.deepEqual(
    directory.accounts().map(({ dn }) => dn),
    [`CN=after,${PEOPLE}`],
  );
});

test('hangs up on bytes that are no LDAP and goes on serving', async (t) => {
  const directory = await aDirectory(t);
  const { port } = new URL(directory.info.AD_LDAP_URL);

  await new Promise((resolve) => {
    const socket = connectPlain(Number(port), '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(30)));
    socket.on('error', resolve).on('close', resolve).resume();
  });

  const client = await aClient(t, directory);
  assert.equal((await client.search(PEOPLE, { scope: 'base' })).searchEntries.length, 1);
});

test('shows its accounts on a page that escapes what it shows', async (t) => {
  const directory = await aDirectory(t);
  await addUser(await aClient(t, directory), 'ada', { displayName: '<script>x</script>' });

  const page = await (await fetch(directory.webUrl)).text();

  assert.ok(page.includes('&lt;script&gt;') && !page.includes('<script'));
});
