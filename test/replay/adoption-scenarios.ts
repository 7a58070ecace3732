import { startAdoption } from '../../activities/adoption/start.js';
import { ConnectorErrorKind } from '../../activities/connectors/types.js';
import { MAIN_TASK_QUEUE, WorkflowType, adoptionWorkflowId } from '../../domain/names.js';
import { refreshSignal } from '../../workflows/messages.js';
import { ADOPTED_WORKDAY, adoptAll, heldPerson, synced } from '../support/adoption.js';
import { eventually } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

const options = { ilm: { workday: [ADOPTED_WORKDAY] } };

/** Every branch of `adoptAccounts`. */
export const ADOPTION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'adopt-matched-and-missing',
    options,
    run: async (engine) => {
      const { email } = await synced(engine);
      await synced(engine);
      engine.application('Atlas').add({ email });
      await adoptAll(engine);
    },
  },
  {
    name: 'adopt-refused-everywhere',
    options,
    run: async (engine) => {
      await synced(engine);
      engine.application('Atlas').fault = () => refusing(ConnectorErrorKind.Unauthorized);
      await adoptAll(engine);
    },
  },
  {
    name: 'adopt-before-the-first-sync',
    options,
    run: async (engine) => void (await adoptAll(engine).catch(() => undefined)),
  },
  {
    name: 'adopt-continued',
    options,
    run: async (engine) => {
      for (let count = 0; count < 51; count += 1) await synced(engine);
      const handle = await engine.env.client.workflow.start(WorkflowType.AdoptAccounts, {
        workflowId: adoptionWorkflowId('Workday'),
        taskQueue: MAIN_TASK_QUEUE,
        args: [{ v: 1, instance: 'Workday', by: 'reviewer-1' }],
      });
      await handle.signal(refreshSignal);
      await handle.result();
    },
  },
  {
    name: 'adopt-busy-then-free',
    options: { ...options, applications: [] },
    run: async (engine) => {
      const personId = await heldPerson(engine, 'held/1');
      const handle = await startAdoption(engine.env.client, 'Workday', 'reviewer-1');
      await eventually('the person is busy', async () => {
        const finding = await engine.store.adoptions.get(personId, 'Active Directory');
        return finding?.outcome === 'busy';
      });
      await engine.store.people.giveBack(personId, 'held/1');
      await handle.result();
    },
  },
];
