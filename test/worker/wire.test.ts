import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { msToTs } from '@temporalio/common/lib/time.js';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { openStore } from '../../activities/store/index.js';
import type { Store } from '../../activities/store/index.js';
import { applicationTaskQueue, MAIN_TASK_QUEUE } from '../../domain/names.js';
import { createService } from '../../worker/wire.js';
import { plainConfiguration } from '../support/configuration.js';
import { memoryBrands } from '../support/memory-application.js';
import { connectTemporal, testDatabase } from '../support/servers.js';

/** Queues that a service of this configuration serves; it is really started and stopped. */
async function queuesServed(t: TestContext, store: Store, configuration: LoadedConfiguration): Promise<string[]> {
  const { client, connection } = await connectTemporal(t);
  const namespace = `service-${randomUUID()}`;
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
  const parts = { configuration: { current: () => configuration }, store, client, connection, namespace };
  const service = await createService({ ...parts, brands: memoryBrands(new Map()) });
  const running = service.run();
  service.shutdown();
  await running;
  await service.close();
  return service.workers.map(({ options }) => options.taskQueue).sort();
}

test('an application that left the configuration is still served, so that what waits for it fails instead of hanging', async (t) => {
  const { uri } = await testDatabase(t);
  const store = await openStore({ uri });
  t.after(() => store.close());

  const before = await queuesServed(t, store, plainConfiguration(['Chat', 'Wiki']));
  const after = await queuesServed(t, store, plainConfiguration(['Wiki']));

  assert.deepEqual(before, [MAIN_TASK_QUEUE, applicationTaskQueue('Chat'), applicationTaskQueue('Wiki')]);
  assert.deepEqual(after, before);
});
