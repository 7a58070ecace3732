import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { countingWindow } from '../../activities/incidents/termination-decisions.js';
import { IncidentType } from '../../domain/incident.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, eventually, hired, incidentOf, personOf, report, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';

const LIMIT = 2;

let engine: Engine;
let now: Date;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: { timeZone: 'Pacific/Auckland', playbooks: { maxDeactivationLimit: LIMIT } },
  });
  engine.deps.clock.now = () => now;
});
beforeEach(async () => {
  now = new Date();
  await engine.store.deactivations.reset(now.toISOString(), 'a test');
  now = new Date(now.getTime() + 1);
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

type Person = Awaited<ReturnType<typeof hired>>;

/** Somebody whose directory account is enabled. */
async function working(): Promise<Person> {
  const person = await hired(engine);
  Object.assign(engine.application('Active Directory').accountOf(person.email) ?? {}, { active: true });
  return person;
}

const leave = async (profile?: Person): Promise<string> =>
  report(engine, { type: IncidentType.TerminateUser, profile: profile ?? (await working()) });

const count = async () => engine.store.deactivations.count(await countingWindow(engine.deps));

async function reachLimit(): Promise<void> {
  for (let index = 0; index < LIMIT; index += 1) await closed(engine, await leave());
}

test('beyond the limit each further deactivation is asked about before anything is written', async () => {
  await reachLimit();
  const person = await working();
  const before = (await engine.store.people.byEmail(person.email))?.profile;

  const incidentId = await leave(person);

  await asked(engine, incidentId, 'D7');
  const { question } = (await incidentOf(engine, incidentId)).tasks[0] ?? {};
  assert.match(question ?? '', /2 disabled and 0 under way, the limit is 2/);
  const { processedBy: _, ...profile } = (await personOf(engine, incidentId)).profile ?? {};
  assert.deepEqual({ ...profile, isProcessed: false }, before);
  await settle(engine, incidentId, 'D7', 'Deactivate Account');
  await closed(engine, incidentId);
  assert.equal(engine.application('Active Directory').accountOf(person.email)?.active, false);
  assert.equal((await count()).disabled, LIMIT + 1);
});

test('somebody spared by the limit is left alone for seven days', async () => {
  await reachLimit();
  const person = await working();
  const incidentId = await leave(person);

  await settle(engine, incidentId, 'D7', "DON'T Deactivate Account");

  assert.equal((await closed(engine, incidentId)).closeReason, 'declined');
  const { keptAs, keptUntil, active, isProcessed } = (await personOf(engine, incidentId)).profile ?? {};
  assert.deepEqual([keptAs, active, isProcessed], ['limit', true, false]);
  assert.equal(Date.parse(keptUntil ?? '') - now.getTime(), 7 * 24 * 3_600_000);
  assert.equal(engine.application('Active Directory').accountOf(person.email)?.active, true);
  assert.deepEqual(await count(), { disabled: LIMIT, underWay: 0 });
});

test('terminations side by side never pass the limit together', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, working));

  const incidentIds = await Promise.all(people.map((person) => leave(person)));

  const ends = await Promise.all(
    incidentIds.map((id) =>
      eventually(`${id} is closed or asks`, async () => {
        const { state } = await incidentOf(engine, id);
        return (state === 'Closed' || state === 'WaitingForDecision') && state;
      }),
    ),
  );
  assert.equal(ends.filter((state) => state === 'Closed').length, LIMIT);
  assert.equal((await count()).disabled, LIMIT);
});

test('a directory account that was not disabled does not count', async () => {
  engine.application('Active Directory').fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const failed = await leave();
  await asked(engine, failed, 'H2');
  engine.application('Active Directory').calm();
  const skipped = await leave(await hired(engine));
  await closed(engine, skipped);

  assert.deepEqual(await count(), { disabled: 0, underWay: 0 });
});

test('a retry counts once and is not asked about again', async () => {
  engine.application('Active Directory').fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const incidentId = await leave();
  await asked(engine, incidentId, 'H2');
  engine.application('Active Directory').calm();
  await reachLimit();

  await settle(engine, incidentId, 'H2', 'retry');

  assert.deepEqual(
    (await closed(engine, incidentId)).tasks.map(({ kind }) => kind),
    ['H2'],
  );
  assert.equal((await count()).disabled, LIMIT + 1);
});

test('the count begins anew with the day of the service', async () => {
  // 11:30 and 12:30 UTC of a winter's day are two days in Auckland.
  const late = Date.UTC(now.getUTCFullYear() + 1, 5, 1, 11, 30);
  now = new Date(late);
  await reachLimit();
  assert.equal((await count()).disabled, LIMIT);

  now = new Date(late + 3_600_000);

  assert.equal((await count()).disabled, 0);
  assert.deepEqual((await closed(engine, await leave())).tasks, []);
});
