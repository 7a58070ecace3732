import type { UserProfile } from '../../domain/profile.js';
import type { People } from '../store/people.js';
import type { PersonDocument } from '../store/person-document.js';
import type { Progress } from './progress.js';

/** A record with a profile, as detection looks at it: the profile names its person. */
export interface KnownPerson {
  readonly id: string;
  readonly personId: string;
  readonly version: number;
  readonly isProposal: boolean;
  readonly profile: UserProfile;
}

/** Small, so that a batch is garbage before the collector counts it as old. */
const BATCH = 250;
const PROJECTION = { queue: 0, gone: 0, intents: 0, accounts: 0, applied: 0 };

/**
 * Every record with a profile, permanent and proposed, in batches. One read of the whole collection; the server fetches
 * the next batch while the caller works on this one. Memory holds two batches.
 */
export async function* streamPeople(people: People, progress: Progress): AsyncGenerator<readonly KnownPerson[]> {
  const cursor = people.collection.find({}, { projection: PROJECTION, batchSize: BATCH });
  let next = cursor.next();
  try {
    for (let first = await next; first !== null; first = await next) {
      const batch = [first, ...cursor.readBufferedDocuments()];
      next = cursor.next();
      // It is awaited when the caller comes back; until then a failure must not count as unhandled.
      next.catch(() => undefined);
      progress.check();
      yield batch.flatMap((person) => knownPerson(person) ?? []);
    }
  } finally {
    await next.catch(() => undefined);
    // An open cursor holds the whole result in the server.
    await cursor.close();
  }
}

/** The view of a record; `undefined` while the person is only reserved. */
export function knownPerson({ _id, personId, version, proposal, profile }: PersonDocument): KnownPerson | undefined {
  if (profile === undefined) return undefined;
  // In place: the document was read for this purpose, and copying a profile costs as much as comparing it.
  (profile as { personId?: string }).personId = personId;
  return { id: _id, personId, version, isProposal: proposal === true, profile };
}
