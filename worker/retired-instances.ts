import type { Database } from '../activities/store/database.js';

interface ServedInstance {
  /** Name of the application instance. */
  readonly _id: string;
  /** ISO instant at which a worker last served it as configured. */
  readonly configuredAt: string;
}

/** Commands for an instance that was removed longer ago than this have ended by their own deadlines. */
const REMEMBERED_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Remembers which application instances are served, and names those that were served before and are configured no
 * more: commands may still wait in their queues, and somebody has to tell their runs that the instance is gone.
 *
 * @param names instances of the present configuration
 * @param now milliseconds since the epoch
 */
export async function retiredInstances(
  database: Database,
  names: readonly string[],
  now = Date.now(),
): Promise<readonly string[]> {
  const served = database.collection<ServedInstance>('served_instances');
  const configuredAt = new Date(now).toISOString();
  for (const name of names) await served.updateOne({ _id: name }, { $set: { configuredAt } }, { upsert: true });
  const since = new Date(now - REMEMBERED_DAYS * DAY_MS).toISOString();
  const known = await served.find({ configuredAt: { $gte: since } }).toArray();
  return known.map(({ _id }) => _id).filter((name) => !names.includes(name));
}
