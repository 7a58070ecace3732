import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  disputed,
  eventually,
  hired,
  incidentOf,
  personOf,
  report,
  runOf,
  settle,
  viewOf,
} from '../support/incidents.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'] });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
  delete (engine.store.people as Partial<typeof engine.store.people>).writeInTurn;
});
after(() => engine.close());

const isWaiting = async (incidentId: string): Promise<boolean> => {
  const { workflowId } = await runOf(engine, incidentId);
  return (await viewOf(engine, workflowId)).step === "waiting for the person's turn";
};

/** A new hire whose command in Atlas is held before it writes. */
async function holding(operation: 'find' | 'create') {
  const profile = aPerson();
  const held = engine.application('Atlas').holdNext(operation);
  const incidentId = await report(engine, { profile });
  await held.reached;
  return { profile, held, incidentId };
}

/** Takes the turn away from whoever holds it, as a keeper that thinks them dead does. */
async function evict(incidentId: string): Promise<void> {
  const { personId, queue } = await personOf(engine, incidentId);
  await engine.store.people.giveBack(personId, queue[0]?.ticket ?? '');
}

test('while one incident of a person writes, another one waits, and goes on when the turn is given back', async () => {
  const { profile, held, incidentId: hire } = await holding('create');
  const update = await report(engine, { type: 'IAM - Update User', profile: { ...profile, title: 'Clerk' } });
  await eventually('the update waits', () => isWaiting(update));
  const { queue, profile: stored } = await personOf(engine, hire);
  assert.deepEqual(
    queue.map(({ incidentId }) => incidentId),
    [hire, update],
  );
  assert.equal(stored?.processedBy, hire);

  held.release();

  await closed(engine, hire);
  assert.equal((await closed(engine, update)).entries, 2, 'it is woken once and does not poll');
});

test('turns are held in the order in which they were drawn', async () => {
  const { profile, held, incidentId: hire } = await holding('create');
  const waiting: string[] = [];
  for (const type of [IncidentType.RehireUser, IncidentType.UpdateUser]) {
    const incidentId = await report(engine, { type, profile });
    await eventually(`${type} waits`, () => isWaiting(incidentId));
    waiting.push(incidentId);
  }

  held.release();

  await closed(engine, waiting.at(-1) ?? '');
  const { gone } = await personOf(engine, hire);
  assert.deepEqual(
    gone.map((ticket) => ticket.split('/')[0]),
    [hire, ...waiting],
  );
});

test('a termination goes ahead of everybody who waits', async () => {
  const { profile, held, incidentId: hire } = await holding('create');
  const update = await report(engine, { type: 'IAM - Update User', profile });
  await eventually('the update waits', () => isWaiting(update));

  const leaver = await report(engine, { type: 'IAM - Terminate User', profile });

  await eventually('the termination waits', () => isWaiting(leaver));
  const { queue } = await personOf(engine, hire);
  assert.deepEqual(
    queue.map(({ incidentId }) => incidentId),
    [hire, leaver, update],
  );
  held.release();
  assert.equal((await closed(engine, leaver)).closeReason, 'done');
  assert.equal((await closed(engine, update)).closeReason, 'overtaken');
});

test('a run whose turn was taken before a command wrote queues again, and nothing is done twice', async () => {
  const { profile, held, incidentId } = await holding('find');
  await eventually('the directory is done', async () =>
    (await engine.store.evidence.outcomes(incidentId)).some(({ action }) => action === 'initialise'),
  );
  await evict(incidentId);

  held.release();

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  for (const [name, application] of engine.applications) {
    assert.equal(application.accounts.filter(({ email }) => email === profile.email).length, 1, name);
  }
  assert.match(incident.steps.map(({ step }) => step).join(), /gave way to another incident/);
  assert.deepEqual((await personOf(engine, incidentId)).intents ?? {}, {}, 'every intent has its outcome');
});

test('a run whose turn was taken while a command wrote books what was done under a new turn', async () => {
  const { held, incidentId } = await holding('create');
  await evict(incidentId);

  held.release();

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'done');
  assert.equal(incident.successfulProvisioning.length, 3);
  const person = await personOf(engine, incidentId);
  assert.equal(person.profile?.isTemporaryUser, false);
  assert.ok(person.accounts?.['Atlas']?.id);
});

test('a run whose turn was taken while it entered its incident enters again', async () => {
  const { people } = engine.store;
  const write = people.writeInTurn.bind(people);
  let isTaken = false;
  people.writeInTurn = async (personId, ticket, change) => {
    if (!isTaken) await people.giveBack(personId, ticket);
    isTaken = true;
    return await write(personId, ticket, change);
  };

  const incidentId = await report(engine, { profile: aPerson() });

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal((await personOf(engine, incidentId)).gone.length, 2);
});

test('a hire that waits for an answer closes as overtaken once a later termination was carried out', async () => {
  const profile = aPerson();
  const mergedUserProfile = { ...profile, email: aPerson().email };
  const hire = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  await asked(engine, hire, 'D1');
  const { seq, personId } = await incidentOf(engine, hire);
  const applied = { [`applied.${IncidentType.TerminateUser}`]: seq + 1 };
  await engine.store.people.collection.updateOne({ _id: personId ?? '' }, { $set: applied });

  await settle(engine, hire, 'D1', 'Create New Account');

  assert.equal((await closed(engine, hire)).closeReason, 'overtaken');
  assert.equal(engine.application('Atlas').accountOf(profile.email), undefined);
  assert.deepEqual((await personOf(engine, hire)).queue, []);
});

/** A termination that somebody has to decide about. */
const orphaned = (profile: UserProfile): Promise<string> =>
  report(engine, { type: 'IAM - Terminate User', terminationTrigger: 'Orphan', profile });

test('a termination that waits closes as overtaken once a later rehire was carried out', async () => {
  const leaver = await orphaned(await hired(engine));
  await asked(engine, leaver, 'D5');
  const { seq, personId } = await incidentOf(engine, leaver);
  const applied = { [`applied.${IncidentType.RehireUser}`]: seq + 1 };
  await engine.store.people.collection.updateOne({ _id: personId ?? '' }, { $set: applied });

  await settle(engine, leaver, 'D5', 'Terminate');

  assert.equal((await closed(engine, leaver)).closeReason, 'overtaken');
  const { profile } = await personOf(engine, leaver);
  assert.equal(profile?.isProcessed, false);
  assert.equal(profile?.processedBy, undefined);
});

test('a termination is not overtaken by an update, and not by what came before it', async () => {
  const profile = await hired(engine);
  const leaver = await orphaned(profile);
  await asked(engine, leaver, 'D5');
  const { seq, personId } = await incidentOf(engine, leaver);
  const applied = {
    [`applied.${IncidentType.UpdateUser}`]: seq + 1,
    [`applied.${IncidentType.RehireUser}`]: seq - 1,
  };
  await engine.store.people.collection.updateOne({ _id: personId ?? '' }, { $set: applied });

  await settle(engine, leaver, 'D5', 'Terminate');

  assert.equal((await closed(engine, leaver)).closeReason, 'done');
  assert.equal(engine.application('Atlas').accountOf(profile.email)?.active, false);
});

test('a run that is reset to its beginning finds the question that is open, and its answer counts', async () => {
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: await disputed(engine) });
  const taskId = await asked(engine, incidentId, 'H1');
  const { workflowId } = await runOf(engine, incidentId);
  await engine.env.connection.workflowService.resetWorkflowExecution({
    namespace: engine.namespace,
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: 4 as never,
    requestId: incidentId,
    reason: 'test',
  });

  assert.equal(await asked(engine, incidentId, 'H1'), taskId);
  await settle(engine, incidentId, 'H1', 'close');
  await closed(engine, incidentId);
});

test('a run that is reset after it gave its turn back draws another ticket', async () => {
  const incidentId = await report(engine, { type: 'IAM - Update User', profile: await disputed(engine) });
  await settle(engine, incidentId, 'H1', 'retry');
  await asked(engine, incidentId, 'H1');
  const { personId, run } = await incidentOf(engine, incidentId);
  assert.ok(run);
  const { collection } = engine.store.incidents;
  await collection.updateOne({ _id: incidentId }, { $set: { 'tasks.1.withdrawnAt': 'now' } });

  const { openSyncUser } = (await import('../../activities/index.js')).createActivities(engine.deps);
  const opened = await openSyncUser({ incidentId, ...run, entry: 1, at: 'start' });

  assert.equal(opened.kind, 'redraw');
  assert.deepEqual((await engine.store.people.get(personId ?? ''))?.queue, []);
});
