import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { decideAccount } from '../../activities/adoption/decide.js';
import { startAdoption } from '../../activities/adoption/start.js';
import type { AdoptionDocument } from '../../activities/store/adoptions.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import { ConnectorErrorKind } from '../../activities/connectors/types.js';
import { NO_COUNTS } from '../../domain/adoption.js';
import { MAIN_TASK_QUEUE, WorkflowType, adoptionWorkflowId } from '../../domain/names.js';
import type { UserProfile } from '../../domain/profile.js';
import { adoptionProgressQuery, refreshSignal } from '../../workflows/messages.js';
import type { AdoptionProgress } from '../../workflows/messages.js';
import { ADOPTED_WORKDAY, adoptAll, synced as syncedIn } from '../support/adoption.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, eventually, hired, incidentOf, report, settle } from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';

const AD = 'Active Directory';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'], ilm: { workday: [ADOPTED_WORKDAY] } });
});
afterEach(async () => {
  for (const application of engine.applications.values()) {
    application.calm();
    application.isFoundByUsername = false;
    application.accounts.length = 0;
  }
  for (const name of ['people', 'adoptions', 'evidence'])
    await engine.store.database.db.collection(name).deleteMany({});
});
after(() => engine.close());

const synced = (over: UserProfile = {}): ReturnType<typeof syncedIn> => syncedIn(engine, over);
const adopt = (): Promise<AdoptionProgress> => adoptAll(engine);

const countsOf = ({ applications }: AdoptionProgress): Record<string, unknown> =>
  Object.fromEntries(applications.map(({ application, counts }) => [application, counts]));

async function recordOf(personId: string): Promise<PersonDocument> {
  return (await engine.store.people.get(personId))!;
}

async function findingOf(personId: string, application = 'Atlas'): Promise<AdoptionDocument> {
  return (await engine.store.adoptions.get(personId, application))!;
}

test('accounts that people have are stored on their records, and the applications are only asked', async () => {
  const present = await synced();
  const suspended = await synced();
  const waiting = await synced({ adAccountStatus: 'Pending' });
  const ids = [present, suspended, waiting].map(({ email }) => engine.application('Atlas').add({ email }).id);
  for (const { email } of [present, suspended, waiting]) {
    engine.application(AD).add({ email, active: email === present.email });
  }

  const progress = await adopt();

  assert.deepEqual(countsOf(progress), {
    [AD]: { ...NO_COUNTS, matched: 3 },
    Atlas: { ...NO_COUNTS, matched: 3 },
  });
  const people = await Promise.all([present, suspended, waiting].map(({ personId }) => recordOf(personId)));
  assert.deepEqual(
    people.map(({ profile, accounts }) => [profile?.adAccountStatus, accounts?.['Atlas']?.id]),
    [
      ['Enabled', ids[0]],
      ['Disabled', ids[1]],
      ['Pending', ids[2]],
    ],
  );
  for (const application of engine.applications.values()) assert.deepEqual([...new Set(application.calls)], ['find']);
  assert.equal((await findingOf(suspended.personId, AD)).contradicts, true, 'a disabled account of somebody present');
  const evidence = await engine.store.evidence.ofPerson(present.personId);
  assert.deepEqual(evidence.map(({ instance, action, cause }) => `${instance} ${action} ${cause}`).sort(), [
    'Active Directory adopt adoption, started by reviewer-1',
    'Atlas adopt adoption, started by reviewer-1',
  ]);
  assert.deepEqual(evidence.find(({ instance }) => instance === AD)?.changes, {
    adAccountStatus: { old: null, new: 'Enabled' },
  });
});

test('AD Account Status that a flow has set is kept, and a contradiction is noted', async () => {
  const { email, personId } = await synced({ adAccountStatus: 'Disabled', active: false });
  engine.application(AD).add({ email });

  await adopt();

  assert.equal((await recordOf(personId)).profile?.adAccountStatus, 'Disabled');
  assert.equal((await findingOf(personId, AD)).contradicts, true);
});

test('somebody without an account is listed, and nothing is stored for them', async () => {
  const { personId } = await synced();
  const before = await recordOf(personId);

  const progress = await adopt();

  assert.deepEqual(countsOf(progress), {
    [AD]: { ...NO_COUNTS, unmatched: 1 },
    Atlas: { ...NO_COUNTS, unmatched: 1 },
  });
  assert.equal((await findingOf(personId)).outcome, 'unmatched');
  assert.deepEqual(await recordOf(personId), before);
});

test('two accounts by two keys are never written to, until somebody names the right one', async () => {
  const person = await synced({ username: 'pat.one' });
  const atlas = engine.application('Atlas');
  atlas.isFoundByUsername = true;
  atlas.add({ email: person.email, username: 'someone.else', displayName: 'Untouched' });
  const right = atlas.add({ email: 'other@example.com', username: 'pat.one', displayName: 'Untouched' });
  await adopt();
  assert.equal((await findingOf(person.personId)).outcome, 'ambiguous');
  assert.equal((await findingOf(person.personId)).accountIds.length, 2);
  atlas.calls.length = 0;

  const incidentId = await report(engine, { profile: person });

  await asked(engine, incidentId, 'H2');
  const { failedProvisioning, tasks } = await incidentOf(engine, incidentId);
  assert.deepEqual(
    failedProvisioning.map(({ instanceName, errorCode, retryable }) => [instanceName, errorCode, retryable]),
    [['Atlas', 'AmbiguousUser', undefined]],
  );
  assert.match(failedProvisioning[0]?.errorMessage ?? '', /several accounts could be this person's.*--decide/);
  assert.match(tasks[0]?.question ?? '', /Atlas \(AmbiguousUser\)/);
  assert.deepEqual(atlas.calls, [], 'the application is not even asked');
  assert.ok(atlas.accounts.every(({ displayName }) => displayName === 'Untouched'));

  await engine.store.people.releaseProcessed(person.personId, incidentId);
  const account = await decideAccount(engine.deps, {
    person: await recordOf(person.personId),
    source: 'Workday',
    application: 'Atlas',
    accountId: right.id,
    by: 'reviewer-1',
  });
  assert.equal(account?.id, right.id);
  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  assert.equal(right.displayName, person.displayName);
  assert.equal(atlas.accounts.filter(({ displayName }) => displayName === 'Untouched').length, 1);
  const { applications } = await adopt();
  assert.equal(applications.find(({ application }) => application === 'Atlas')?.counts.decided, 1, 'a decision stays');
});

test('an account that could be that of two people is nobody’s until it is decided', async () => {
  const atlas = engine.application('Atlas');
  atlas.isFoundByUsername = true;
  const one = await synced({ username: 'pat.shared' });
  const two = await synced({ username: 'pat.shared' });
  const shared = atlas.add({ email: 'x@example.com', username: 'pat.shared' });

  await adopt();

  for (const { personId } of [one, two]) {
    const finding = await findingOf(personId);
    assert.deepEqual([finding.outcome, finding.accountIds], ['ambiguous', [shared.id]]);
    const facts = (await recordOf(personId)).accounts?.['Atlas'];
    assert.equal(facts?.id, undefined);
    assert.ok(facts?.undecidedSince);
  }
});

test('adopting again clears a doubt that was cleared in the application', async () => {
  const person = await synced({ username: 'pat.two' });
  const atlas = engine.application('Atlas');
  atlas.isFoundByUsername = true;
  const right = atlas.add({ email: person.email, username: 'pat.two.old' });
  const wrong = atlas.add({ email: 'wrong@example.com', username: 'pat.two' });
  await adopt();
  wrong.username = 'renamed';

  await adopt();

  const facts = (await recordOf(person.personId)).accounts?.['Atlas'];
  assert.deepEqual([facts?.id, facts?.undecidedSince], [right.id, undefined]);
});

test('an account that a command has made is trusted, whatever else the keys find', async () => {
  const person = await hired(engine, { sourceInstance: 'Workday' });
  const atlas = engine.application('Atlas');
  const { personId } = (await engine.store.people.byEmail(person.email))!;
  const before = await recordOf(personId);
  atlas.isFoundByUsername = true;
  const own = atlas.accountOf(person.email)!;
  own.username = 'renamed.by.hand';
  atlas.add({ email: 'y@example.com', username: person.username ?? '' });

  await adopt();

  assert.equal((await findingOf(personId)).outcome, 'matched');
  assert.equal((await recordOf(personId)).accounts?.['Atlas']?.id, before.accounts?.['Atlas']?.id);
  assert.equal((await recordOf(personId)).accounts?.['Atlas']?.createdAt, before.accounts?.['Atlas']?.createdAt);
});

test('an application that refuses one person goes on with the next', async () => {
  const [one, two] = [await synced(), await synced()];
  engine.application('Atlas').add({ email: one.email });
  engine.application('Atlas').add({ email: two.email });
  let refused = 0;
  engine.application('Atlas').fault = () => (refused++ === 0 ? refusing(ConnectorErrorKind.Conflict) : undefined);

  const progress = await adopt();

  assert.deepEqual(countsOf(progress)['Atlas'], { ...NO_COUNTS, matched: 1, refused: 1 });
});

test('an application that refuses everybody is given up, and the others go on', async () => {
  const { email } = await synced();
  engine.application(AD).add({ email });
  engine.application('Atlas').fault = () => refusing(ConnectorErrorKind.Unauthorized);

  const { applications } = await adopt();

  assert.deepEqual(
    applications.map(({ application, phase, reason }) => [application, phase, reason]),
    [
      [AD, 'done', null],
      ['Atlas', 'failed', 'The application refuses this.'],
    ],
  );
});

test('nobody is synced yet: the adoption fails and says what to do first', async () => {
  const handle = await startAdoption(engine.env.client, 'Workday', 'reviewer-1');

  await assert.rejects(handle.result(), ({ cause }: Error) => {
    assert.match(String((cause as Error).cause), /'Workday' has no people yet/);
    return true;
  });
});

test('an application that is down is asked again, and those who are done are not', async () => {
  const people = [await synced(), await synced(), await synced()];
  for (const { email } of people) engine.application('Atlas').add({ email });
  let calls = 0;
  engine.application('Atlas').fault = () => (++calls === 2 ? passing() : undefined);

  const progress = await adopt();

  assert.deepEqual(countsOf(progress)['Atlas'], { ...NO_COUNTS, matched: 3 });
  assert.equal(calls, 4, 'three people and one repeat');
});

test('a worker that ends in the middle is followed by one that goes on', async () => {
  const people = [await synced(), await synced(), await synced()];
  for (const { email } of people) engine.application('Atlas').add({ email });
  const held = engine.application('Atlas').holdNext('find');
  const handle = await startAdoption(engine.env.client, 'Workday', 'reviewer-1');
  await held.reached;
  const resting = engine.rest();
  held.release();
  await resting;

  await engine.work();

  assert.deepEqual(countsOf((await handle.result()) as AdoptionProgress)['Atlas'], { ...NO_COUNTS, matched: 3 });
});

test('an adoption continues as new, when its history is long and when it is told to, and loses nothing', async () => {
  const count = 101;
  const people = [];
  for (let index = 0; index < count; index += 1) people.push(await synced());
  for (const { email } of people) engine.application('Atlas').add({ email });
  const handle = await engine.env.client.workflow.start(WorkflowType.AdoptAccounts, {
    workflowId: adoptionWorkflowId('Workday'),
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, instance: 'Workday', by: 'reviewer-1', maxHistoryLength: 12 }],
  });
  await handle.signal(refreshSignal);

  const progress = (await handle.result()) as AdoptionProgress;

  assert.deepEqual(countsOf(progress), {
    [AD]: { ...NO_COUNTS, unmatched: count },
    Atlas: { ...NO_COUNTS, matched: count },
  });
  const newest = await engine.env.client.workflow.getHandle(adoptionWorkflowId('Workday')).describe();
  assert.notEqual(newest.runId, handle.firstExecutionRunId);
});

test('the progress can be asked for, and no history holds an address', async () => {
  const { email } = await synced();
  engine.application('Atlas').add({ email });
  const held = engine.application('Atlas').holdNext('find');
  const handle = await startAdoption(engine.env.client, 'Workday', 'reviewer-1');
  await held.reached;

  const progress = await eventually('it looks', async () => {
    const now = await handle.query(adoptionProgressQuery);
    return now.applications.length === 2 && now;
  });
  held.release();
  await handle.result();

  assert.deepEqual(
    progress.applications.find(({ application }) => application === 'Atlas'),
    { application: 'Atlas', phase: 'looking', counts: NO_COUNTS, reason: null },
  );
  const { events } = await handle.fetchHistory();
  const text = JSON.stringify(events, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  assert.ok(!text.includes('@example.com'));
});
