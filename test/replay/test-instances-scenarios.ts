import { startTest } from '../../activities/test-instances/start.js';
import { IncidentType } from '../../domain/incident.js';
import type { Engine } from '../support/engine.js';
import { eventually, hired, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

const run = async ({ env, store }: Engine, keep: boolean, email = 'test.user@example.com'): Promise<void> => {
  const profile = { email, username: email, displayName: 'Test User' };
  const handle = await startTest({ client: env.client, store }, { profile, instances: [], keep, halts: false });
  await handle.result();
};

/** A test that halts until somebody answers. */
const halted = async (engine: Engine, option: 'retry' | 'close'): Promise<void> => {
  const profile = { email: 'test.user@example.com', username: 'test.user@example.com', displayName: 'Test User' };
  engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const { env, store } = engine;
  const handle = await startTest({ client: env.client, store }, { profile, instances: [], keep: false, halts: true });
  const [incident] = await eventually('it halts', async () => {
    const found = await store.incidents.list({ type: IncidentType.TestInstances }, 1);
    return found[0]?.tasks.length === 1 && found;
  });
  engine.application('Atlas').calm();
  await settle(engine, incident?._id ?? '', 'H4', option);
  await handle.result();
};

/** Every branch of `testInstances`. */
export const TEST_INSTANCES_SCENARIOS: readonly Scenario[] = [
  { name: 'instances-tested', run: (engine) => run(engine, false) },
  { name: 'instances-tested-and-user-kept', run: (engine) => run(engine, true) },
  {
    name: 'instances-tested-with-failures',
    run: async (engine) => {
      for (const application of engine.applications.values()) {
        application.fault = (operation) => (operation === 'create' ? refusing() : undefined);
      }
      await run(engine, false);
    },
  },
  { name: 'instances-tested-halt-then-retry', run: (engine) => halted(engine, 'retry') },
  { name: 'instances-tested-halt-then-close', run: (engine) => halted(engine, 'close') },
  {
    name: 'instances-test-refused',
    run: async (engine) => {
      const { email } = await hired(engine);
      await run(engine, false, email).catch(() => undefined);
    },
  },
];
