import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';

import { OktaEventState } from '../../activities/store/okta-events.js';
import { OktaEventType } from '../../domain/okta/event-types.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { eventually } from '../support/incidents.js';
import { OKTA, OKTA_ENGINE } from '../support/okta.js';
import { PolledOkta, SERVICE_LOGIN, deactivationOf, givenPeople, logEvents } from '../support/okta-events.js';

const HOUR_MS = 3_600_000;

let engine: Engine;
let okta: PolledOkta;
before(async () => {
  engine = await startEngine(OKTA_ENGINE);
  okta = await PolledOkta.join(engine);
  // Whoever is terminated here waits in the record; the runs are not what these tests look at.
  await engine.rest();
});
afterEach(async () => {
  engine.clock.now = () => new Date();
  await okta.clear();
});
after(async () => {
  await engine.close();
  await okta.organisation.stop();
});

const agoText = (ms: number): string => new Date(Date.now() - ms).toISOString();
const address = (name: string): string => `${name}-${randomUUID().slice(0, 8)}@example.com`;

/** Starts to follow the log, so that what is written from now on is new. */
async function following(): Promise<void> {
  await okta.read();
}

const handedTo = async (): Promise<string[]> => (await okta.incidents()).map(({ email }) => email).sort();

test('the first poll takes nothing from the past, and what happens later is read to the last page', async () => {
  const [before, later] = [address('before'), address('later')];
  await givenPeople(engine.store, [before, later]);
  await logEvents(okta.app, [deactivationOf(before)]);
  await new Promise((resolve) => setImmediate(resolve));
  engine.clock.now = () => new Date(Date.now() + 1_000);
  await following();
  engine.clock.now = () => new Date();
  await logEvents(okta.app, [
    deactivationOf(later),
    ...Array.from({ length: 1_200 }, () => deactivationOf(address('stranger'))),
  ]);

  const { read, added } = await okta.read();
  const { opened, held } = await okta.handOver();

  assert.deepEqual([read, added, opened, held], [1_201, 1_201, 1, 1_200]);
  assert.deepEqual(await handedTo(), [later]);
});

test('events out of order and late ones are delivered like any other, and one that comes twice counts once', async () => {
  const people = ['a', 'b', 'c'].map(address);
  await givenPeople(engine.store, people);
  await following();
  const events = people.map((login, index) => deactivationOf(login, { published: agoText(index * 20 * HOUR_MS) }));

  await logEvents(okta.app, [...events].reverse());
  await okta.read();
  await logEvents(okta.app, events);
  const { read, added } = await okta.read();
  await okta.handOver();
  const { opened } = await okta.handOver();

  assert.deepEqual([read, added, opened], [3, 0, 0]);
  assert.deepEqual(await handedTo(), [...people].sort());
});

test('a poll opens maxFetch incidents at most; the rest stays in the queue while new events are read', async () => {
  const people = Array.from({ length: 5 }, (_, index) => address(`p${index}`));
  await givenPeople(engine.store, people);
  okta.configure({ maxFetch: 2 });
  await following();
  await logEvents(
    okta.app,
    people.slice(0, 4).map((login) => deactivationOf(login)),
  );
  await okta.read();

  const first = await okta.handOver();
  await logEvents(okta.app, [deactivationOf(people[4] ?? '')]);
  await okta.read();
  const [second, third] = [await okta.handOver(), await okta.handOver()];

  const numbers = [first, second, third].map(({ opened, queued }) => [opened, queued]);
  assert.deepEqual(numbers, [
    [2, 2],
    [2, 1],
    [1, 0],
  ]);
  assert.deepEqual(await handedTo(), [...people].sort());
});

test('a handing-over that was interrupted is repeated without a second incident', async () => {
  const login = address('pat');
  await givenPeople(engine.store, [login]);
  await following();
  await logEvents(okta.app, [deactivationOf(login)]);
  await okta.read();
  await okta.handOver();
  // As if the process had died between the record and its mark.
  await engine.store.oktaEvents.collection.updateMany({}, { $set: { state: OktaEventState.Queued } });

  await okta.handOver();

  const [event] = await engine.store.oktaEvents.collection.find().toArray();
  const incidents = await okta.incidents();
  assert.equal(incidents.length, 1);
  assert.deepEqual([event?.state, event?.incidentId], [OktaEventState.Handed, incidents[0]?._id]);
});

test('a 429 in the middle is no failure: the answer says when, and the same page is read then', async () => {
  const logins = Array.from({ length: 1_500 }, () => address('pat'));
  await following();
  await logEvents(
    okta.app,
    logins.map((login) => deactivationOf(login)),
  );
  okta.app.addFault({ kind: 'slow', delayMs: 0, path: '/logs' });
  okta.app.addFault({ kind: 'rate-limit', path: '/logs', retryAfterSeconds: 2 });

  const limited = await okta.read();
  const rest = await eventually('Okta lets us read', async () => {
    const report = await okta.read();
    return report.waitUntil === null && report;
  });

  const wait = Date.parse(limited.waitUntil ?? '') - Date.now();
  assert.deepEqual([limited.read, rest.read], [1_000, 500]);
  assert.ok(wait < 4_000, `it would wait ${wait} ms more`);
  const requests = okta.app.requests().filter(({ path }) => path.includes('after='));
  assert.equal((await engine.store.oktaEvents.counts(OKTA)).queued, 1_500);
  assert.ok(requests.length >= 2);
});

test('a changed filter begins anew behind the newest event, and known events are passed over', async () => {
  const [known, moved] = [address('known'), address('moved')];
  await givenPeople(engine.store, [known, moved]);
  await following();
  await logEvents(okta.app, [deactivationOf(known), deactivationOf(moved, { eventType: OktaEventType.ProfileUpdate })]);
  await okta.read();

  okta.configure({ eventTypes: [OktaEventType.Deactivation, OktaEventType.ProfileUpdate] });
  const { read, added } = await okta.read();

  assert.deepEqual([read, added], [2, 1]);
  await okta.handOver();
  assert.deepEqual(await handedTo(), [known]);
});

test('a link that Okta does not take any more is replaced by a new first call, and nothing is lost', async () => {
  const login = address('pat');
  await givenPeople(engine.store, [login]);
  await following();
  await logEvents(okta.app, [deactivationOf(login)]);
  await engine.store.database.db
    .collection<{ _id: string }>('okta_cursors')
    .updateOne({ _id: OKTA }, { $set: { next: `${okta.app.baseUrl}/logs?after=expired` } });

  await okta.read();
  await okta.handOver();

  assert.deepEqual(await handedTo(), [login]);
});

test('an unknown user is held until the profile is there, whatever the case of the address', async () => {
  const login = address('Pat');
  await following();
  await logEvents(okta.app, [deactivationOf(login.toUpperCase())]);
  await okta.read();
  const unknown = await okta.handOver();
  await givenPeople(engine.store, [login]);

  const soon = await okta.handOver();
  engine.clock.now = () => new Date(Date.now() + 2 * 60_000);
  const later = await okta.handOver();

  assert.deepEqual(
    [unknown, soon, later].map(({ held, opened }) => [held, opened]),
    [
      [1, 0],
      [1, 0],
      [0, 1],
    ],
  );
  assert.deepEqual(await handedTo(), [login]);
});

test('when the time of a held event is up, an incident without a person asks somebody', async () => {
  const login = address('stranger');
  await following();
  await logEvents(okta.app, [deactivationOf(login)]);
  await okta.read();
  await okta.handOver();
  engine.clock.now = () => new Date(Date.now() + 25 * HOUR_MS);

  const { held, opened } = await okta.handOver();

  const [incident] = await okta.incidents();
  assert.deepEqual([held, opened], [0, 1]);
  assert.deepEqual([incident?.personId, incident?.email, incident?.terminationTrigger], [null, login, 'TUFE']);
});

test('with the policy drop an unknown user is counted and forgotten', async () => {
  okta.configure({ unknownUserPolicy: 'drop' });
  await following();
  await logEvents(okta.app, [deactivationOf(address('stranger'))]);
  await okta.read();

  const { held, dropped } = await okta.handOver();

  assert.deepEqual([held, dropped], [0, { unknownUser: 1 }]);
});

test('an address that now belongs to somebody with another account in Okta terminates nobody', async () => {
  const login = address('pat');
  await givenPeople(engine.store, [login]);
  await engine.store.people.writeVersion(`person-${login}`, 1, { accounts: { [OKTA]: { id: '00u-another' } } });
  await following();
  await logEvents(okta.app, [deactivationOf(login)]);
  await okta.read();

  assert.deepEqual([(await okta.handOver()).held, (await okta.incidents()).length], [1, 0]);
});

test('a renamed login is found by its account', async () => {
  const email = address('pat');
  await givenPeople(engine.store, [email]);
  await engine.store.people.writeVersion(`person-${email}`, 1, {
    accounts: { [OKTA]: { id: '00u-renamed@example.com' } },
  });
  await following();
  await logEvents(okta.app, [deactivationOf('renamed@example.com')]);
  await okta.read();
  await okta.handOver();

  assert.deepEqual(await handedTo(), [email]);
});

test('what starts nothing is dropped with its reason: other types, failures, our own, and flows that are not built', async () => {
  okta.configure({ autoGenerateQueryFilter: false, fetchQueryFilter: 'eventType pr' });
  const login = address('pat');
  await givenPeople(engine.store, [login]);
  await following();
  await logEvents(okta.app, [
    deactivationOf(login, { eventType: 'user.session.start' }),
    deactivationOf(login, { outcome: { result: 'FAILURE' } }),
    deactivationOf(login, { actor: { id: '00u1', type: 'User', alternateId: SERVICE_LOGIN.toUpperCase() } }),
    deactivationOf(login, { eventType: OktaEventType.ProfileUpdate }),
    deactivationOf(login, { eventType: OktaEventType.GroupRemove }),
    deactivationOf(login, { target: [] }),
  ]);
  await okta.read();

  const { dropped, opened } = await okta.handOver();

  assert.deepEqual(dropped, { eventType: 1, outcome: 1, actor: 1, notBuilt: 2, noUser: 1 });
  assert.equal(opened, 0);
});

test('without a rule no deactivation counts, and with one that lets our own pass they wait and say why', async () => {
  const login = address('pat');
  await givenPeople(engine.store, [login]);
  okta.configure({ tufe: { dropActors: ['somebody.else@example.com'] } });
  await following();
  await logEvents(okta.app, [deactivationOf(login)]);
  await okta.read();

  const waiting = await okta.handOver();
  okta.configure({});
  const corrected = await okta.handOver();
  okta.configure({ tufe: {} });
  await logEvents(okta.app, [deactivationOf(login)]);
  await okta.read();
  const without = await okta.handOver();

  assert.deepEqual([waiting.queued, waiting.opened], [1, 0]);
  assert.match(waiting.reason ?? '', /tufe.dropActors does not name the account of this instance/);
  assert.deepEqual([corrected.opened, corrected.reason], [1, null]);
  assert.deepEqual(without.dropped, { noActorRule: 1 });
});

test('an automatic filter without any application, or a missing entry, stops the poll with the remedy', async () => {
  okta.configure({ eventTypes: [OktaEventType.ApplicationAdd] });
  await assert.rejects(okta.read(), /No application is configured.*ilm okta config add/s);

  okta.configure({ enabled: false });
  await assert.rejects(okta.read(), /switched off/);
  await assert.rejects(okta.handOver(), /switched off/);
});

test('final events are forgotten after a week, except what a new filter would read again', async () => {
  okta.configure({ unknownUserPolicy: 'drop' });
  await following();
  await logEvents(okta.app, [
    deactivationOf(address('old'), { published: agoText(HOUR_MS) }),
    deactivationOf(address('new')),
  ]);
  await okta.read();
  await okta.handOver();
  engine.clock.now = () => new Date(Date.now() + 8 * 24 * HOUR_MS);

  const { dropped } = await okta.handOver();

  assert.deepEqual(dropped, { unknownUser: 1 });
});
