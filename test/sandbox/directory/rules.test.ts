import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Attribute, Change, Client, EqualityFilter } from 'ldapts';
import type { Entry } from 'ldapts';

import { startDirectory } from '../../../sandbox/directory/server.js';
import type { Directory } from '../../../sandbox/directory/server.js';

/**
 * What every domain controller does. Runs on the simulated directory, and on a real one where `AD_LDAPS_URL` and its
 * siblings are set; results that differ between Windows and Samba are both accepted (spec active-directory 8.4).
 */

type Info = Pick<
  Directory['info'],
  'AD_LDAPS_URL' | 'AD_LDAP_URL' | 'AD_BASE_DN' | 'AD_BIND_DN' | 'AD_BIND_PASSWORD' | 'AD_CA_FILE' | 'AD_UPN_SUFFIX'
>;
type Values = Readonly<Record<string, string | Buffer | readonly string[]>>;

const PASSWORD = 'Correct-Horse-7';
const run = randomBytes(4).toString('hex');
let directory: Directory | undefined;
let info: Info;
let client: Client;
let ou: string;

const connect = (url = info.AD_LDAPS_URL): Client =>
  new Client({ url, ...(url.startsWith('ldaps') ? { tlsOptions: { ca: readFileSync(info.AD_CA_FILE) } } : {}) });

const add = (dn: string, values: Values): Promise<void> =>
  client.add(
    dn,
    Object.entries(values).map(
      ([type, value]) => new Attribute({ type, values: [value].flat() as string[] | Buffer[] }),
    ),
  );

const addUser = (name: string, values: Values = {}): Promise<void> =>
  add(`CN=${name},${ou}`, {
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    sAMAccountName: `${run}${name}`.replaceAll(' ', ''),
    ...values,
  });

const change = (operation: Change['operation'], type: string, ...values: (string | Buffer)[]): Change =>
  new Change({ operation, modification: new Attribute({ type, values: values as string[] | Buffer[] }) });

const modify = (name: string, ...changes: Change[]): Promise<void> => client.modify(`CN=${name},${ou}`, changes);

async function read(dn: string, ...attributes: string[]): Promise<Entry> {
  const { searchEntries } = await client.search(dn, {
    scope: 'base',
    ...(attributes.length > 0 ? { attributes } : {}),
  });
  const [entry] = searchEntries;
  assert.ok(entry);
  return entry;
}

async function search(filter: string, scope: 'one' | 'sub' = 'sub'): Promise<string[]> {
  const { searchEntries } = await client.search(ou, { scope, filter, attributes: ['cn'], paged: true });
  return searchEntries.map(({ dn }) => /^..=([^,]*)/.exec(dn)?.[1] ?? '').sort();
}

const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

async function signIn(dn: string, password: string): Promise<void> {
  const other = connect();
  try {
    await other.bind(dn, password);
  } finally {
    await other.unbind();
  }
}

async function refused(work: Promise<unknown>, codes: number | readonly number[], text = ''): Promise<void> {
  await assert.rejects(work, (error: Error & { code?: number }) => {
    assert.ok([codes].flat().includes(error.code ?? -1), `${error.code}: ${error.message}`);
    assert.ok(error.message.includes(text), error.message);
    return true;
  });
}

before(async () => {
  if (process.env.AD_LDAPS_URL === undefined) directory = await startDirectory();
  info = directory?.info ?? (process.env as unknown as Info);
  client = connect();
  await client.bind(info.AD_BIND_DN, info.AD_BIND_PASSWORD);
  ou = `OU=rules-${run},${info.AD_BASE_DN}`;
  await add(ou, { objectClass: ['top', 'organizationalUnit'] });
});

after(async () => {
  await client.unbind();
  await directory?.stop();
});

test('describes itself before a bind and shows nothing else', async () => {
  const stranger = connect();

  const { searchEntries } = await stranger.search('', { scope: 'base' });
  await refused(stranger.search(info.AD_BASE_DN, { scope: 'base' }), 1);
  await stranger.unbind();

  assert.equal(searchEntries[0]?.defaultNamingContext, info.AD_BASE_DN);
});

test('takes no wrong, empty or unencrypted password, and every spelling of the name', async () => {
  await refused(signIn(info.AD_BIND_DN, 'wrong'), 49, 'data 52e');
  await refused(signIn(info.AD_BIND_DN, ''), 49);
  await signIn(`Administrator@${info.AD_UPN_SUFFIX}`, info.AD_BIND_PASSWORD);
  await signIn('ILM\\Administrator', info.AD_BIND_PASSWORD);
  const open = connect(info.AD_LDAP_URL);

  await refused(open.bind(info.AD_BIND_DN, info.AD_BIND_PASSWORD), 8);
  await open.unbind();
});

test('upgrades a connection by StartTLS', async () => {
  const upgraded = connect(info.AD_LDAP_URL);

  await upgraded.startTLS({ ca: readFileSync(info.AD_CA_FILE) });
  await upgraded.bind(info.AD_BIND_DN, info.AD_BIND_PASSWORD);
  const { searchEntries } = await upgraded.search(ou, { scope: 'base' });
  await upgraded.unbind();

  assert.equal(searchEntries.length, 1);
});

test('makes an account that is disabled, needs no password and has an id and a name of its own', async () => {
  const dn = `CN=Plain,${ou}`;
  await add(dn, { objectClass: ['top', 'person', 'organizationalPerson', 'user'] });

  const entry = await read(dn);
  const computed = await read(dn, 'msDS-User-Account-Control-Computed', 'allowedAttributes');

  assert.equal(entry.userAccountControl, '546');
  assert.equal((entry.objectGUID as Buffer).length, 16);
  assert.ok(String(entry.sAMAccountName).length > 5);
  assert.match(String(entry.whenChanged), /^\d{14}\.0Z$/);
  assert.equal(entry.distinguishedName, dn);
  assert.deepEqual(entry.objectClass, ['top', 'person', 'organizationalPerson', 'user']);
  assert.equal(computed['msDS-User-Account-Control-Computed'], '8388608');
  assert.ok((computed.allowedAttributes as string[]).includes('employeeID'));
});

test('finds an entry by its id, wherever it was moved', async () => {
  await addUser('Mover');
  await add(`OU=Place,${ou}`, { objectClass: 'organizationalUnit' });
  const { objectGUID } = await read(`CN=Mover,${ou}`, 'objectGUID');
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...rest] = objectGUID as Buffer;
  const hex = (...bytes: number[]): string => Buffer.from(bytes).toString('hex');
  const guid = [hex(d, c, b, a), hex(f, e), hex(h, g), hex(...rest.slice(0, 2)), hex(...rest.slice(2))].join('-');

  await client.modifyDN(`CN=Mover,${ou}`, `CN=Moved Far,OU=Place,${ou}`);
  const found = await read(`<GUID=${guid}>`, 'cn', 'name');
  const byId = await client.search(ou, {
    filter: new EqualityFilter({ attribute: 'objectGUID', value: objectGUID as Buffer }),
  });

  assert.equal(found.dn, `CN=Moved Far,OU=Place,${ou}`);
  assert.deepEqual([found.cn, found.name], ['Moved Far', 'Moved Far']);
  assert.deepEqual(
    byId.searchEntries.map(({ dn }) => dn),
    [found.dn],
  );
  await refused(read('<GUID=00000000-0000-0000-0000-000000000001>'), 32);
});

test('refuses a name that is taken, as entry, as account name and as principal name', async () => {
  await addUser('Taken', { userPrincipalName: `${run}@x.test` });

  await refused(addUser('taken', { sAMAccountName: `${run}other` }), 68);
  await refused(addUser('Other', { sAMAccountName: `${run}TAKEN` }), 68);
  await refused(addUser('Third', { userPrincipalName: `${run}@X.test` }), 19);
});

test('refuses what has no place, no class, no known attribute or no form', async () => {
  const user = { objectClass: 'user' };

  await refused(add(`CN=X,OU=Nowhere,${info.AD_BASE_DN}`, user), 32);
  await refused(add('CN=X,nonsense', user), 34);
  await refused(add(`CN=X,${ou}`, { sAMAccountName: `${run}x` }), 65);
  await refused(addUser('X', { manageremail: 'ada@example.com' }), 16);
  await refused(addUser('X', { title: '' }), 21);
  await refused(addUser('X', { employeeID: '12345678901234567' }), [19, 21]);
  await refused(addUser('X', { c: 'Germany' }), [19, 21]);
  await refused(addUser('X', { manager: `CN=Nobody,${ou}` }), 19, '000020B5');
  await refused(addUser('X', { sAMAccountName: 'a"b' }), [19, 80]);
  await refused(client.search(`CN=Nobody,${ou}`, { scope: 'base' }), 32);
  assert.deepEqual(await search('(cn=X)'), []);
});

test('refuses changes of names, computed attributes, flags and password times', async () => {
  await addUser('Fixed', { title: 'One' });

  await refused(modify('Fixed', change('replace', 'cn', 'Other')), 67);
  await refused(modify('Fixed', change('add', 'memberOf', `CN=Users,${info.AD_BASE_DN}`)), 53);
  await refused(modify('Fixed', change('replace', 'objectGUID', Buffer.alloc(16))), 19);
  await refused(modify('Fixed', change('replace', 'title', '')), 21);
  await refused(modify('Fixed', change('add', 'title', 'Two')), 20);
  await refused(modify('Fixed', change('delete', 'department')), 16);
  await refused(modify('Fixed', change('replace', 'userAccountControl', '2560')), 80);
  await refused(modify('Fixed', change('replace', 'pwdLastSet', '5')), 80, '00000057');
  await refused(modify('Nobody', change('replace', 'title', 'x')), 32);
});

test('changes all attributes of a request or none', async () => {
  await addUser('Atomic', { title: 'One' });

  await refused(
    modify('Atomic', change('replace', 'title', 'Two'), change('replace', 'manager', `CN=Nobody,${ou}`)),
    19,
  );
  const before = await read(`CN=Atomic,${ou}`, 'title');
  await modify('Atomic', change('replace', 'title'), change('replace', 'department', 'Sales'));
  const after = await read(`CN=Atomic,${ou}`, 'title', 'department');

  assert.equal(before.title, 'One');
  assert.deepEqual([after.title, after.department], [[], 'Sales']);
});

test('takes only quoted UTF-16 passwords that fit the domain, and lets the person sign in', async () => {
  const dn = `CN=Pass,${ou}`;
  await addUser('Pass', { userAccountControl: '514' });
  const domain = await read(info.AD_BASE_DN, 'minPwdLength', 'pwdProperties');

  await refused(modify('Pass', change('replace', 'unicodePwd', Buffer.from(`"${PASSWORD}"`))), 53, '00002035');
  await refused(modify('Pass', change('replace', 'unicodePwd', Buffer.from(PASSWORD, 'utf16le'))), 53, '00002035');
  await refused(modify('Pass', change('replace', 'unicodePwd', quoted('lowercaseonly'))), [19, 53], '0000052D');
  await refused(modify('Pass', change('replace', 'unicodePwd', quoted('Aa1-'))), [19, 53], '0000052D');
  await refused(modify('Pass', change('add', 'unicodePwd', quoted(PASSWORD)), change('delete', 'title')), [16, 53]);
  await modify('Pass', change('replace', 'unicodePwd', quoted(PASSWORD)));
  await refused(signIn(dn, PASSWORD), 49, 'data 533');
  await modify('Pass', change('replace', 'userAccountControl', '512'), change('replace', 'pwdLastSet', '0'));
  await refused(signIn(dn, PASSWORD), 49, 'data 773');
  await modify('Pass', change('replace', 'pwdLastSet', '-1'));
  await signIn(dn, PASSWORD);
  const shown = await read(dn, '*', 'unicodePwd', 'pwdLastSet', 'userAccountControl');

  assert.deepEqual([domain.minPwdLength, domain.pwdProperties], ['7', '1']);
  assert.deepEqual(shown.unicodePwd, []);
  assert.match(String(shown.pwdLastSet), /^13\d{16}$/);
  assert.equal(shown.userAccountControl, '512');
});

test('sets a password and enables the account in one change, or does neither', async () => {
  await addUser('Once', { userAccountControl: '514' });

  await refused(
    modify('Once', change('replace', 'unicodePwd', quoted('weak')), change('replace', 'userAccountControl', '512')),
    [19, 53],
    '0000052D',
  );
  const still = await read(`CN=Once,${ou}`, 'userAccountControl');
  await modify(
    'Once',
    change('replace', 'unicodePwd', quoted(PASSWORD)),
    change('replace', 'userAccountControl', '512'),
    change('replace', 'pwdLastSet', '0'),
  );
  const enabled = await read(`CN=Once,${ou}`, 'userAccountControl', 'pwdLastSet');

  assert.equal(still.userAccountControl, '514');
  assert.deepEqual([enabled.userAccountControl, enabled.pwdLastSet], ['512', '0']);
});

test('keeps managers and members right when people move, are renamed or deleted', async () => {
  await addUser('Boss');
  await addUser('Staff', { manager: `cn=boss, ${ou}` });
  await add(`CN=Team,${ou}`, { objectClass: 'group', sAMAccountName: `${run}team`, member: `CN=Boss,${ou}` });
  await client.modifyDN(`CN=Boss,${ou}`, `CN=Big Boss,${ou}`);

  const staff = await read(`CN=Staff,${ou}`, 'manager');
  const boss = await read(`CN=Big Boss,${ou}`, 'memberOf', 'directReports');
  await refused(modify('Team', change('add', 'member', `CN=Big Boss,${ou}`)), 68);
  await refused(modify('Team', change('delete', 'member', `CN=Staff,${ou}`)), 53);
  await client.del(`CN=Big Boss,${ou}`);
  const left = [await read(`CN=Staff,${ou}`, 'manager'), await read(`CN=Team,${ou}`, 'member')];

  assert.equal(staff.manager, `CN=Big Boss,${ou}`);
  assert.deepEqual([boss.memberOf, boss.directReports], [`CN=Team,${ou}`, `CN=Staff,${ou}`]);
  assert.deepEqual([left[0]?.manager, left[1]?.member], [[], []]);
});

test('answers every kind of filter', async () => {
  await addUser('Filter One', { mail: 'f.one@example.com', department: 'Sales (East)', userAccountControl: '514' });
  await addUser('Filter Two', { mail: 'f.two@example.com', employeeID: '20' });
  await add(`CN=Filters,${ou}`, { objectClass: 'group', sAMAccountName: `${run}f`, member: `CN=Filter Two,${ou}` });
  await add(`CN=Outer,${ou}`, { objectClass: 'group', sAMAccountName: `${run}o`, member: `CN=Filters,${ou}` });
  const people = '(objectCategory=person)(objectClass=user)(cn=Filter*)';
  const one = ['Filter One'];
  const two = ['Filter Two'];

  const expected: readonly (readonly [string, readonly string[]])[] = [
    [`(&${people}(MAIL=F.ONE@example.com))`, one],
    [`(&${people}(department=Sales \\28East\\29))`, one],
    [`(&${people}(|(mail=f.one@example.com)(employeeID=20)))`, [...one, ...two]],
    [`(&${people}(!(mail=f.one@*)))`, two],
    [`(&${people}(mail=*.two@*.com))`, two],
    [`(&${people}(employeeID>=20))`, two],
    [`(&${people}(employeeID<=19))`, []],
    [`(&${people}(department=*))`, one],
    [`(&${people}(userAccountControl:1.2.840.113556.1.4.803:=2))`, [...one, ...two]],
    [`(&${people}(userAccountControl:1.2.840.113556.1.4.803:=32))`, two],
    [`(memberOf=CN=Filters,${ou})`, two],
    [`(memberOf:1.2.840.113556.1.4.1941:=CN=Outer,${ou})`, [...two, 'Filters']],
    [`(&(objectClass=group)(member=CN=Filter Two,${ou}))`, ['Filters']],
    ['(nonsense=x)', []],
  ];
  for (const [filter, names] of expected) assert.deepEqual(await search(filter), [...names].sort(), filter);
});

test('searches one level, gives named attributes only, and everything page by page', async () => {
  await add(`OU=Deep,${ou}`, { objectClass: 'organizationalUnit' });
  for (const number of [1, 2, 3, 4, 5]) {
    await add(`CN=Page ${number},OU=Deep,${ou}`, { objectClass: 'user', sAMAccountName: `${run}p${number}` });
  }

  const direct = await search('(cn=Page*)', 'one');
  const options = { scope: 'one', filter: '(objectClass=user)', attributes: ['CN'], paged: { pageSize: 2 } } as const;
  const paged = await client.search(`OU=Deep,${ou}`, { ...options, attributes: ['CN'] });

  assert.deepEqual(direct, []);
  assert.equal(paged.searchEntries.length, 5);
  assert.deepEqual(Object.keys(paged.searchEntries[0] ?? {}).sort(), ['cn', 'dn']);
});

test('moves only to where there is a place, and deletes only what has nothing below it', async () => {
  await addUser('Traveller');
  await addUser('Neighbour');
  await add(`OU=Full,${ou}`, { objectClass: 'organizationalUnit' });
  await add(`CN=Inhabitant,OU=Full,${ou}`, { objectClass: 'user', sAMAccountName: `${run}i` });

  await refused(client.modifyDN(`CN=Traveller,${ou}`, `CN=Traveller,OU=Nowhere,${ou}`), [32, 80]);
  await refused(client.modifyDN(`CN=Traveller,${ou}`, `CN=Neighbour,${ou}`), 68);
  await client.modifyDN(`CN=Traveller,${ou}`, `CN=Traveller,${ou}`);
  await refused(client.del(`OU=Full,${ou}`), 66);
  await refused(client.del(`CN=Nobody,${ou}`), 32);
});

test('keeps special characters of a name', async () => {
  const dn = `CN=Smith\\2c J\\2b\\22x\\22 \\c3\\96,${ou}`;
  await add(dn, { objectClass: 'user', sAMAccountName: `${run}special` });

  const entry = await read(dn, 'cn');

  assert.equal(entry.cn, 'Smith, J+"x" Ö');
  await client.del(entry.dn);
});
