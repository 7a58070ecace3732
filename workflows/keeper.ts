import { keeperActivities } from './proxies.js';
import type { KeeperReport } from '../activities/keeper.js';

/**
 * One look of the keeper, started every minute by the Schedule `ilm-keeper` (overlap: skip). It repairs what a crash
 * or an operator's hand can leave behind, and ends.
 */
export async function keeper(): Promise<KeeperReport> {
  return await keeperActivities.keepUp();
}
