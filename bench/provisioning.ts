import { fileURLToPath } from 'node:url';

import type { Client } from '@temporalio/client';

import type { ActivityDependencies } from '../activities/dependencies.js';
import { startIncidentRuns } from '../activities/open-incidents.js';
import { openStore } from '../activities/store/index.js';
import type { Store } from '../activities/store/index.js';
import { MAIN_TASK_QUEUE, incidentWorkflowId } from '../domain/names.js';
import type { EmptyShape } from './empty-shapes.js';
import { companyConfiguration } from './provisioned-company.js';
import type { PeerEnvironment } from './provisioned-company.js';
import { createNamespace, databaseOf } from './servers.js';
import { withService } from './service.js';

/** The workflows of one side and of the other, in one bundle. */
export const EMPTY_SHAPES = fileURLToPath(new URL('./empty-shapes.ts', import.meta.url));
/** Starts of the reference at once, as our own. */
const AT_ONCE = 20;

/** What a process that provisions people, or pretends to, needs to know. */
export interface ProvisioningArguments {
  readonly size: number;
  readonly mongodbUri: string;
  readonly temporalAddress: string;
  readonly environment: PeerEnvironment;
  readonly bundle: string;
}

/** A service of one side, and what drives it. */
export interface ProvisioningSide {
  readonly store: Store;
  readonly client: Client;
  readonly deps: ActivityDependencies;
}

/** Serves every queue of the company in this process, on a database and a namespace of its own. */
export async function withCompany(
  { mongodbUri, environment, ...args }: ProvisioningArguments,
  activities: object | undefined,
  measure: (side: ProvisioningSide) => Promise<void>,
): Promise<void> {
  const store = await openStore({ uri: databaseOf('company', mongodbUri), client: { monitorCommands: true } });
  const namespace = await createNamespace('company', args.temporalAddress);
  const parts = {
    ...args,
    store,
    namespace,
    configuration: companyConfiguration(environment),
    ...(activities === undefined ? {} : { activities }),
  };
  await withService(parts, (client, { deps }) => measure({ store, client, deps }));
  await store.database.db.dropDatabase();
  await store.close();
}

/** Starts the runs of incidents and waits for the end of the last one; gives their workflow ids. */
export async function runIncidents(
  { store, client, deps }: ProvisioningSide,
  ids: readonly string[],
): Promise<string[]> {
  await startIncidentRuns(deps, ids);
  const incidents = await store.incidents.list({ _id: { $in: [...ids] } }, ids.length);
  const runs = incidents.map(({ type, personId, _id }) => incidentWorkflowId(type, personId, _id));
  await Promise.all(runs.map((id) => client.workflow.getHandle(id).result()));
  return runs;
}

/** The greatest history among some of the runs. */
export async function longest(
  client: Client,
  runs: readonly string[],
): Promise<{ readonly historyEvents: number; readonly activities: number }> {
  let [historyEvents, activities] = [0, 0];
  for (const id of runs.filter((_, n) => n % 10 === 0)) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    historyEvents = Math.max(historyEvents, events?.length ?? 0);
    const scheduled = events?.filter(
      ({ activityTaskScheduledEventAttributes: has }) => has !== null && has !== undefined,
    );
    activities = Math.max(activities, scheduled?.length ?? 0);
  }
  return { historyEvents, activities };
}

/** The same as {@link runIncidents} with a workflow of the reference. */
export async function runEmpty(
  client: Client,
  workflow: string,
  shape: EmptyShape,
  ids: readonly string[],
): Promise<void> {
  for (let index = 0; index < ids.length; index += AT_ONCE) {
    const portion = ids.slice(index, index + AT_ONCE);
    await Promise.all(
      portion.map((workflowId) =>
        client.workflow.start(workflow, { taskQueue: MAIN_TASK_QUEUE, args: [shape], workflowId }),
      ),
    );
  }
  await Promise.all(ids.map((id) => client.workflow.getHandle(id).result()));
}

/** Workflow ids of the reference. */
export const idsOf = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}/${n}`);
