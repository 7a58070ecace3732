import { IncidentType } from '../../domain/incident.js';
import { newerEventSignal, refreshSignal, yieldSignal } from '../../workflows/messages.js';
import type { Engine, EngineOptions } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  departed,
  hired,
  incidentOf,
  report,
  runOf,
  settle,
  eventually,
} from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';
import { DIRECTORY_SCENARIOS } from './directory-scenarios.js';
import { RARE_SCENARIOS } from './rare-scenarios.js';
import { TERMINATION_SCENARIOS } from './termination-scenarios.js';

/** One branch of a workflow: what to do so that a run takes it. */
export interface Scenario {
  /** `<what happens>`; with the workflow's type it names the recorded file. */
  readonly name: string;
  readonly options?: EngineOptions;
  /** The only workflow type that is recorded, where the others just prepare; absent = every run. */
  readonly records?: string;
  run(engine: Engine): Promise<void>;
}

const renamed = async (engine: Engine): Promise<string> => {
  const person = await hired(engine);
  const { email } = aPerson();
  const profile = { ...person, email, username: email };
  return await report(engine, {
    type: IncidentType.UpdateUser,
    profile,
    userProfile: { fields: profile, oldUserData: person },
    changedFields: { email: { old: person.email, new: email } },
  });
};

const nameTaken = async (engine: Engine): Promise<string> => {
  const known = await hired(engine);
  const profile = aPerson({ displayName: known.displayName ?? '' });
  const person = await engine.store.people.byEmail(known.email);
  const target = person?.profile ?? known;
  const mergedUserProfile = { ...target, ...profile, email: known.email, username: known.username ?? '' };
  return await report(engine, {
    profile,
    mergedWith: known.email,
    userProfile: { fields: profile, mergedUserProfile },
  });
};

const addressReused = async (engine: Engine): Promise<string> => {
  const known = await hired(engine);
  return await report(engine, { profile: aPerson({ email: known.email, username: known.email }), addressReuse: true });
};

const decided =
  (
    event: (engine: Engine) => Promise<string>,
    ...answers: readonly (readonly ['D1' | 'D2' | 'D3' | 'D4' | 'D8', string])[]
  ) =>
  async (engine: Engine): Promise<void> => {
    const incidentId = await event(engine);
    for (const [kind, option] of answers) await settle(engine, incidentId, kind, option);
    await closed(engine, incidentId);
  };

/** Every branch of the incidents' workflows that this version has. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'new-hire',
    run: async (engine) => void (await closed(engine, await report(engine, { profile: aPerson() }))),
  },
  { name: 'name-taken-create', run: decided(nameTaken, ['D1', 'Create New Account']) },
  {
    name: 'name-taken-then-updated',
    run: decided(nameTaken, ['D1', 'Overwrite Existing Account']),
  },
  { name: 'name-taken-nothing', run: decided(nameTaken, ['D1', 'Do Nothing'], ['D2', 'Report Was Fixed']) },
  { name: 'email-change-then-updated', run: decided(renamed, ['D3', 'Change Username']) },
  { name: 'email-change-refused', run: decided(renamed, ['D3', 'Do Nothing'], ['D4', 'Proceed']) },
  { name: 'address-reuse-then-updated', run: decided(addressReused, ['D8', 'Same Person']) },
  {
    name: 'address-reuse-different-person',
    run: decided(addressReused, ['D8', 'Different Person'], ['D2', 'Report Was Fixed']),
  },
  { name: 'address-reuse-nothing', run: decided(addressReused, ['D8', 'Do Nothing']) },
  {
    name: 'inputs-missing',
    options: { ilm: { playbooks: { itNotificationEmail: undefined } } },
    run: async (engine) => {
      const incidentId = await report(engine, { profile: aPerson() });
      await settle(engine, incidentId, 'H1', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'application-refuses-then-retry',
    run: async (engine) => {
      engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
      const incidentId = await report(engine, { profile: aPerson() });
      await asked(engine, incidentId, 'H2');
      engine.application('Atlas').fault = () => undefined;
      await settle(engine, incidentId, 'H2', 'retry');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'application-refuses-then-close',
    run: async (engine) => {
      engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
      const incidentId = await report(engine, { profile: aPerson() });
      await settle(engine, incidentId, 'H2', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'directory-refuses-then-close',
    run: async (engine) => {
      engine.application('Active Directory').fault = (operation) => (operation === 'create' ? refusing() : undefined);
      const incidentId = await report(engine, { profile: aPerson() });
      await settle(engine, incidentId, 'H2', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'first-password-refused-then-retry',
    run: async (engine) => {
      const directory = engine.application('Active Directory');
      directory.fault = (operation) => (operation === 'setInitialPassword' ? refusing() : undefined);
      const incidentId = await report(engine, { profile: aPerson() });
      await asked(engine, incidentId, 'H2');
      directory.fault = () => undefined;
      await settle(engine, incidentId, 'H2', 'retry');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'application-down-for-an-hour',
    options: { skipTime: true, applications: ['Atlas'] },
    run: async (engine) => {
      const began = await engine.env.currentTimeMs();
      engine.application('Atlas').fault = () => passing();
      const incidentId = await report(engine, { profile: aPerson() });
      const handle = await runOf(engine, incidentId);
      const ended = handle.result();
      void eventually('an hour has passed', async () => (await engine.env.currentTimeMs()) - began > 3_600_000).then(
        () => {
          engine.application('Atlas').fault = () => undefined;
        },
      );
      await ended;
    },
  },
  {
    name: 'newer-event-while-waiting',
    run: async (engine) => {
      const first = await nameTaken(engine);
      await asked(engine, first, 'D1');
      const { personId, userProfile } = await incidentOf(engine, first);
      const profile = { ...userProfile.fields, title: 'Changed' };
      const second = await report(engine, {
        profile,
        personId,
        userProfile: { ...userProfile, fields: profile },
      });
      await settle(engine, second, 'D1', 'Create New Account');
      await closed(engine, second);
    },
  },
  {
    name: 'waits-for-turn-then-updates',
    run: async (engine) => {
      const profile = aPerson();
      const held = engine.application('Atlas').holdNext('find');
      const first = await report(engine, { profile });
      await held.reached;
      const second = await report(engine, { type: IncidentType.UpdateUser, profile: { ...profile, title: 'Changed' } });
      await runOf(engine, second);
      held.release();
      await closed(engine, first);
      await closed(engine, second);
    },
  },
  {
    name: 'yields',
    run: async (engine) => {
      engine.application('Atlas').fault = () => passing();
      const incidentId = await report(engine, { profile: aPerson() });
      await eventually('Atlas is tried', async () => engine.application('Atlas').calls.length > 0);
      const handle = await runOf(engine, incidentId);
      await handle.signal(yieldSignal);
      engine.application('Atlas').fault = () => undefined;
      await closed(engine, incidentId);
    },
  },
  {
    name: 'refreshed-while-waiting',
    run: async (engine) => {
      const incidentId = await nameTaken(engine);
      await asked(engine, incidentId, 'D1');
      const handle = await runOf(engine, incidentId);
      const { runId } = await handle.describe();
      await handle.signal(refreshSignal);
      await eventually('the run continues as new', async () => (await handle.describe()).runId !== runId);
      await settle(engine, incidentId, 'D1', 'Create New Account');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'told-of-a-closed-incident',
    run: async (engine) => {
      const incidentId = await report(engine, { profile: aPerson() });
      await closed(engine, incidentId);
      const { run } = await incidentOf(engine, incidentId);
      const handle = engine.env.client.workflow.getHandle(run?.workflowId ?? '');
      await handle.result();
      const again = await engine.env.client.workflow.signalWithStart('syncUser', {
        workflowId: run?.workflowId ?? '',
        taskQueue: 'ilm',
        args: [{ v: 1, incidentId }],
        signal: newerEventSignal,
        signalArgs: [incidentId],
      });
      await again.result();
    },
  },
  {
    name: 'update',
    run: async (engine) => {
      const person = await hired(engine);
      const profile = { ...person, title: 'Changed' };
      await closed(engine, await report(engine, { type: IncidentType.UpdateUser, profile }));
    },
  },
  {
    name: 'update-creates-in-directory',
    run: async (engine) => {
      const profile = aPerson();
      await closed(engine, await report(engine, { type: IncidentType.UpdateUser, profile }));
    },
  },
  {
    name: 'update-first-password-refused-then-retry',
    run: async (engine) => {
      const directory = engine.application('Active Directory');
      directory.fault = (operation) => (operation === 'setInitialPassword' ? refusing() : undefined);
      const incidentId = await report(engine, { type: IncidentType.UpdateUser, profile: aPerson() });
      await asked(engine, incidentId, 'H2');
      directory.fault = () => undefined;
      await settle(engine, incidentId, 'H2', 'retry');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'rehire',
    run: async (engine) => {
      const profile = await departed(engine);
      await closed(engine, await report(engine, { type: IncidentType.RehireUser, profile }));
    },
  },
  {
    name: 'rehire-of-an-enabled-account',
    run: async (engine) => {
      const profile = await departed(engine);
      const account = engine.application('Active Directory').accountOf(profile.email);
      if (account !== undefined) account.active = true;
      await closed(engine, await report(engine, { type: IncidentType.RehireUser, profile }));
    },
  },
  {
    name: 'rehire-application-refuses-then-retry',
    run: async (engine) => {
      const profile = await departed(engine);
      engine.application('Atlas').fault = (operation) => (operation === 'enable' ? refusing() : undefined);
      const incidentId = await report(engine, { type: IncidentType.RehireUser, profile });
      await asked(engine, incidentId, 'H2');
      engine.application('Atlas').fault = () => undefined;
      await settle(engine, incidentId, 'H2', 'retry');
      await closed(engine, incidentId);
    },
  },
  ...TERMINATION_SCENARIOS,
  ...RARE_SCENARIOS,
  ...DIRECTORY_SCENARIOS,
  {
    name: 'looks-after',
    run: async (engine) => {
      const handle = await engine.env.client.workflow.start('keeper', { workflowId: 'keeper', taskQueue: 'ilm' });
      await handle.result();
    },
  },
];
