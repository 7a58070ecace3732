import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, afterEach, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { ConnectedApplication, OktaApplication } from '../../domain/okta/iam-configuration.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { filesOf, ilm } from '../support/command-line.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { OKTA, OKTA_ENGINE, joinOkta } from '../support/okta.js';
import type { OktaOrganisation } from '../support/okta.js';
import { testServers } from '../support/servers.js';
import { Endings } from '../whole/support/endings.js';

interface Shown {
  readonly okta: string;
  readonly version: number;
  readonly rows: readonly ConnectedApplication[];
}

const endings = new Endings();
let engine: Engine;
let okta: OktaOrganisation;
before(async () => {
  engine = await startEngine(OKTA_ENGINE);
  endings.after(() => engine.close());
  okta = await joinOkta(engine);
  endings.after(() => okta.stop());
  const { temporalAddress, mongodbUri } = await testServers('temporal', 'mongodb');
  const uri = new URL(mongodbUri);
  uri.pathname = `/${engine.store.database.db.databaseName}`;
  Object.assign(process.env, PLAIN_ENVIRONMENT, {
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: engine.namespace,
    MONGODB_URI: uri.href,
    ILM_USER: 'reviewer@example.com',
    ILM_CONFIG: directory([]),
  });
});
afterEach(async () => {
  await engine.store.database.db.collection('iam_configurations').deleteMany({});
});
after(() => endings.end());

/** The engine's instances as an operator writes them, and more. */
function directory(more: readonly object[]): string {
  const [active] = PLAIN_ILM.instances;
  const scim = (name: string, over: object = {}): object => ({ ...PLAIN_ILM.instances[1], name, ...over });
  const own = { name: OKTA, brand: 'Okta IAM', settings: okta.settings };
  const instances = [active, own, scim('Atlas'), scim('Nimbus'), scim('Closed', { enabled: false }), ...more];
  return configurationDirectory(endings, { ...PLAIN_ILM, instances }, { 'lists/app-provisioning-settings.json': '[]' });
}

async function config<T>(t: TestContext, ...args: readonly string[]): Promise<T> {
  const { code, out, err } = await ilm(t, 'okta', 'config', ...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out) as T;
}

async function refused(t: TestContext, code: number, ...args: readonly string[]): Promise<string> {
  const end = await ilm(t, 'okta', 'config', ...args);
  assert.equal(end.code, code, `${end.out}${end.err}`);
  return end.err;
}

test('an application is chosen from what is free, connected, shown and taken away', async (t) => {
  const [first, second] = [await okta.addApplication('Wiki'), await okta.addApplication('Wiki')];

  const apps = await config<OktaApplication[]>(t, 'apps');
  const free = await config<{ name: string }[]>(t, 'instances', OKTA);
  const added = await config<Shown>(t, 'add', OKTA, '--app', first, '--instance', 'Atlas');
  const left = await config<OktaApplication[]>(t, 'apps');
  const rest = await config<{ name: string }[]>(t, 'instances');
  const { out } = await ilm(t, 'okta', 'config', 'get');
  const removed = await config<Shown>(t, 'remove', '--instance', 'Atlas');

  const ids = apps.map(({ applicationId }) => applicationId);
  assert.ok(ids.includes(first) && ids.includes(second), 'equal labels do not hide each other');
  assert.deepEqual(
    left.map(({ applicationId }) => applicationId),
    ids.filter((id) => id !== first),
  );
  assert.deepEqual(
    free.map(({ name }) => name),
    ['Atlas', 'Nimbus'],
  );
  assert.deepEqual(
    rest.map(({ name }) => name),
    ['Nimbus'],
  );
  assert.deepEqual([added.okta, added.version, added.rows.map(({ instance }) => instance)], [OKTA, 1, ['Atlas']]);
  assert.match(out, new RegExp(`^${first} +Wiki +Atlas$`, 'm'));
  assert.match(out, /Version 1\./);
  assert.deepEqual(removed, { okta: OKTA, version: 2, rows: [] });
});

test('every application can be chosen, however many pages there are', async (t) => {
  const before = (await config<OktaApplication[]>(t, 'apps')).length;
  await Promise.all(Array.from({ length: 230 }, (_, index) => okta.addApplication(`Application ${index}`)));

  const apps = await config<OktaApplication[]>(t, 'apps');

  assert.equal(apps.length, before + 230);
  assert.equal(new Set(apps.map(({ applicationId }) => applicationId)).size, apps.length);
});

test('what get prints can be changed and set again, unless somebody was quicker', async (t) => {
  const [first, second] = [await okta.addApplication('Wiki'), await okta.addApplication('Chat')];
  await config(t, 'add', '--app', first, '--instance', 'Atlas');
  const shown = await config<Shown>(t, 'get');
  const rows = [...shown.rows, { applicationId: second, instance: 'Nimbus' }];
  const file = filesOf(t, { 'okta.json': { ...shown, rows } })('okta.json');

  const set = await config<Shown>(t, 'set', '--file', file);
  const again = await refused(t, 1, 'set', '--file', file);

  assert.deepEqual(
    set.rows.map(({ label, instance }) => [label, instance]),
    [
      ['Wiki', 'Atlas'],
      ['Chat', 'Nimbus'],
    ],
  );
  assert.match(again, /version 2 is in force, and the rows were made from version 1/);
});

test('a refused edit fails with every reason, and one that changes nothing says so', async (t) => {
  const id = await okta.addApplication('Wiki');
  await config(t, 'add', '--app', id, '--instance', 'Atlas');

  const taken = await refused(t, 1, 'add', '--app', id, '--instance', 'Atlas');
  const own = await refused(t, 1, 'add', '--app', id, '--instance', OKTA);
  const unknown = await refused(t, 1, 'add', '--app', '0oaNothing', '--instance', 'Nimbus');
  const nothing = await refused(t, 0, 'remove', '--instance', 'Nimbus');

  assert.match(taken, /'Atlas' is already connected.*\n.*'Wiki' is already connected to 'Atlas'/);
  assert.match(own, /'Okta' cannot be connected to an application of its own/);
  assert.match(unknown, /^Invalid Application ID: Okta has no application '0oaNothing'\.$/m);
  assert.match(nothing, /Nothing had to be changed/);
});

test('faulty input is told with the place and the remedy', async (t) => {
  const files = filesOf(t, {
    'other.json': { okta: 'Okta abroad', rows: [] },
    'faulty.json': { version: -1, rows: [{ applicationId: '', instance: 'Atlas' }, { applicationId: '0oa1' }] },
    'broken.json': '{',
  });

  assert.match(await refused(t, 2, 'get', 'Nowhere'), /<okta-instance>: "Nowhere" is no Okta instance.*'Okta'/);
  assert.match(await refused(t, 2, 'get', 'Atlas'), /is no Okta instance/);
  assert.match(
    await refused(t, 2, 'set', '--file', files('other.json')),
    /other\.json: okta = Okta abroad is not 'Okta'/,
  );
  const faulty = await refused(t, 2, 'set', '--file', files('faulty.json'));
  for (const path of ['version', 'rows[0].applicationId', 'rows[1].instance']) assert.ok(faulty.includes(path), faulty);
  await refused(t, 2, 'set', '--file', files('broken.json'));
  await refused(t, 2, 'set', '--file', files('missing.json'));
});

test('with two Okta instances one has to be named', async (t) => {
  const two = directory([{ name: 'Okta abroad', brand: 'Okta IAM', settings: okta.settings }]);

  const { code, err } = await ilm(t, 'okta', 'config', 'get', '--config', two);
  const { out } = await ilm(t, 'okta', 'config', 'instances', OKTA, '--config', two);

  assert.equal(code, 2);
  assert.match(err, /<okta-instance>: is missing\. Name one of 'Okta', 'Okta abroad'/);
  assert.match(out, /^Okta abroad +Okta IAM$/m);
});

/** Runs a script of `client/examples` as its first lines say. */
async function example(name: string, ...args: readonly string[]): Promise<string> {
  const script = fileURLToPath(new URL(`../../client/examples/${name}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...args]);
  return stdout.trim();
}

test('scripts edit the form, show it, and let it go on in a new run', async () => {
  const id = await okta.addApplication('Wiki');

  const edited = await example('edit-iam-configuration', OKTA, id, 'Atlas', 'reviewer-1');
  const refused = await example('edit-iam-configuration', OKTA, id, 'Nimbus', 'reviewer-1');
  const told = await example('refresh');
  const shown = await example('show-iam-configuration', OKTA);

  assert.match(edited, /^done: version \d+$/);
  assert.match(refused, /already connected to 'Atlas'/);
  assert.equal(told, '1 runs told');
  assert.match(shown, /label: 'Wiki'/);
});
