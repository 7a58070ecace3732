import { openStore } from '../../activities/store/index.js';
import type { Store } from '../../activities/store/index.js';
import { testDatabase } from './servers.js';
import type { TestScope } from './servers.js';

/** A store on an empty database of the test's own, closed and dropped after it. */
export async function testStore(t: TestScope): Promise<Store> {
  const { uri } = await testDatabase(t);
  const store = await openStore({ uri });
  t.after(() => store.close());
  return store;
}
