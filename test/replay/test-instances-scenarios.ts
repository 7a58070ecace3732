import { startTest } from '../../activities/test-instances/start.js';
import type { Engine } from '../support/engine.js';
import { hired } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

const run = async ({ env, store }: Engine, keep: boolean, email = 'test.user@example.com'): Promise<void> => {
  const profile = { email, username: email, displayName: 'Test User' };
  const handle = await startTest({ client: env.client, store }, { profile, instances: [], keep });
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
  {
    name: 'instances-test-refused',
    run: async (engine) => {
      const { email } = await hired(engine);
      await run(engine, false, email).catch(() => undefined);
    },
  },
];
