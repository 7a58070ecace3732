import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { closed, eventually, hired, incidentOf, personOf, report } from '../support/incidents.js';

const DIRECTORY = 'Active Directory';

let engine: Engine;
before(async () => {
  engine = await startEngine({ applications: ['Atlas'], ilm: { playbooks: { secondsToWaitBeforeWelcomeEmail: 0 } } });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const { AdUserActivation, AdUserDeactivation, UpdateUser } = IncidentType;

for (const [first, second] of [
  [AdUserActivation, UpdateUser],
  [UpdateUser, AdUserActivation],
  [AdUserDeactivation, UpdateUser],
  [UpdateUser, AdUserDeactivation],
] as const) {
  test(`${second} that comes while ${first} works in the directory waits its turn, and neither is lost`, async () => {
    const person = await hired(engine, { hireDate: '01/01/2100', title: 'Clerk' });
    const account = engine.application(DIRECTORY).accountOf(person.email);
    if (first === AdUserDeactivation || second === AdUserDeactivation) {
      Object.assign(account ?? {}, { active: true });
      const record = await engine.store.people.byEmail(person.email);
      await engine.store.people.writeVersion(record?._id ?? '', record?.version ?? 0, {
        set: { adAccountStatus: 'Enabled' },
      });
    }
    const stored = (await engine.store.people.byEmail(person.email))?.profile ?? {};
    const changed = { ...stored, title: 'Chief', displayName: 'A New Name' };
    const event = (type: typeof first) =>
      report(
        engine,
        type === UpdateUser
          ? {
              type,
              profile: changed,
              userProfile: { fields: changed, oldUserData: stored },
              changedFields: { title: { old: 'Clerk', new: 'Chief' } },
            }
          : { type, profile: stored },
      );
    const held = engine.application(DIRECTORY).holdNext('find');

    const one = await event(first);
    await held.reached;
    const other = await event(second);
    await eventually('the second waits', async () => {
      return (await personOf(engine, one)).queue.some(({ incidentId }) => incidentId === other);
    });
    held.release();

    const ends = await Promise.all([closed(engine, one), closed(engine, other)]);
    assert.deepEqual(
      ends.map(({ closeReason }) => closeReason),
      ['done', 'done'],
    );
    const { profile, queue } = await personOf(engine, one);
    const isActivation = first === AdUserActivation || second === AdUserActivation;
    assert.deepEqual(
      [profile?.['title'], profile?.adAccountStatus, profile?.isProcessed, queue],
      ['Chief', isActivation ? 'Enabled' : 'Pending', false, []],
    );
    const after = engine.application(DIRECTORY).accountOf(person.email);
    assert.deepEqual([after?.displayName, after?.active], ['A New Name', isActivation]);
    assert.equal((await incidentOf(engine, other)).failedProvisioning.length, 0);
  });
}
