import { IncidentType } from '../../domain/incident.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, hired, report, runOf, settle, viewOf } from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

/** A hire whose name somebody has who was prepared by `before`, which is told the person's id. */
const namesakeOf =
  (before: (engine: Engine, personId: string, version: number) => Promise<void>) =>
  async (engine: Engine): Promise<string> => {
    const known = await hired(engine);
    const { _id = '', version = 0 } = (await engine.store.people.byEmail(known.email)) ?? {};
    const profile = aPerson({ displayName: known.displayName ?? '' });
    const mergedUserProfile = { ...known, ...profile, email: known.email, username: known.username ?? '' };
    await before(engine, _id, version);
    return await report(engine, {
      profile,
      mergedWith: known.email,
      userProfile: { fields: profile, mergedUserProfile },
    });
  };

const ofADisabledPerson = namesakeOf(async ({ store }, personId, version) => {
  await store.people.writeVersion(personId, version, { set: { adAccountStatus: 'Disabled', active: false } });
});

const ofNobody = namesakeOf(async ({ store }, personId) => {
  await store.people.collection.deleteOne({ _id: personId });
});

/** Branches of Sync User that are taken seldom: what is missing, what comes in between, what does not get better. */
export const RARE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'inputs-missing-then-retry',
    run: async (engine) => {
      const plain = engine.configuration.value;
      const { itNotificationEmail: _, ...playbooks } = plain.ilm.playbooks;
      engine.configuration.value = { ...plain, ilm: { ...plain.ilm, playbooks } };
      const incidentId = await report(engine, { profile: aPerson() });
      await asked(engine, incidentId, 'H1');
      engine.configuration.value = plain;
      await settle(engine, incidentId, 'H1', 'retry');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'key-missing',
    run: async (engine) => {
      const incidentId = await report(engine, { profile: aPerson({ employeeId: '' }) });
      await settle(engine, incidentId, 'H1', 'retry');
      await settle(engine, incidentId, 'H1', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'generic-type',
    run: async (engine) => {
      const incidentId = await report(engine, { type: IncidentType.SyncUser, profile: aPerson() });
      await settle(engine, incidentId, 'H1', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'address-of-another',
    run: async (engine) => {
      const [owner, person] = [await hired(engine), await hired(engine)];
      const profile = { ...person, email: owner.email, username: owner.email };
      const incidentId = await report(engine, { type: IncidentType.UpdateUser, profile });
      await settle(engine, incidentId, 'H1', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'name-taken-then-rehired',
    run: async (engine) => {
      const incidentId = await ofADisabledPerson(engine);
      await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'name-taken-by-nobody',
    run: async (engine) => {
      const incidentId = await ofNobody(engine);
      await settle(engine, incidentId, 'D1', 'Overwrite Existing Account');
      await settle(engine, incidentId, 'H1', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'newer-event-while-provisioning',
    run: async (engine) => {
      const profile = aPerson();
      const held = engine.application('Atlas').holdNext('create');
      const older = await report(engine, { profile });
      await held.reached;
      const newer = await report(engine, { profile: { ...profile, title: 'Changed' } });
      const { workflowId } = await runOf(engine, older);
      await eventually('it waits', async () => (await viewOf(engine, workflowId)).waitingIncidents === 1);
      held.release();
      await closed(engine, newer);
    },
  },
  {
    name: 'orphan-overtaken',
    run: async (engine) => {
      const profile = await hired(engine);
      const orphan = { type: IncidentType.TerminateUser, terminationTrigger: 'Orphan', profile } as const;
      const leaver = await report(engine, orphan);
      await asked(engine, leaver, 'D5');
      await closed(engine, await report(engine, { type: IncidentType.RehireUser, profile }));
      await settle(engine, leaver, 'D5', 'Terminate');
      await closed(engine, leaver);
    },
  },
  {
    name: 'application-refuses-twice',
    run: async (engine) => {
      engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
      const incidentId = await report(engine, { profile: aPerson() });
      await settle(engine, incidentId, 'H2', 'retry');
      await settle(engine, incidentId, 'H2', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'application-stays-down',
    options: { skipTime: true, applications: ['Atlas'] },
    run: async (engine) => {
      engine.application('Atlas').fault = () => passing();
      const incidentId = await report(engine, { profile: aPerson() });
      const ended = (await runOf(engine, incidentId)).result();
      void asked(engine, incidentId, 'H2').then(() => settle(engine, incidentId, 'H2', 'close'));
      await ended;
    },
  },
];
