import { MongoBulkWriteError } from 'mongodb';
import type { Collection, Filter } from 'mongodb';
import { LogTargetType, targetOf, usedMembers } from '../../domain/okta/log-event.js';
import type { LogEvent } from '../../domain/okta/log-event.js';
import type { LogCursor } from '../../domain/okta/polling.js';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/**
 * State of an event that was read. `queued`: waits for its incident; `held`: its user has no profile yet; `opened`: its
 * incident is there; `dropped`: it starts nothing.
 */
export const OktaEventState = {
  Queued: 'queued',
  Held: 'held',
  Opened: 'opened',
  Dropped: 'dropped',
} as const;
export type OktaEventState = (typeof OktaEventState)[keyof typeof OktaEventState];

/** An event of the System Log that was read. `_id` is `<Okta instance>/<uuid>`, so that each counts once. Personal data. */
export interface OktaEventDocument {
  readonly _id: string;
  readonly okta: string;
  readonly published: string;
  /** ISO instant at which it was read; also that of a later change of its state. */
  readonly at: string;
  readonly state: OktaEventState;
  /** Login of its user in lower case, by which a held one is found; empty when the event names nobody. */
  readonly userKey: string;
  /** ISO instant at which it was held first. */
  readonly heldAt?: string;
  /** Why it was dropped. */
  readonly reason?: string;
  readonly event: LogEvent;
}

/** Where the log of an Okta instance is read on; `_id` is the instance's name. */
export type OktaCursorDocument = { readonly _id: string } & LogCursor;

/** One page of the log. */
export interface OktaPage {
  readonly events: readonly LogEvent[];
  readonly filter: string;
  readonly next: string | null;
  /** From when the first question asked; absent when the page was reached by a link. */
  readonly since?: string;
  /** ISO instant. */
  readonly at: string;
}

/**
 * Events that were read from System Logs and wait for their incidents, and how far each log was read. Queue and cursor are
 * independent: reading goes on while the queue drains, and no event is lost or doubled by a crash between the two.
 */
export class OktaEvents {
  readonly collection: Collection<OktaEventDocument>;
  readonly #cursors: Collection<OktaCursorDocument>;

  constructor(database: Database) {
    this.collection = database.collection<OktaEventDocument>('okta_events');
    this.#cursors = database.collection<OktaCursorDocument>('okta_cursors');
  }

  /** Creates the indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { okta: 1, state: 1, published: 1 } },
      { key: { okta: 1, state: 1, userKey: 1 } },
    ]);
  }

  /** Null before the first page. */
  async cursor(okta: string): Promise<OktaCursorDocument | null> {
    return await this.#cursors.findOne({ _id: okta });
  }

  /**
   * Queues the events of a page that were not read before, and only then moves the cursor. Repeating it, or reading the
   * page again, queues nothing twice.
   *
   * @returns how many were new
   */
  async addPage(okta: string, page: OktaPage): Promise<number> {
    const added = await this.#insert(page.events.map((event) => documentOf(okta, event, page.at)));
    const before = await this.cursor(okta);
    const published = page.events.map((event) => new Date(event.published).toISOString());
    const newest = [before?.newestPublished ?? '', ...published].reduce((one, other) => (other > one ? other : one));
    const cursor: LogCursor = {
      filter: page.filter,
      next: page.next,
      since: page.since ?? before?.since ?? page.at,
      newestPublished: newest === '' ? null : newest,
    };
    await this.#cursors.replaceOne({ _id: okta }, cursor, { upsert: true });
    return added;
  }

  /** The events that wait for their incidents, the earliest first. */
  async queued(okta: string, limit: number): Promise<OktaEventDocument[]> {
    return await this.#inState({ okta, state: OktaEventState.Queued }, limit);
  }

  /** Events that have been held since before an instant, the earliest first. */
  async heldSince(okta: string, before: string, limit: number): Promise<OktaEventDocument[]> {
    return await this.#inState({ okta, state: OktaEventState.Held, heldAt: { $lt: before } }, limit);
  }

  /** Ends an event's wait: its incident is there, or it starts nothing. Repeating it changes nothing. */
  async settle(id: string, state: 'opened' | 'dropped', at: string, reason?: string): Promise<void> {
    const waits = { $in: [OktaEventState.Queued, OktaEventState.Held] };
    await this.collection.updateOne(
      { _id: id, state: waits },
      { $set: { state, at, ...(reason === undefined ? {} : { reason }) } },
    );
  }

  /** Lets a queued event wait for the profile of its user. One that is held again keeps the time of the first. */
  async hold(id: string, at: string): Promise<void> {
    const queued = { _id: id, state: OktaEventState.Queued };
    await this.collection.updateOne({ ...queued, heldAt: { $exists: false } }, { $set: { heldAt: at } });
    await this.collection.updateOne(queued, { $set: { state: OktaEventState.Held, at } });
  }

  /**
   * Queues the held events of users who have a profile now; logins are compared without case.
   *
   * @returns how many there were
   */
  async release(okta: string, usernames: readonly string[], at: string): Promise<number> {
    const userKey = { $in: usernames.map(keyOf).filter((key) => key !== '') };
    const { modifiedCount } = await this.collection.updateMany(
      { okta, state: OktaEventState.Held, userKey },
      { $set: { state: OktaEventState.Queued, at } },
    );
    return modifiedCount;
  }

  /** How many events are in each state. */
  async counts(okta: string): Promise<Readonly<Record<OktaEventState, number>>> {
    const count = (state: OktaEventState): Promise<number> => this.collection.countDocuments({ okta, state });
    const [queued, held, opened, dropped] = await Promise.all(Object.values(OktaEventState).map(count));
    return { queued: queued ?? 0, held: held ?? 0, opened: opened ?? 0, dropped: dropped ?? 0 };
  }

  /**
   * Forgets events that were settled before an instant. It must lie further back than any page can repeat an event, or
   * that event counts anew.
   */
  async forget(okta: string, before: string): Promise<number> {
    const settled = { $in: [OktaEventState.Opened, OktaEventState.Dropped] };
    return (await this.collection.deleteMany({ okta, state: settled, at: { $lt: before } })).deletedCount;
  }

  async #inState(filter: Filter<OktaEventDocument>, limit: number): Promise<OktaEventDocument[]> {
    return await this.collection.find(filter).sort({ published: 1, _id: 1 }).limit(limit).toArray();
  }

  async #insert(documents: readonly OktaEventDocument[]): Promise<number> {
    if (documents.length === 0) return 0;
    try {
      return (await this.collection.insertMany([...documents], { ordered: false })).insertedCount;
    } catch (error) {
      const refused = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
      if (refused.length === 0 || !refused.every(isDuplicateKey)) throw error;
      // Those that were read before are refused, all others are in.
      return documents.length - refused.length;
    }
  }
}

const keyOf = (username: string): string => username.trim().toLowerCase();

function documentOf(okta: string, event: LogEvent, at: string): OktaEventDocument {
  return {
    _id: `${okta}/${event.uuid}`,
    okta,
    // One form for all, so that they can be put in order as texts.
    published: new Date(event.published).toISOString(),
    at,
    state: OktaEventState.Queued,
    userKey: keyOf(targetOf(event, LogTargetType.User)?.alternateId ?? ''),
    event: usedMembers(event),
  };
}
