import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { closed, hired, personOf, report, runOf } from '../support/incidents.js';

const DIRECTORY = 'Active Directory';

let engine: Engine;
before(async () => {
  engine = await startEngine({
    skipTime: true,
    applications: [],
    ilm: {
      playbooks: { secondsToWaitBeforeWelcomeEmail: 3600 },
      workday: [
        {
          name: 'Workday',
          reportUrl: 'https://workday.example.com/report',
          mapper: 'workday.yaml',
          daysBeforeHireToEnableAd: 2,
        },
      ],
    },
  });
});
after(() => engine.close());

const setClock = (instant: string): void => void (engine.clock.now = () => new Date(instant));
const activate = (profile: UserProfile): Promise<string> =>
  report(engine, { type: IncidentType.AdUserActivation, profile });
const welcomeOf = (incidentId: string) => engine.mailer.about(`${incidentId}.welcome`);

test('the welcome mail waits an hour after enabling, while incident, turn and profile are free', async () => {
  const profile = await hired(engine, { hireDate: '01/15/2020' });
  engine.configuration.value.ilm.playbooks.manuallyApprovePastHireDates = false;

  const incidentId = await activate(profile);

  await closed(engine, incidentId);
  const person = await personOf(engine, incidentId);
  assert.deepEqual(
    [person.queue, person.profile?.isProcessed, person.profile?.adAccountStatus],
    [[], false, 'Enabled'],
  );
  assert.deepEqual(welcomeOf(incidentId), []);
  await engine.env.sleep('59m');
  assert.deepEqual(welcomeOf(incidentId), []);
  await (await runOf(engine, incidentId)).result();
  assert.equal(welcomeOf(incidentId).length, 1);
});

test('somebody who is disabled again during the wait is not welcomed', async () => {
  const profile = await hired(engine, { hireDate: '01/15/2020' });
  const incidentId = await activate(profile);
  await closed(engine, incidentId);
  const person = await personOf(engine, incidentId);
  await engine.store.people.writeVersion(person._id, person.version, {
    set: { active: false, adAccountStatus: 'Disabled' },
  });

  await (await runOf(engine, incidentId)).result();

  assert.deepEqual(welcomeOf(incidentId), []);
});

test("an account is enabled on its day where the person is, over the year's short day, and not a minute earlier", async () => {
  const profile = await hired(engine, { hireDate: '03/31/2026', timeZone: 'Europe/Berlin' });

  setClock('2026-03-28T22:59:00Z');
  const early = await closed(engine, await activate(profile));
  assert.equal(early.closeReason, 'overtaken');
  assert.equal(engine.application(DIRECTORY).accountOf(profile.email)?.active, false);

  setClock('2026-03-28T23:00:00Z');
  const onTime = await closed(engine, await activate(profile));
  assert.equal(onTime.closeReason, 'done');
  assert.equal(engine.application(DIRECTORY).accountOf(profile.email)?.active, true);
});

test('a hire date that moves months ahead is deactivated and activated again on its new day', async () => {
  setClock('2026-02-27T12:00:00Z');
  const profile = await hired(engine, { hireDate: '03/01/2026', timeZone: 'America/New_York' });
  await closed(engine, await activate(profile));
  const isEnabled = (): boolean | undefined => engine.application(DIRECTORY).accountOf(profile.email)?.active;
  assert.equal(isEnabled(), true);

  const postponed = { ...profile, hireDate: '11/02/2026' };
  await closed(
    engine,
    await report(engine, {
      type: IncidentType.AdUserDeactivation,
      profile: postponed,
      changedFields: { hireDate: { old: '03/01/2026', new: '11/02/2026' } },
    }),
  );
  assert.equal(isEnabled(), false);
  const person = await engine.store.people.byEmail(profile.email);
  await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, { set: { hireDate: '11/02/2026' } });

  // The last day of October is two days before; New York is on daylight saving time until the first of November.
  setClock('2026-10-31T03:59:00Z');
  assert.equal((await closed(engine, await activate(postponed))).closeReason, 'overtaken');
  assert.equal(isEnabled(), false);
  setClock('2026-10-31T04:00:00Z');
  assert.equal((await closed(engine, await activate(postponed))).closeReason, 'done');
  assert.equal(isEnabled(), true);
});
