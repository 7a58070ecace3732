import type { WorkflowHandle } from '@temporalio/client';

import type { LoadedConfiguration } from '../activities/configuration/types.js';
import type { Store } from '../activities/store/index.js';
import { configSchema } from '../domain/config.js';
import { WORKDAY_MAPPER } from '../domain/mapping.js';
import { BENCH_INSTANCE } from './cycle-company.js';

/** What one run of a report cycle took. */
export interface MeasuredRun {
  readonly seconds: number;
  readonly events: number;
}

/** A configuration with one report, all of which each run looks at, and nothing else. */
export function cycleConfiguration(reportUrl: string): LoadedConfiguration {
  const mapper = 'mappers/workday.yaml';
  const ilm = configSchema.parse({
    workday: [{ name: BENCH_INSTANCE, reportUrl, mapper, processedEntriesPercentage: 100, schedule: { every: '1h' } }],
  });
  return {
    directory: '.',
    ilm,
    appProvisioningSettings: [],
    appGroupSyncSettings: [],
    mappers: { [mapper]: WORKDAY_MAPPER },
    templates: {},
  };
}

/** Runs a cycle that waits once more. From `runNow` to the end of the run, by the server's own clock. */
export async function measuredRun(store: Store, handle: WorkflowHandle): Promise<MeasuredRun> {
  const before = (await handle.describe()).historyLength;
  const { cycle } = await store.cycles.get(BENCH_INSTANCE);
  await handle.signal('runNow');
  await cycleFinished(store, cycle + 1);
  const { events } = await handle.fetchHistory();
  const later = (events ?? []).slice(before);
  const at = (index: number): number => {
    const time = later.at(index)?.eventTime;
    return Number(time?.seconds ?? 0) + Number(time?.nanos ?? 0) / 1e9;
  };
  const signal = later.findIndex(
    ({ workflowExecutionSignaledEventAttributes: signaled }) => signaled !== null && signaled !== undefined,
  );
  return { seconds: at(-1) - at(signal), events: later.length };
}

/** Waits until a cycle has ended. */
export async function cycleFinished(store: Store, cycle: number): Promise<void> {
  for (;;) {
    const state = await store.cycles.get(BENCH_INSTANCE);
    const isFinished = state.cycle === cycle && state.snapshotId === undefined;
    // The last activity has ended when its workflow task is done, a moment later.
    await new Promise((resolve) => setTimeout(resolve, isFinished ? 1_000 : 200));
    if (isFinished) return;
  }
}
