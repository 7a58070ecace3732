import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { filesOf, ilm, ilmProcess } from '../support/command-line.js';

for (const name of ['MONGODB_URI', 'TEMPORAL_ADDRESS', 'ILM_USER', 'ILM_CONFIG']) delete process.env[name];
Object.assign(process.env, PLAIN_ENVIRONMENT);

/** Every command with its subcommands. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  report: ['start', 'pause', 'resume', 'run-now', 'status', 'sample', 'preview'],
  incident: ['list', 'show', 'retry', 'close'],
  task: ['list', 'decide'],
  profile: ['list', 'show', 'set', 'keep', 'remove', 'export', 'import'],
  held: ['list', 'show', 'release', 'discard'],
  counter: ['show', 'reset'],
  'okta config': ['get', 'set', 'add', 'remove', 'apps', 'instances'],
  iam: [
    ...['get-user', 'create-user', 'update-user', 'disable-user'],
    ...['get-group', 'create-group', 'update-group', 'delete-group', 'mapping-fields'],
  ],
};

test('every command has help with an example, the global options and the exit codes', async (t) => {
  const top = await ilm(t);
  assert.equal(top.code, 0);
  assert.match(top.out, /Exit codes: 0 done, 1 failed, 2 faulty input/);
  for (const [group, names] of Object.entries({ check: [''], adopt: [''], 'test-instances': [''], ...COMMANDS })) {
    const [first = '', ...more] = group.split(' ');
    assert.match(top.out, new RegExp(`^ {2}${first} `, 'm'));
    for (const name of names) {
      const command = [first, ...more, ...(name === '' ? [] : [name])];
      const { code, out } = await ilm(t, ...command, '--help');
      assert.equal(code, 0, command.join(' '));
      assert.match(out, new RegExp(`Examples?:\\n {2}ilm ${command.join(' ')}`), command.join(' '));
      assert.match(out, /--json/);
      assert.equal((await ilm(t, 'help', ...command)).out, out, `help ${command.join(' ')}`);
    }
  }
});

for (const [what, args, problem] of [
  ['an unknown command', ['reprot'], /unknown command 'reprot'\n\(Did you mean report\?\)/],
  ['an unknown command of a group', ['report', 'previw'], /unknown command 'previw'\n\(Did you mean preview\?\)/],
  ['an unknown option', ['incident', 'list', '--stat', 'x'], /unknown option '--stat'\n\(Did you mean --state\?\)/],
  ['a missing argument', ['task', 'decide', 'T'], /missing required argument 'option'/],
  ['too many arguments', ['held', 'list', 'all'], /too many arguments/],
  [
    'a missing option',
    ['iam', 'get-user', '--email', 'a@example.com'],
    /required option '--instance <name>' not specified/,
  ],
  ['an option without its value', ['report', 'preview', '--report'], /option '--report <file>' argument missing/],
] as const) {
  test(`refuses ${what} with exit code 2 and says where help is`, async (t) => {
    const { code, out, err } = await ilm(t, ...args);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, problem);
    assert.match(err, /Add --help/);

    const json = await ilm(t, ...args, '--json');
    assert.equal(json.code, 2);
    assert.match((JSON.parse(json.out) as { faults: { problem: string }[] }).faults[0]!.problem, problem);
  });
}

test('a group without a command shows its commands and counts as faulty input', async (t) => {
  for (const group of Object.keys(COMMANDS)) {
    const { code, out, err } = await ilm(t, ...group.split(' '));
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, new RegExp(`Usage: ilm ${group} `));
  }
});

/** Input that is faulty whatever the servers say; each fault names its place, the value and a remedy. */
const FAULTY: Readonly<Record<string, { args: readonly string[]; faults: readonly RegExp[] }>> = {
  'an instance that is not configured': {
    args: ['report', 'status', 'Workdey'],
    faults: [/^<instance>: "Workdey" is no Workday instance of ilm\.yaml\. Name one of 'Workday'\.$/],
  },
  'states and numbers of incidents': {
    args: ['incident', 'list', '--state', 'Done', '--limit', '0'],
    faults: [
      /^--state: "Done" is no state .*WaitingForFix/,
      /^--limit: "0" is no number of incidents\. Use 1 or more\.$/,
    ],
  },
  'a status of profiles': {
    args: ['profile', 'list', '--status', 'enabled'],
    faults: [/^--status: "enabled" is no AD Account Status\. Use Enabled, Disabled, Pending or none\.$/],
  },
  'fields to set, and nobody who sets them': {
    args: ['profile', 'set', 'robin@example.com', 'title=Boss', 'isProcessed=maybe', 'forceSync'],
    faults: [
      /^<field=value>: "title" is no field to set by hand\. Use forceSync, /,
      /^<field=value>: "isProcessed=maybe" must be true or false\./,
      /^<field=value>: "forceSync" gives no value\. Write field=value\.$/,
      /^--as: is missing\. Say who you are, one of the people in ilm\.yaml \(reviewer@example\.com\), or set ILM_USER\.$/,
    ],
  },
  'somebody who is not configured': {
    args: ['incident', 'close', 'INC-1', '--as', 'nobody@example.com'],
    faults: [/^--as: "nobody@example\.com" is none of the people in ilm\.yaml\. Use one of reviewer@example\.com\.$/],
  },
  'an application that is not configured': {
    args: ['iam', 'get-user', '--instance', 'Wikki', '--email', 'robin@example.com'],
    faults: [/^--instance: "Wikki" is no application instance .*Use one of Active Directory, Wiki\.$/],
  },
  'nobody whose account is meant': {
    args: ['iam', 'get-user', '--instance', 'Wiki'],
    faults: [/^--email, --profile: say whose account is meant/],
  },
  'a profile without its names': {
    args: ['iam', 'create-user', '--instance', 'Wiki', '--profile', '{"email": "x", "active": "yes"}'],
    faults: [
      /^--profile: email = "x" must be an e-mail address\./,
      /^--profile: active = "yes" must be true or false\./,
      /^--profile: username is missing\./,
    ],
  },
  'a group that is not named': {
    args: ['iam', 'get-group', '--instance', 'Wiki'],
    faults: [/^--id, --name: say which group is meant/],
  },
  'a group without members to change': {
    args: ['iam', 'update-group', '--instance', 'Wiki', '--id', '1'],
    faults: [/^--add, --remove: name no member/],
  },
  'no server': {
    args: ['task', 'list'],
    faults: [/^MONGODB_URI: is not set\. Set TEMPORAL_ADDRESS and MONGODB_URI, or /],
  },
};

for (const [what, { args, faults }] of Object.entries(FAULTY)) {
  test(`names all faults at once: ${what}`, async (t) => {
    const config = configurationDirectory(t);
    const elsewhere = filesOf(t, {});
    const before = process.cwd();
    process.chdir(elsewhere('.'));
    t.after(() => process.chdir(before));

    const { code, out, err } = await ilm(t, ...args, '--config', config);

    assert.deepEqual([code, out], [2, '']);
    const told = err.trim().split('\n');
    assert.equal(told.length, faults.length, err);
    faults.forEach((fault, index) => assert.match(told[index]!, fault));
  });
}

test('prints every fault of a configuration, as text and as JSON, and never a secret', async (t) => {
  const config = configurationDirectory(t, {
    ...PLAIN_ILM,
    timeZone: 'Mars/Olympus',
    people: [{ id: 'Robin', email: 'robin', name: 'Robin' }],
    instances: [
      { name: 'Wiki', brand: 'SCIM 2.0', settings: { baseUrl: 'https://u:hush-url@wiki', token: '${MISSING}' } },
    ],
  });

  const text = await ilm(t, 'check', '--config', config);
  const json = await ilm(t, 'check', '--config', config, '--json');

  assert.deepEqual([text.code, json.code], [2, 2]);
  const { faults } = JSON.parse(json.out) as { faults: { file: string; path: string; remedy: string }[] };
  assert.deepEqual(faults.map(({ path }) => path).sort(), [
    'instances[0].settings.token',
    'people[0].email',
    'people[0].id',
    'timeZone',
  ]);
  assert.equal(text.err.trim().split('\n').length, faults.length);
  assert.match(text.err, /^ilm\.yaml:\d+: timeZone = "Mars\/Olympus" is no known time zone\. Write /m);
  assert.doesNotMatch(`${text.err}${json.out}`, /hush/);
});

test('a configuration directory that is not there is a fault with a remedy', async (t) => {
  const { code, err } = await ilm(t, 'check', '--config', '/nowhere');

  assert.equal(code, 2);
  assert.match(err, /ilm\.yaml: .*Create \/nowhere\/ilm\.yaml, or name another directory/);
});

test('takes what a running sandbox says where no server is named, and nothing of it where one is', async (t) => {
  const env = { ...PLAIN_ENVIRONMENT, ILM_CONFIG: configurationDirectory(t) };
  const file = filesOf(t, {});
  mkdirSync(file('.ilm'));
  writeFileSync(file('.ilm/environment.json'), JSON.stringify({ ILM_USER: 'somebody@example.com' }));
  const command = ['incident', 'close', 'INC-1'];

  const [beside, elsewhere] = await Promise.all([
    ilmProcess(command, { env, cwd: file('.') }),
    ilmProcess(command, { env: { ...env, TEMPORAL_ADDRESS: 'temporal.example.com:7233' }, cwd: file('.') }),
  ]);

  assert.match(beside.err, /^--as: "somebody@example\.com" is none of the people/);
  assert.match(elsewhere.err, /^--as: is missing/);
});

test('ends quietly when its reader has seen enough', async (t) => {
  const file = filesOf(t, { 'report.json': { Report_Entry: Array.from({ length: 20_000 }, () => ({})) } });
  const script = '"$0" "$1" report preview --report "$2" --json | head -1; exit ${PIPESTATUS[0]}';
  const command = fileURLToPath(new URL('../../client/ilm.mjs', import.meta.url));
  const child = spawn('bash', ['-c', script, process.execPath, command, file('report.json')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));

  const code = await new Promise((resolve) => child.once('close', resolve));

  assert.deepEqual([code, err], [0, '']);
});
