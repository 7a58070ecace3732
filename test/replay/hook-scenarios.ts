import type { Worker } from '@temporalio/worker';

import { createHookWorker, COMPANY_HOOKS } from '../../sandbox/hooks/worker.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, report, settle } from '../support/incidents.js';
import type { Scenario } from './scenarios.js';

const pre = COMPANY_HOOKS.customPreProvisioning;

async function withCompany(engine: Engine, work: () => Promise<void>): Promise<void> {
  const { namespace, env, store } = engine;
  const worker: Worker = await createHookWorker({ connection: env.nativeConnection, namespace, db: store.database.db });
  await worker.runUntil(work);
}

/** Branches of an incident's run that hooks take. */
export const HOOK_SCENARIOS: readonly Scenario[] = [
  {
    name: 'hooks-change-data',
    options: { applications: ['Atlas'], ilm: { hooks: COMPANY_HOOKS } },
    run: (engine) =>
      withCompany(engine, async () => {
        await closed(engine, await report(engine, { profile: aPerson({ countryName: 'Germany' }) }));
      }),
  },
  {
    name: 'hook-missing-then-closed',
    options: {
      applications: ['Atlas'],
      ilm: { hooks: { customPreProvisioning: { ...pre, taskQueue: 'nobody', timeout: '1s' } } },
    },
    run: async (engine) => {
      const incidentId = await report(engine, { profile: aPerson() });
      await asked(engine, incidentId, 'Hook');
      await settle(engine, incidentId, 'Hook', 'close');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'hook-missing-then-retried',
    options: {
      applications: ['Atlas'],
      ilm: { hooks: { customPreProvisioning: { ...pre, timeout: '1s' } } },
    },
    run: async (engine) => {
      const incidentId = await report(engine, { profile: aPerson({ countryName: 'Germany' }) });
      await asked(engine, incidentId, 'Hook');
      await withCompany(engine, async () => {
        await settle(engine, incidentId, 'Hook', 'retry');
        await closed(engine, incidentId);
      });
    },
  },
];
