import { openDatabase } from './database.js';
import type { Database, DatabaseOptions } from './database.js';
import { Evidence } from './evidence.js';
import { Incidents } from './incidents.js';
import { People } from './people.js';
import { PersonCache } from './person-cache.js';

/** Everything that is stored, by topic. */
export interface Store {
  readonly database: Database;
  readonly people: People;
  readonly personCache: PersonCache;
  readonly incidents: Incidents;
  readonly evidence: Evidence;
  close(): Promise<void>;
}

/** Opens the store and creates its indexes. Idempotent; safe while others do the same. */
export async function openStore(options: DatabaseOptions): Promise<Store> {
  const database = await openDatabase(options);
  const people = new People(database);
  const incidents = new Incidents(database);
  const evidence = new Evidence(database);
  await Promise.all([people.prepare(), incidents.prepare(), evidence.prepare()]);
  return { database, people, personCache: new PersonCache(people), incidents, evidence, close: () => database.close() };
}
