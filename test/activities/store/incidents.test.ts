import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { randomUUID } from 'node:crypto';

import { openStore } from '../../../activities/store/index.js';
import type { Store } from '../../../activities/store/index.js';
import { openKeyOf } from '../../../activities/store/new-incident.js';
import type { NewIncident } from '../../../activities/store/incident-document.js';
import { CloseReason, IncidentState, IncidentType } from '../../../domain/incident.js';
import { testServers } from '../../support/servers.js';

let store: Store;
before(async () => {
  const { mongodbUri } = await testServers('mongodb');
  store = await openStore({ uri: mongodbUri, name: `ilm-test-${randomUUID()}` });
});
after(async () => {
  await store.database.db.dropDatabase();
  await store.close();
});

const NOW = '2026-02-03T04:05:06.000Z';
const RUN = { workflowId: 'w', firstRunId: 'r' };
const STEP = { at: NOW, step: 'entered' };

const anEvent = (over: Partial<NewIncident> = {}): NewIncident => ({
  eventKey: randomUUID(),
  type: IncidentType.UpdateUser,
  personId: randomUUID(),
  source: { instance: 'Workday', sourceOfTruth: 'Workday' },
  email: 'person@example.com',
  employeeId: '1',
  details: '',
  changedFields: {},
  mergedWith: null,
  conversionHire: false,
  forced: false,
  userProfile: { fields: { title: 'Clerk' } },
  ...over,
});

async function recorded(over: Partial<NewIncident> = {}): Promise<string> {
  const [incidentId] = await store.incidents.record([anEvent(over)], NOW);
  assert.ok(incidentId);
  return incidentId;
}

async function withTask(): Promise<string> {
  const incidentId = await recorded();
  await store.incidents.takeUp(incidentId, RUN, STEP);
  const task = { id: `${incidentId}/D1/1`, kind: 'D1', options: ['a', 'b'], question: '', openedAt: NOW } as const;
  await store.incidents.openTask(incidentId, task, IncidentState.WaitingForDecision);
  return incidentId;
}

const read = async (incidentId: string) => {
  const incident = await store.incidents.get(incidentId);
  assert.ok(incident);
  return incident;
};

test('of a portion of events those that are known are passed over, and the rest keep their order', async () => {
  const known = anEvent();
  await store.incidents.record([known], NOW);
  const [first, last] = [anEvent(), anEvent()];

  const incidentIds = await store.incidents.record([first, known, last], NOW);

  const incidents = await Promise.all(incidentIds.map(read));
  assert.deepEqual(
    incidents.map(({ eventKey }) => eventKey),
    [first.eventKey, last.eventKey],
  );
  assert.ok((incidents[0]?.seq ?? 0) < (incidents[1]?.seq ?? 0));
});

test('the number of events grows over all that record at once', async () => {
  const portions = await Promise.all(
    Array.from({ length: 5 }, () => store.incidents.record([anEvent(), anEvent()], NOW)),
  );

  const seqs = await Promise.all(portions.flat().map(async (incidentId) => (await read(incidentId)).seq));
  assert.equal(new Set(seqs).size, 10);
});

test('two events ask for the same when person, type and report say the same, in whatever order', () => {
  const personId = 'p';
  const base = anEvent({ personId, userProfile: { fields: { title: 'Clerk', location: 'Here' } } });

  const reordered = anEvent({ personId, userProfile: { fields: { location: 'Here', title: 'Clerk' } } });
  const booked = anEvent({
    personId,
    userProfile: { fields: { title: 'Clerk', location: 'Here', isProcessed: true } },
  });
  assert.equal(openKeyOf(reordered), openKeyOf(base));
  assert.equal(openKeyOf(booked), openKeyOf(base));

  for (const other of [
    { ...base, personId: 'q' },
    { ...base, type: IncidentType.NewHire },
    { ...base, forced: true },
    { ...base, userProfile: { fields: { title: 'Head', location: 'Here' } } },
    { ...base, userProfile: { ...base.userProfile, clearedFields: ['terminationDate'] } },
  ]) {
    assert.notEqual(openKeyOf(other), openKeyOf(base));
  }
});

test('a queued incident is taken up by one run, which may come again, and by no other', async () => {
  const incidentId = await recorded();

  assert.equal((await store.incidents.takeUp(incidentId, RUN, STEP))?.entries, 1);
  assert.equal((await store.incidents.takeUp(incidentId, RUN, STEP))?.entries, 2);
  assert.equal(await store.incidents.takeUp(incidentId, { ...RUN, firstRunId: 'other' }, STEP), null);

  await store.incidents.close(incidentId, CloseReason.Done, NOW);
  assert.equal(await store.incidents.takeUp(incidentId, RUN, STEP), null);
});

test('a sample is closed at birth and keeps nothing away', async () => {
  const event = anEvent();

  assert.equal(await store.incidents.recordClosed([event], CloseReason.Sample, NOW), 1);
  assert.equal(await store.incidents.recordClosed([event], CloseReason.Sample, NOW), 0);

  assert.equal((await store.incidents.record([{ ...event, eventKey: randomUUID() }], NOW)).length, 1);
});

test('of many answers at once one is recorded and the others are kept as ignored', async () => {
  const incidentId = await withTask();
  const incident = await read(incidentId);
  const answer = (n: number) => ({ option: 'a', by: `person-${n}`, at: NOW, verified: 'claim' }) as const;

  const outcomes = await Promise.all([1, 2, 3, 4, 5].map((n) => store.incidents.answerTask(incident, 0, answer(n))));

  assert.equal(outcomes.filter((outcome) => outcome === 'recorded').length, 1);
  assert.equal((await read(incidentId)).tasks[0]?.ignoredAnswers?.length, 4);
});

test('the same answer again counts as recorded', async () => {
  const incident = await read(await withTask());
  const answer = { option: 'a', by: 'person-1', at: NOW, verified: 'claim' } as const;

  assert.equal(await store.incidents.answerTask(incident, 0, answer), 'recorded');
  assert.equal(await store.incidents.answerTask(incident, 0, answer), 'recorded');
});

test('a task that is opened twice is one task', async () => {
  const incidentId = await withTask();
  const { tasks } = await read(incidentId);
  assert.ok(tasks[0]);

  await store.incidents.openTask(incidentId, tasks[0], IncidentState.WaitingForDecision);

  assert.equal((await read(incidentId)).tasks.length, 1);
});

test('closing withdraws the open question, so that nobody answers it any more', async () => {
  const incidentId = await withTask();

  const closed = await store.incidents.close(incidentId, CloseReason.Duplicate, NOW);

  assert.equal(closed?.state, 'Closed');
  const incident = await read(incidentId);
  assert.equal(incident.tasks[0]?.withdrawnAt, NOW);
  const answer = { option: 'a', by: 'person-1', at: NOW, verified: 'claim' } as const;
  assert.equal(await store.incidents.answerTask(incident, 0, answer), 'over');
  assert.equal(await store.incidents.update(incidentId, { state: 'Running' }), null);
});

test('an incident is closed once', async () => {
  const incidentId = await recorded();
  await store.incidents.close(incidentId, CloseReason.Done, NOW);

  assert.equal(await store.incidents.close(incidentId, CloseReason.Declined, NOW), null);
  assert.equal((await read(incidentId)).closeReason, 'done');
});

test('a wish that was declined for good stays away until the keys of the person are released', async () => {
  const event = anEvent();
  const [incidentId = ''] = await store.incidents.record([event], NOW);
  await store.incidents.close(incidentId, CloseReason.Declined, NOW, {}, { keepOpenKey: true });
  const again = () => store.incidents.record([{ ...event, eventKey: randomUUID() }], NOW);
  assert.deepEqual(await again(), []);

  await store.incidents.releaseOpenKeys(event.personId ?? '');

  assert.equal((await again()).length, 1);
});

test('only a run that still has the incident is marked as interrupted', async () => {
  const incidentId = await recorded();
  const before = await store.incidents.takeUp(incidentId, RUN, STEP);
  assert.ok(before);
  const { collection } = store.incidents;
  await collection.updateOne({ _id: incidentId }, { $set: { run: { ...RUN, firstRunId: 'newer' } } });

  await store.incidents.interrupt(before, STEP);
  assert.equal((await read(incidentId)).state, 'Running');

  await store.incidents.interrupt(await read(incidentId), STEP);
  assert.equal((await read(incidentId)).state, 'Interrupted');
});

test('evidence is added once, whatever else is added with it', async () => {
  const one = { _id: randomUUID(), at: NOW, kind: 'command', cause: 'test', incidentId: 'INC-e' } as const;
  await store.evidence.append([one]);

  await store.evidence.append([
    { ...one, cause: 'changed' },
    { ...one, _id: randomUUID() },
  ]);

  const found = await store.evidence.ofIncident('INC-e');
  assert.equal(found.length, 2);
  assert.ok(found.every(({ cause }) => cause === 'test'));
});
