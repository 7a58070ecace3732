import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import type { AnEvent } from '../support/incidents.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, hired, incidentOf, personOf, report, settle } from '../support/incidents.js';
import { passing } from '../support/memory-application.js';

const CHIEF = 'Chief Executive';

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas', 'Okta', 'Okta South'],
    ilm: { protected: { emails: [], expression: `title = '${CHIEF}'` } },
  });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

type Person = Awaited<ReturnType<typeof hired>>;

/** Reports that somebody has left. */
const leave = (profile: Person, over: Partial<AnEvent> = {}): Promise<string> =>
  report(engine, {
    type: IncidentType.TerminateUser,
    profile: { ...profile, employmentStatus: 'Terminated' },
    ...over,
  });

const orphan = (profile: Person): Promise<string> => leave(profile, { terminationTrigger: 'ORPHAN' as 'Orphan' });

const endedInOkta = (profile: Person, instance = 'Okta'): Promise<string> =>
  leave(profile, { terminationTrigger: 'tufe' as 'TUFE', source: { instance, sourceOfTruth: 'Workday' } });

const isActive = (application: string, { email }: Person): boolean | undefined =>
  engine.application(application).accountOf(email)?.active;

const deactivateIn = (application: string, { email }: Person): void => {
  Object.assign(engine.application(application).accountOf(email) ?? {}, { active: false });
};

const profileOf = async (incidentId: string) => (await personOf(engine, incidentId)).profile ?? {};

/** The profile without what only says that an incident was at work on it. */
const lasting = async (incidentId: string) => {
  const { processedBy: _, ...rest } = await profileOf(incidentId);
  return { ...rest, isProcessed: false };
};

test('an orphan is asked about before anything is written, and terminated when the answer says so', async () => {
  const person = await hired(engine);
  const before = (await engine.store.people.byEmail(person.email))?.profile;
  const incidentId = await orphan(person);
  await asked(engine, incidentId, 'D5');
  assert.deepEqual(await lasting(incidentId), before);
  assert.equal(isActive('Atlas', person), true);
  assert.deepEqual((await personOf(engine, incidentId)).queue, []);

  await settle(engine, incidentId, 'D5', 'Terminate');

  await closed(engine, incidentId);
  assert.equal(isActive('Atlas', person), false);
  const { active, terminationTrigger, adAccountStatus } = await profileOf(incidentId);
  assert.deepEqual([active, terminationTrigger, adAccountStatus], [false, 'Orphan', 'Disabled']);
});

test('an orphan who is kept stays as they are, and detection is told to leave them alone', async () => {
  const person = await hired(engine);
  const before = (await engine.store.people.byEmail(person.email))?.profile;
  const incidentId = await orphan(person);

  await settle(engine, incidentId, 'D5', 'Keep');

  assert.equal((await closed(engine, incidentId)).closeReason, 'declined');
  assert.deepEqual(await profileOf(incidentId), { ...before, keptAs: 'orphan' });
  assert.equal(isActive('Atlas', person), true);
});

test('somebody who was kept and leaves later is kept no longer', async () => {
  const person = await hired(engine);
  await settle(engine, await orphan(person), 'D5', 'Keep');

  const incidentId = await leave(person);

  await closed(engine, incidentId);
  assert.equal((await profileOf(incidentId)).keptAs, '');
});

test('a termination made in Okta goes on without a question when the account is inactive there', async () => {
  const person = await hired(engine);
  deactivateIn('Okta', person);

  const incident = await closed(engine, await endedInOkta(person));

  assert.deepEqual(incident.tasks, []);
  assert.equal(isActive('Atlas', person), false);
  const { active, terminationTrigger, sourceInstance, sourceReleased } = await profileOf(incident._id);
  assert.deepEqual([active, terminationTrigger, sourceInstance], [false, 'TUFE', 'Workday']);
  assert.equal(sourceReleased, undefined, 'Okta does not own the person');
});

test('only the Okta instance that the event came from is asked, and its answer is no result', async () => {
  const person = await hired(engine);
  deactivateIn('Okta South', person);
  engine.application('Okta').calm();

  const incident = await closed(engine, await endedInOkta(person, 'Okta South'));

  assert.deepEqual(incident.tasks, []);
  assert.equal(incident.inquiry?.['Okta%20South'], 'inactive');
  assert.deepEqual(Object.keys(incident.inquiry), ['Okta%20South']);
  assert.ok(incident.successfulProvisioning.every(({ action }) => action === 'disable'));
});

test('an event of an unknown source needs the account to be inactive in every Okta', async () => {
  const person = await hired(engine);
  deactivateIn('Okta', person);
  const first = await endedInOkta(person, 'Elsewhere');
  await asked(engine, first, 'D6');
  assert.match((await incidentOf(engine, first)).tasks[0]?.question ?? '', /Okta: inactive, Okta South: active/);
  await settle(engine, first, 'D6', "Don't Deactivate");
  await closed(engine, first);
  deactivateIn('Okta South', person);

  const second = await endedInOkta(person, 'Elsewhere');

  assert.deepEqual((await closed(engine, second)).tasks, []);
});

for (const [title, prepare] of [
  ['active', (): void => undefined],
  ['unknown', ({ email }: Person): void => void forget('Okta', email)],
  ['unreachable', (): void => void (engine.application('Okta').fault = () => passing())],
] as const) {
  test(`an account that is ${title} in Okta is asked about, once, and the answer terminates in full`, async () => {
    const person = await hired(engine);
    prepare(person);
    const incidentId = await endedInOkta(person);
    await asked(engine, incidentId, 'D6');
    engine.application('Okta').calm();

    await settle(engine, incidentId, 'D6', 'Deactivate');

    const incident = await closed(engine, incidentId);
    assert.equal(incident.tasks.length, 1);
    const { active, terminationTrigger, adAccountStatus } = await profileOf(incidentId);
    assert.deepEqual([active, terminationTrigger, adAccountStatus], [false, 'TUFE', 'Disabled']);
    assert.equal(isActive('Atlas', person), false);
  });
}

function forget(application: string, email: string): void {
  const { accounts } = engine.application(application);
  accounts.splice(
    accounts.findIndex((account) => account.email === email),
    1,
  );
}

test('declined, a termination made in Okta writes nothing', async () => {
  const person = await hired(engine);
  const before = (await engine.store.people.byEmail(person.email))?.profile;
  const incidentId = await endedInOkta(person);

  await settle(engine, incidentId, 'D6', "Don't Deactivate");

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'declined');
  assert.deepEqual(incident.successfulProvisioning, []);
  assert.deepEqual(await profileOf(incidentId), before);
});

test('without any Okta instance a termination made there is asked about', async () => {
  const person = await hired(engine);
  const before = engine.configuration.value;
  const instances = before.ilm.instances.map((one) => (one.name.startsWith('Okta') ? { ...one, enabled: false } : one));
  engine.configuration.value = { ...before, ilm: { ...before.ilm, instances } };

  const incidentId = await endedInOkta(person);

  await asked(engine, incidentId, 'D6');
  engine.configuration.value = before;
  await settle(engine, incidentId, 'D6', "Don't Deactivate");
});

test('protected people are never disabled without a decision', async () => {
  const person = await hired(engine, { title: CHIEF });
  const incidentId = await leave(person);
  await asked(engine, incidentId, 'Protected');
  assert.equal(isActive('Atlas', person), true);
  assert.notEqual((await profileOf(incidentId)).active, false);

  await settle(engine, incidentId, 'Protected', 'Deactivate');

  await closed(engine, incidentId);
  assert.equal(isActive('Atlas', person), false);
});

test('protected people who are kept are left alone for a week', async () => {
  const person = await hired(engine, { title: CHIEF });
  const incidentId = await leave(person);

  await settle(engine, incidentId, 'Protected', "Don't Deactivate");

  await closed(engine, incidentId);
  const { keptAs, keptUntil, active } = await profileOf(incidentId);
  assert.deepEqual([keptAs, active], ['limit', true]);
  assert.ok(Date.parse(keptUntil ?? '') > Date.now());
});

test('whoever decides about an orphan is told that they are protected, and is not asked twice', async () => {
  const incidentId = await orphan(await hired(engine, { title: CHIEF }));
  await asked(engine, incidentId, 'D5');
  assert.match((await incidentOf(engine, incidentId)).tasks[0]?.question ?? '', /They are protected/);

  await settle(engine, incidentId, 'D5', 'Terminate');

  assert.equal((await closed(engine, incidentId)).tasks.length, 1);
});
