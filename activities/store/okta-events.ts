import type { Collection, Filter } from 'mongodb';
import { usedMembers } from '../../domain/okta/log-event.js';
import type { LogEvent } from '../../domain/okta/log-event.js';
import type { LogCursor } from '../../domain/okta/polling.js';
import { duplicateIndexes, ensureIndexes, ignoreDuplicates } from './database.js';
import type { Database } from './database.js';

/**
 * State of an event. `queued` was read and waits to be handed over; `held` waits for the profile of whom it is about;
 * `handed` became an incident, or asks for what an incident asks for already; `dropped` starts nothing. The last two are
 * final.
 */
export const OktaEventState = {
  Queued: 'queued',
  Held: 'held',
  Handed: 'handed',
  Dropped: 'dropped',
} as const;
export type OktaEventState = (typeof OktaEventState)[keyof typeof OktaEventState];

/** One event of the System Log of one Okta instance. Personal data. `_id` is `<instance>/<uuid>`. */
export interface OktaEventDocument {
  readonly _id: string;
  readonly okta: string;
  readonly event: LogEvent;
  readonly state: OktaEventState;
  /** ISO instant at which it was read. */
  readonly readAt: string;
  /** Until when a held event waits. */
  readonly heldUntil?: string;
  /** When the profile of a held event is looked for next. */
  readonly nextLookAt?: string;
  /** Why it was dropped. */
  readonly reason?: string;
  readonly incidentId?: string;
  readonly settledAt?: string;
}

/** Where the log of an Okta instance is read on. `_id` is the instance's name. */
export type OktaCursorDocument = { readonly _id: string } & LogCursor & {
    /** Address of the organisation that the link is of. */
    readonly url: string;
    /** When the log was read to its end. */
    readonly readAt?: string;
    /** The account whose token reads; personal data. */
    readonly own?: { readonly id: string; readonly login: string };
  };

/** A change of one event, made only while it is in one of the states. */
export interface OktaEventTransition {
  readonly id: string;
  readonly from: readonly OktaEventState[];
  readonly set: Partial<Omit<OktaEventDocument, '_id' | 'okta' | 'event'>>;
}

/** How many events there are in each state, and of the dropped ones for each reason. */
export interface OktaEventCounts {
  readonly queued: number;
  readonly held: number;
  readonly handed: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * The queue of events that were read and the places where reading goes on. They are independent: reading goes on while
 * the queue is worked off. Every method can be repeated.
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
      { key: { okta: 1, state: 1, readAt: 1 } },
      { key: { okta: 1, state: 1, nextLookAt: 1 } },
      { key: { okta: 1, state: 1, reason: 1 } },
    ]);
  }

  /**
   * Stores a page of a log that was begun: its events first, then where the log goes on, so that a crash in between reads
   * the page once more and loses nothing. Events that are there already, in whatever state, stay as they are.
   *
   * @param readAt ISO instant
   * @returns how many of them are new
   */
  async addPage(okta: string, events: readonly LogEvent[], cursor: PageCursor, readAt: string): Promise<number> {
    const added = await this.#add(okta, events, readAt);
    const { isEnd, ...place } = cursor;
    const newest = newestOf(events, readAt);
    await this.#cursors.updateOne(
      { _id: okta },
      {
        $set: { ...place, ...(isEnd ? { readAt } : {}) },
        ...(newest === undefined ? {} : { $max: { newestPublished: newest } }),
      },
    );
    return added;
  }

  async #add(okta: string, events: readonly LogEvent[], readAt: string): Promise<number> {
    if (events.length === 0) return 0;
    const documents = events.map((event) => documentOf(okta, event, readAt));
    try {
      return (await this.collection.insertMany(documents, { ordered: false })).insertedCount;
    } catch (error) {
      return documents.length - duplicateIndexes(error).length;
    }
  }

  /** Where the log is read on; null when nobody has begun to. */
  async cursor(okta: string): Promise<OktaCursorDocument | null> {
    return await this.#cursors.findOne({ _id: okta });
  }

  /** The same for whoever is about to read: the very first time the place is fixed, so that a failure begins there again. */
  async begin(okta: string, place: Pick<OktaCursorDocument, 'filter' | 'since' | 'url'>): Promise<OktaCursorDocument> {
    const cursor = await this.cursor(okta);
    if (cursor !== null) return cursor;
    const begun = { _id: okta, ...place, next: null, newestPublished: null };
    await this.#cursors.insertOne(begun).catch(ignoreDuplicates);
    return (await this.cursor(okta)) ?? begun;
  }

  /** Remembers whose token reads. */
  async setOwn(okta: string, own: NonNullable<OktaCursorDocument['own']>): Promise<void> {
    await this.#cursors.updateOne({ _id: okta }, { $set: { own } });
  }

  /**
   * Events that wait to be handed over, in the order in which they were read.
   *
   * @param exceptType an event type that is passed over
   */
  async queued(okta: string, limit: number, exceptType?: string): Promise<OktaEventDocument[]> {
    return await this.collection
      .find({
        okta,
        state: OktaEventState.Queued,
        ...(exceptType === undefined ? {} : { 'event.eventType': { $ne: exceptType } }),
      })
      .sort({ readAt: 1, _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** Held events whose profile is to be looked for by now, what was looked at longest ago first. */
  async heldToLookAt(okta: string, now: string, limit: number): Promise<OktaEventDocument[]> {
    return await this.collection
      .find({ okta, state: OktaEventState.Held, nextLookAt: { $lte: now } })
      .sort({ nextLookAt: 1 })
      .limit(limit)
      .toArray();
  }

  /** Makes changes, equal ones in one update, each only from the expected states. */
  async transition(changes: readonly OktaEventTransition[]): Promise<void> {
    const alike = new Map<string, OktaEventTransition[]>();
    for (const change of changes) {
      const key = JSON.stringify([change.from, change.set]);
      alike.set(key, [...(alike.get(key) ?? []), change]);
    }
    for (const [first, ...others] of alike.values()) {
      if (first === undefined) continue;
      const ids = [first, ...others].map(({ id }) => id);
      await this.collection.updateMany({ _id: { $in: ids }, state: { $in: [...first.from] } }, { $set: first.set });
    }
  }

  /** Counts what there is of an instance. */
  async counts(okta: string): Promise<OktaEventCounts> {
    const states = await this.#group({ okta }, '$state');
    const { queued = 0, held = 0, handed = 0 } = states;
    return { queued, held, handed, dropped: await this.#group({ okta, state: OktaEventState.Dropped }, '$reason') };
  }

  async #group(filter: Filter<OktaEventDocument>, by: string): Promise<Record<string, number>> {
    const rows = await this.collection
      .aggregate<{ _id: string; count: number }>([{ $match: filter }, { $group: { _id: by, count: { $sum: 1 } } }])
      .toArray();
    return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
  }

  /**
   * Deletes final events that were read before an instant. Those that a new filter would read again are kept, so that
   * they are recognised.
   *
   * @param overlapFrom ISO instant from which on a new first call would read
   */
  async deleteBefore(okta: string, instant: string, overlapFrom: string): Promise<void> {
    await this.collection.deleteMany({
      okta,
      state: { $in: [OktaEventState.Handed, OktaEventState.Dropped] },
      readAt: { $lt: instant },
      'event.published': { $lt: overlapFrom },
    });
  }
}

/** Where a page leaves the log. */
export interface PageCursor extends Pick<OktaCursorDocument, 'filter' | 'next' | 'url'> {
  /** Nothing comes after the page by now. */
  readonly isEnd: boolean;
}

/** A clock that runs ahead must not move the place from which a new filter reads into the future. */
function newestOf(events: readonly LogEvent[], now: string): string | undefined {
  const published = events.map((event) => new Date(event.published).toISOString());
  return published
    .filter((instant) => instant <= now)
    .sort()
    .at(-1);
}

const documentOf = (okta: string, event: LogEvent, readAt: string): OktaEventDocument => ({
  _id: `${okta}/${event.uuid}`,
  okta,
  // One form of instants for all, so that they can be compared as texts.
  event: { ...usedMembers(event), published: new Date(event.published).toISOString() },
  state: OktaEventState.Queued,
  readAt,
});
