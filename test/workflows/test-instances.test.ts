import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { WorkflowHandle } from '@temporalio/client';

import { startTest } from '../../activities/test-instances/start.js';
import type { WantedTest } from '../../activities/test-instances/start.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { InstanceTest } from '../../domain/instance-test.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { answer, hired } from '../support/incidents.js';
import { testReportUpdate } from '../../workflows/messages.js';
import { passing, refusing } from '../support/memory-application.js';

const AD = 'Active Directory';
const PROFILE = {
  email: 'test.user@example.com',
  username: 'test.user@example.com',
  displayName: 'Test User',
  employeeId: 'T-1',
};
const IN_ORDER = ['create-user', 'get-user', 'update-user', 'disable-user', 'enable-user', 'final-disable-user'];

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({ applications: ['Atlas', 'Nimbus'] });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
  engine.mailer.sent.length = 0;
  for (const application of engine.applications.values()) {
    application.calm();
    application.accounts.length = 0;
  }
});
after(() => engine.close());

async function start(wanted: Partial<WantedTest> = {}): Promise<WorkflowHandle> {
  const instances = [AD, 'Atlas', 'Nimbus'];
  const parts = { client: engine.env.client, store: engine.store };
  return await startTest(parts, { profile: PROFILE, instances, keep: false, halts: false, ...wanted });
}

const run = async (wanted: Partial<WantedTest> = {}): Promise<InstanceTest> =>
  (await (await start(wanted)).result()) as InstanceTest;

/** `command outcome [account]` of one instance, in order. */
const linesOf = ({ results }: InstanceTest, instance: string): string[] =>
  results
    .filter((result) => result.instance === instance)
    .map(({ command, success, skipped, active }) =>
      [command, skipped ? 'skipped' : success ? 'done' : 'failed', active ?? ''].join(' ').trim(),
    );

test('every command is tried in every instance in order, and nobody is left enabled', async () => {
  const outcome = await run();

  assert.deepEqual(linesOf(outcome, 'Atlas'), [
    'create-user done true',
    'get-user done true',
    'update-user done true',
    'disable-user done false',
    'enable-user done true',
    'final-disable-user done false',
  ]);
  assert.deepEqual(linesOf(outcome, AD), [
    'create-user done false',
    'initialise done true',
    'get-user done true',
    'update-user done true',
    'disable-user done false',
    'enable-user done true',
    'final-disable-user done false',
  ]);
  assert.deepEqual(outcome.leftEnabled, []);
  assert.ok(engine.application(AD).accountOf(PROFILE.email)?.password);
  assert.deepEqual(engine.mailer.sent, [], 'nobody is told unless somebody is named');
  assert.equal(await engine.store.testUsers.get(outcome.testId), null, 'the test user is forgotten');
});

test('the first password goes to the address that was named, and to nobody else', async () => {
  await run({ mailTo: 'tester@example.com' });

  const { password = '' } = engine.application(AD).accountOf(PROFILE.email) ?? {};
  assert.deepEqual(
    engine.mailer.sent.map(({ to, html }) => [to, html.includes(password)]),
    [[['tester@example.com'], true]],
  );
});

test('a second test finds the account, so that its creation becomes an update', async () => {
  await run();
  const before = engine.application('Atlas').accounts.length;

  const outcome = await run();

  assert.equal(engine.application('Atlas').accounts.length, before);
  assert.equal(linesOf(outcome, 'Atlas')[0], 'create-user done false');
  assert.ok(outcome.results.every(({ success }) => success));
});

test('a command that fails is reported and stops nothing, here and elsewhere', async () => {
  engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);

  const outcome = await run();

  const [create, ...rest] = outcome.results.filter(({ instance }) => instance === 'Atlas');
  assert.deepEqual([create?.success, create?.errorCode], [false, '400']);
  assert.deepEqual(
    rest.map(({ command }) => command),
    IN_ORDER.slice(1),
  );
  assert.ok(outcome.results.filter(({ instance }) => instance !== 'Atlas').every(({ success }) => success));
  const evidence = await engine.store.evidence.ofIncident(outcome.testId);
  assert.equal(
    evidence.find(({ instance, action }) => instance === 'Atlas' && action === 'create-user')?.outcome?.[
      'errorMessage'
    ],
    'The application refuses this.',
  );
});

test('a test user that is kept, or could not be disabled, is warned of', async () => {
  assert.deepEqual((await run({ keep: true })).leftEnabled, [AD, 'Atlas', 'Nimbus']);
  let disabled = 0;
  engine.application('Nimbus').fault = (operation) =>
    operation === 'disable' && ++disabled === 2 ? refusing() : undefined;

  assert.deepEqual((await run()).leftEnabled, ['Nimbus']);
});

test('an instance that may not enable says so, and is not counted as left enabled', async () => {
  const instances = plain.ilm.instances.map((one) =>
    one.name === 'Atlas' ? { ...one, enableUserEnabled: false } : one,
  );
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };

  const outcome = await run({ instances: ['Atlas'] });

  assert.equal(linesOf(outcome, 'Atlas')[4], 'enable-user skipped false');
  assert.deepEqual(outcome.leftEnabled, []);
});

test('an application that answers at the third try has not failed', async () => {
  let calls = 0;
  engine.application('Atlas').fault = (operation) => (operation === 'create' && ++calls < 3 ? passing() : undefined);

  const outcome = await run({ instances: ['Atlas'] });

  assert.equal(linesOf(outcome, 'Atlas')[0], 'create-user done true');
});

test('a test user who is somebody with a User Profile is refused before anything is written', async () => {
  const person = await hired(engine);
  for (const application of engine.applications.values()) application.calm();

  await assert.rejects(run({ profile: { ...PROFILE, email: person.email } }), ({ cause }: Error) => {
    assert.match(String((cause as Error).cause), /a person with a User Profile/);
    return true;
  });

  for (const application of engine.applications.values()) assert.deepEqual(application.calls, []);
  assert.equal(await engine.store.testUsers.collection.countDocuments(), 0);
});

test("an account that is recorded as a person's is not touched, although a test user has the address that it still has", async () => {
  const person = await hired(engine);
  const record = await engine.store.people.byEmail(person.email);
  const email = `renamed.${person.email}`;
  const change = { set: { email, username: email }, emailKey: email };
  assert.ok(await engine.store.people.writeVersion(record?._id ?? '', record?.version ?? 0, change));
  const profile = { ...PROFILE, email: person.email, username: person.email };

  const outcome = await run({ profile, instances: ['Atlas'] });

  assert.deepEqual(
    [...new Set(outcome.results.map(({ success, errorCode }) => `${success} ${errorCode}`))],
    ['false 409'],
  );
  const account = engine.application('Atlas').accountOf(person.email);
  assert.deepEqual([account?.active, account?.displayName], [true, person.displayName]);
  assert.deepEqual(outcome.leftEnabled, []);
});

test('no history of a test holds anything about its user', async () => {
  engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const handle = await start({ instances: [AD, 'Atlas'], keep: true, mailTo: 'x@example.com', halts: true });
  const { halt } = await handle.executeUpdate(testReportUpdate);
  await answer(engine, halt?.taskId ?? '', 'close');
  await handle.result();

  const { events } = await handle.fetchHistory();

  const text = JSON.stringify(events, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  for (const word of ['@example.com', PROFILE.displayName, PROFILE.employeeId]) assert.ok(!text.includes(word), word);
});
