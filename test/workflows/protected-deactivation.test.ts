import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, hired, incidentOf, personOf, report, settle } from '../support/incidents.js';

const DIRECTORY = 'Active Directory';
const POSTPONED = '01/01/2100';
const WEEK_MS = 7 * 86_400_000;

let engine: Engine;
before(async () => {
  const workday = [
    {
      name: 'Workday',
      reportUrl: 'https://workday.example.com/report',
      mapper: 'workday.yaml',
      daysBeforeHireToEnableAd: 2,
    },
  ];
  engine = await startEngine({ applications: [], ilm: { protected: { expression: "title = 'Chief'" }, workday } });
});
after(() => engine.close());

const directory = () => engine.application(DIRECTORY);

/** Somebody whose account is enabled, and the event that postpones their hire date. */
async function postponed(title: string): Promise<{ profile: UserProfile & { email: string }; incidentId: string }> {
  const profile = await hired(engine, { title, displayName: 'Pat Example' });
  const person = await engine.store.people.byEmail(profile.email);
  const set = { adAccountStatus: 'Enabled' } as const;
  assert.ok(await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, { set }));
  Object.assign(directory().accountOf(profile.email) ?? {}, { active: true });
  directory().calm();
  const incidentId = await report(engine, {
    type: IncidentType.AdUserDeactivation,
    profile: { ...profile, hireDate: POSTPONED },
    details: 'The Active Directory account is to be disabled: the hire date was postponed.',
    changedFields: { hireDate: { old: profile['hireDate'] as string, new: POSTPONED } },
  });
  return { profile, incidentId };
}

test('a protected person is asked about before anything is done, and disabled when somebody agrees', async () => {
  const { profile, incidentId } = await postponed('Chief');
  await asked(engine, incidentId, 'Protected');
  const [task] = (await incidentOf(engine, incidentId)).tasks;
  assert.match(task?.question ?? '', /^The Active Directory account is to be disabled.*But Pat Example is protected: /);
  assert.deepEqual(directory().calls, []);
  assert.deepEqual((await personOf(engine, incidentId)).queue, [], "nobody's turn waits for a person");

  await settle(engine, incidentId, 'Protected', 'Deactivate');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal(directory().accountOf(profile.email)?.active, false);
  assert.equal((await personOf(engine, incidentId)).profile?.adAccountStatus, 'Pending');
});

test('a protected person about whom the answer is no stays enabled, and is left alone for a week', async () => {
  const { profile, incidentId } = await postponed('Chief');
  const before = Date.now();

  await settle(engine, incidentId, 'Protected', "Don't Deactivate");

  assert.equal((await closed(engine, incidentId)).closeReason, 'declined');
  assert.deepEqual(directory().calls, []);
  assert.equal(directory().accountOf(profile.email)?.active, true);
  const { adAccountStatus, keptAs, keptUntil, isProcessed } = (await personOf(engine, incidentId)).profile ?? {};
  assert.deepEqual([adAccountStatus, keptAs, isProcessed], ['Enabled', 'adDeactivation', false]);
  assert.ok(Date.parse(keptUntil ?? '') >= before + WEEK_MS);
});

test('somebody who is not protected is disabled without a question', async () => {
  const { profile, incidentId } = await postponed('Clerk');

  assert.deepEqual((await closed(engine, incidentId)).tasks, []);
  assert.equal(directory().accountOf(profile.email)?.active, false);
});
