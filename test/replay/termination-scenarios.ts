import { IncidentType } from '../../domain/incident.js';
import type { TaskKind } from '../../domain/incident.js';
import type { AnEvent } from '../support/incidents.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, hired, report, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

const OKTA = { applications: ['Atlas', 'Okta'] };
const DIRECTORY = 'Active Directory';

const leave = async (engine: Engine, over: Partial<AnEvent> = {}): Promise<string> =>
  report(engine, { type: IncidentType.TerminateUser, profile: await hired(engine), ...over });

const decided =
  (over: Partial<AnEvent>, ...answers: readonly (readonly [TaskKind, string])[]) =>
  async (engine: Engine): Promise<void> => {
    const incidentId = await leave(engine, over);
    for (const [kind, option] of answers) await settle(engine, incidentId, kind, option);
    await closed(engine, incidentId);
  };

const ORPHAN = { terminationTrigger: 'Orphan' } as const;
const TUFE = { terminationTrigger: 'TUFE', source: { instance: 'Okta', sourceOfTruth: 'Workday' } } as const;

/** An application that refuses one operation until the first question. */
const refusedThen =
  (name: string, operation: string, ...answers: readonly (readonly [TaskKind, string])[]) =>
  async (engine: Engine): Promise<void> => {
    const profile = await hired(engine);
    Object.assign(engine.application(DIRECTORY).accountOf(profile.email) ?? {}, { active: true });
    engine.application(name).fault = (called) => (called === operation ? refusing() : undefined);
    const incidentId = await report(engine, { type: IncidentType.TerminateUser, profile });
    for (const [kind, option] of answers) {
      await asked(engine, incidentId, kind);
      engine.application(name).calm();
      await settle(engine, incidentId, kind, option);
    }
    await closed(engine, incidentId);
  };

const gone =
  (...answers: readonly (readonly [TaskKind, string])[]) =>
  async (engine: Engine): Promise<void> => {
    const profile = await hired(engine);
    engine.application(DIRECTORY).accounts.length = 0;
    const incidentId = await report(engine, { type: IncidentType.TerminateUser, profile });
    for (const [kind, option] of answers) await settle(engine, incidentId, kind, option);
    await closed(engine, incidentId);
  };

/** Every branch of Terminate User. */
export const TERMINATION_SCENARIOS: readonly Scenario[] = [
  { name: 'terminated', run: decided({}) },
  { name: 'orphan-terminated', run: decided(ORPHAN, ['D5', 'Terminate']) },
  { name: 'orphan-kept', run: decided(ORPHAN, ['D5', 'Keep']) },
  {
    name: 'inactive-in-okta',
    options: OKTA,
    run: async (engine) => {
      const profile = await hired(engine);
      Object.assign(engine.application('Okta').accountOf(profile.email) ?? {}, { active: false });
      await closed(engine, await report(engine, { type: IncidentType.TerminateUser, profile, ...TUFE }));
    },
  },
  { name: 'active-in-okta-deactivated', options: OKTA, run: decided(TUFE, ['D6', 'Deactivate']) },
  { name: 'active-in-okta-kept', options: OKTA, run: decided(TUFE, ['D6', "Don't Deactivate"]) },
  {
    name: 'limit-reached',
    options: { ilm: { playbooks: { maxDeactivationLimit: 1 } } },
    run: async (engine) => {
      for (const option of ['', 'Deactivate Account', "DON'T Deactivate Account"]) {
        const profile = await hired(engine);
        Object.assign(engine.application(DIRECTORY).accountOf(profile.email) ?? {}, { active: true });
        const incidentId = await report(engine, { type: IncidentType.TerminateUser, profile });
        if (option !== '') await settle(engine, incidentId, 'D7', option);
        await closed(engine, incidentId);
      }
    },
  },
  {
    name: 'protected-deactivated',
    options: { ilm: { protected: { expression: 'true' } } },
    run: decided({}, ['Protected', 'Deactivate']),
  },
  {
    name: 'protected-kept',
    options: { ilm: { protected: { expression: 'true' } } },
    run: decided({}, ['Protected', "Don't Deactivate"]),
  },
  { name: 'directory-refuses-disabling', run: refusedThen(DIRECTORY, 'disable', ['H2', 'retry']) },
  { name: 'application-refuses-disabling', run: refusedThen('Atlas', 'disable', ['H2', 'close']) },
  { name: 'access-unread', run: refusedThen('Atlas', 'readAccess') },
  { name: 'account-gone', run: gone(['H3', 'retry'], ['H3', 'close']) },
  {
    name: 'hire-gives-way',
    run: async (engine) => {
      const profile = aPerson();
      const held = engine.application('Atlas').holdNext('create');
      const hire = await report(engine, { profile });
      await held.reached;
      const leaver = await report(engine, { type: IncidentType.TerminateUser, profile });
      const { personId } = (await engine.store.incidents.get(hire)) ?? {};
      await eventually('the termination queues', async () => {
        return ((await engine.store.people.get(personId ?? ''))?.queue.length ?? 0) === 2;
      });
      held.release();
      await closed(engine, leaver);
      await closed(engine, hire);
    },
  },
];
