import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { refreshSignal } from '../../workflows/messages.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, eventually, hired, report, runOf, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

const DIRECTORY = 'Active Directory';
const COMING = { hireDate: '01/01/2100' };
const AT_ONCE = { ilm: { playbooks: { secondsToWaitBeforeWelcomeEmail: 0 } } };

const activate = (engine: Engine, profile: UserProfile): Promise<string> =>
  report(engine, { type: IncidentType.AdUserActivation, profile });
const deactivate = (engine: Engine, profile: UserProfile): Promise<string> =>
  report(engine, { type: IncidentType.AdUserDeactivation, profile });

/** Somebody whose account is enabled already. */
async function enabled(engine: Engine): ReturnType<typeof hired> {
  const person = await hired(engine, COMING);
  Object.assign(engine.application(DIRECTORY).accountOf(person.email) ?? {}, { active: true });
  return person;
}

const turnedDown = (option: 'Yes' | 'No') => async (engine: Engine) => {
  const incidentId = await activate(engine, await hired(engine, { hireDate: '01/15/2020' }));
  await settle(engine, incidentId, 'PastHireDate', option);
  await closed(engine, incidentId);
};

const halts =
  (operation: string, event: typeof activate, resolution: 'retry' | 'close') =>
  async (engine: Engine): Promise<void> => {
    const directory = engine.application(DIRECTORY);
    const person = await (event === activate ? hired(engine, COMING) : enabled(engine));
    directory.fault = (called) => (called === operation ? refusing() : undefined);
    const incidentId = await event(engine, person);
    await asked(engine, incidentId, 'H2');
    directory.calm();
    await settle(engine, incidentId, 'H2', resolution);
    await closed(engine, incidentId);
  };

const ACTIVATIONS: readonly Scenario[] = [
  {
    name: 'activation',
    options: { ilm: { playbooks: { secondsToWaitBeforeWelcomeEmail: 1 } } },
    run: async (engine) => void (await closed(engine, await activate(engine, await hired(engine, COMING)))),
  },
  {
    name: 'activation-of-an-enabled-account',
    run: async (engine) => void (await closed(engine, await activate(engine, await enabled(engine)))),
  },
  {
    name: 'activation-creates-first',
    options: AT_ONCE,
    run: async (engine) => {
      const person = await hired(engine, COMING);
      engine.application(DIRECTORY).accounts.splice(0);
      await closed(engine, await activate(engine, person));
    },
  },
  { name: 'activation-of-a-past-hire-approved', options: AT_ONCE, run: turnedDown('Yes') },
  { name: 'activation-of-a-past-hire-turned-down', options: AT_ONCE, run: turnedDown('No') },
  { name: 'activation-look-up-fails-then-close', options: AT_ONCE, run: halts('find', activate, 'close') },
  { name: 'activation-enabling-fails-then-retry', options: AT_ONCE, run: halts('enable', activate, 'retry') },
  { name: 'activation-attributes-fail-then-retry', options: AT_ONCE, run: halts('update', activate, 'retry') },
  {
    name: 'activation-creation-fails-then-retry',
    options: AT_ONCE,
    run: async (engine) => {
      const person = await hired(engine, COMING);
      const directory = engine.application(DIRECTORY);
      directory.accounts.splice(0);
      directory.fault = (called) => (called === 'create' ? refusing() : undefined);
      const incidentId = await activate(engine, person);
      await asked(engine, incidentId, 'H2');
      directory.calm();
      await settle(engine, incidentId, 'H2', 'retry');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'activation-unmailed',
    options: { ilm: { playbooks: { sendEmail: false } } },
    run: async (engine) => void (await closed(engine, await activate(engine, await hired(engine, COMING)))),
  },
  {
    name: 'activation-replaced',
    options: AT_ONCE,
    run: async (engine) => {
      const person = await hired(engine, { hireDate: '01/15/2020' });
      await asked(engine, await activate(engine, person), 'PastHireDate');
      const newer = await activate(engine, { ...person, title: 'Changed' });
      await settle(engine, newer, 'PastHireDate', 'Yes');
      await closed(engine, newer);
    },
  },
  {
    name: 'activation-of-a-leaver',
    run: async (engine) => {
      const person = await hired(engine, COMING);
      const record = await engine.store.people.byEmail(person.email);
      await engine.store.people.writeVersion(record?._id ?? '', record?.version ?? 0, { set: { active: false } });
      await closed(engine, await activate(engine, person));
    },
  },
  {
    name: 'activation-refreshed-before-the-welcome',
    options: { ilm: { playbooks: { secondsToWaitBeforeWelcomeEmail: 3 } } },
    run: async (engine) => {
      const incidentId = await activate(engine, await hired(engine, COMING));
      await closed(engine, incidentId);
      const handle = await runOf(engine, incidentId);
      await handle.signal(refreshSignal);
      await eventually('the welcome is sent', () =>
        Promise.resolve(engine.mailer.about(`${incidentId}.welcome`).length > 0),
      );
      await handle.result();
    },
  },
];

const PROTECTED = { ilm: { protected: { expression: 'true' } } };

const decided =
  (option: string) =>
  async (engine: Engine): Promise<void> => {
    const incidentId = await deactivate(engine, await enabled(engine));
    await settle(engine, incidentId, 'Protected', option);
    await closed(engine, incidentId);
  };

const DEACTIVATIONS: readonly Scenario[] = [
  {
    name: 'deactivation',
    run: async (engine) => void (await closed(engine, await deactivate(engine, await enabled(engine)))),
  },
  {
    name: 'deactivation-of-a-disabled-account',
    run: async (engine) => void (await closed(engine, await deactivate(engine, await hired(engine, COMING)))),
  },
  { name: 'deactivation-fails-then-retry', run: halts('disable', deactivate, 'retry') },
  { name: 'deactivation-fails-then-close', run: halts('disable', deactivate, 'close') },
  { name: 'deactivation-of-a-protected-person-approved', options: PROTECTED, run: decided('Deactivate') },
  { name: 'deactivation-of-a-protected-person-refused', options: PROTECTED, run: decided("Don't Deactivate") },
  {
    name: 'deactivation-outrun',
    run: async (engine) => {
      const directory = engine.application(DIRECTORY);
      const person = await enabled(engine);
      directory.fault = (called) => (called === 'disable' ? refusing() : undefined);
      const incidentId = await deactivate(engine, person);
      await asked(engine, incidentId, 'H2');
      directory.calm();
      await closed(engine, await report(engine, { type: IncidentType.TerminateUser, profile: person }));
      await settle(engine, incidentId, 'H2', 'retry');
      await closed(engine, incidentId);
    },
  },
];

/** Every branch of Activate and Deactivate User In Active Directory. */
export const DIRECTORY_SCENARIOS: readonly Scenario[] = [
  ...ACTIVATIONS.map((scenario) => ({ ...scenario, records: 'activateUserInActiveDirectory' })),
  ...DEACTIVATIONS.map((scenario) => ({ ...scenario, records: 'deactivateUserInActiveDirectory' })),
];
