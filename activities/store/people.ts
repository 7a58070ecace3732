import { randomUUID } from 'node:crypto';
import type { Collection, Filter, UpdateFilter } from 'mongodb';
import type { IncidentType } from '../../domain/incident.js';
import type { SourceKey, UserProfile } from '../../domain/profile.js';
import { ensureIndexes, ignoreDuplicates, isDuplicateKey, pathSegment } from './database.js';
import type { Database } from './database.js';
import { proposalId, sourceKey } from './person-document.js';
import type { AccountFacts, Intent, PersonDocument, Turn } from './person-document.js';

const GONE_KEPT = 50;

/** A write to a person's record under their turn. Field names are the profile's; `unset` removes them. */
export interface PersonChange {
  readonly set?: UserProfile;
  readonly unset?: readonly string[];
  /** New unique keys; `null` removes one. */
  readonly emailKey?: string | null;
  readonly employeeKey?: string | null;
  /** Account facts to merge, by instance name; `null` removes one. */
  readonly accounts?: Readonly<Record<string, AccountFactsChange>>;
  /** The event that was carried out. */
  readonly applied?: { readonly type: IncidentType; readonly seq: number };
  /** The event whose data the profile holds from now on. */
  readonly begun?: { readonly type: IncidentType; readonly seq: number };
  /** Intents whose outcome is known now: `[instance, command]`. */
  readonly settledIntents?: readonly (readonly [instance: string, command: string])[];
  /** Takes the profile away and leaves the person reserved (a hire that was declined). */
  readonly removeProfile?: boolean;
}

/** Changes of what is known about one account. */
export type AccountFactsChange = { readonly [fact in keyof AccountFacts]: AccountFacts[fact] | null };

/** Answer of {@link People.takeTurn}. `gone`: this ticket was given back or evicted before; draw another one. */
export type TurnState = { readonly kind: 'holder' | 'waiting' | 'gone'; readonly person: PersonDocument };

/** Answer of {@link People.giveBack}: the record before it, null when the turn was not held, and who holds it now. */
export interface GivenBack {
  readonly before: PersonDocument | null;
  readonly next: Turn | null;
}

/**
 * The records of people: profiles, turns, account facts. Every method is one atomic operation on one document unless
 * its comment says otherwise.
 */
export class People {
  readonly collection: Collection<PersonDocument>;

  constructor(database: Database) {
    this.collection = database.collection<PersonDocument>('people');
  }

  /** Creates the unique indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { keys: 1 }, unique: true, sparse: true },
      { key: { emailKey: 1 }, unique: true, sparse: true },
      { key: { employeeKey: 1 }, unique: true, sparse: true },
      { key: { 'profile.displayName': 1 } },
      { key: { 'queue.0.since': 1 }, sparse: true },
    ]);
  }

  /**
   * Person ids of HR keys, allocating one for each key that is new. Safe to repeat and to run side by side: a key gets
   * one person for ever. Two reads and one bulk insert, whatever the number.
   */
  async reserve(source: string, employeeIds: readonly string[]): Promise<Map<string, string>> {
    const keys = [...new Set(employeeIds)].map((employeeId) => sourceKey(source, employeeId));
    let known = await this.#personIdsByKey(keys);
    const missing = keys.filter((key) => !known.has(key));
    if (missing.length > 0) {
      const createdAt = new Date().toISOString();
      const documents = missing.map((key): PersonDocument => {
        const personId = randomUUID();
        return { _id: personId, personId, keys: [key], version: 0, queue: [], fence: 0, gone: [], createdAt };
      });
      await this.collection.insertMany(documents, { ordered: false }).catch(ignoreDuplicates);
      known = await this.#personIdsByKey(keys);
    }
    const prefix = sourceKey(source, '').length;
    return new Map([...known].map(([key, personId]) => [key.slice(prefix), personId]));
  }

  async #personIdsByKey(keys: readonly string[]): Promise<Map<string, string>> {
    const wanted = new Set(keys);
    const found = new Map<string, string>();
    const cursor = this.collection.find({ keys: { $in: [...keys] } }, { projection: { personId: 1, keys: 1 } });
    for await (const person of cursor) {
      for (const key of person.keys ?? []) if (wanted.has(key)) found.set(key, person.personId);
    }
    return found;
  }

  async get(personId: string): Promise<PersonDocument | null> {
    return await this.collection.findOne({ _id: personId });
  }

  async proposalOf(personId: string): Promise<PersonDocument | null> {
    return await this.collection.findOne({ _id: proposalId(personId) });
  }

  /** Permanent or proposed record under this e-mail; case does not count. */
  async byEmail(email: string): Promise<PersonDocument | null> {
    return await this.collection.findOne({ emailKey: email.toLowerCase() });
  }

  async byEmployeeId(source: string, employeeId: string): Promise<PersonDocument | null> {
    return await this.collection.findOne({ employeeKey: sourceKey(source, employeeId) });
  }

  /**
   * Draws a ticket or finds it again. `ahead` puts it right behind the holder (a Terminate), otherwise at the end.
   * Repeating it with the same ticket is harmless. Null = the person has no record (any more).
   */
  async takeTurn(personId: string, turn: Turn, { ahead = false }: { ahead?: boolean } = {}): Promise<TurnState | null> {
    const position = ahead ? { $position: 1 } : {};
    const person =
      (await this.collection.findOneAndUpdate(
        { _id: personId, 'queue.ticket': { $ne: turn.ticket }, gone: { $ne: turn.ticket } },
        { $push: { queue: { $each: [turn], ...position } } },
        { returnDocument: 'after' },
      )) ?? (await this.collection.findOne({ _id: personId }));
    if (person === null) return null;
    if (person.queue[0]?.ticket === turn.ticket) return { kind: 'holder', person };
    return { kind: person.queue.some(({ ticket }) => ticket === turn.ticket) ? 'waiting' : 'gone', person };
  }

  /**
   * Gives a turn back, or evicts it. A change rides along when the ticket holds the turn and is dropped when it does
   * not. Repeating it is harmless: the second time nothing is held.
   */
  async giveBack(personId: string, ticket: string, change: PersonChange = {}): Promise<GivenBack> {
    const leave: UpdateFilter<PersonDocument> = {
      $pull: { queue: { ticket } },
      $push: { gone: { $each: [ticket], $slice: -GONE_KEPT } },
    };
    const before = await this.collection.findOneAndUpdate(
      { _id: personId, 'queue.0.ticket': ticket },
      combine(updateOf(change), leave, { $inc: { fence: 1, version: 1 } }),
      { returnDocument: 'before' },
    );
    if (before !== null) return { before, next: before.queue[1] ?? null };
    await this.collection.updateOne({ _id: personId, 'queue.ticket': ticket }, leave);
    return { before: null, next: null };
  }

  /** Writes under the turn: one update that matches only while `ticket` is the head. False = the turn is lost. */
  async writeInTurn(personId: string, ticket: string, change: PersonChange): Promise<boolean> {
    return await this.#writeWhere({ _id: personId, 'queue.0.ticket': ticket }, change);
  }

  /** Stores an intent under the turn: the turn check and the intent are one operation. False = the turn is lost. */
  async recordIntent(personId: string, ticket: string, intent: Intent): Promise<boolean> {
    const { matchedCount } = await this.collection.updateOne(
      { _id: personId, 'queue.0.ticket': ticket },
      { $set: { [intentPath(intent.instance, intent.command)]: intent } },
    );
    return matchedCount === 1;
  }

  /** Writes outside any turn, for people and the report cycle: matches only the version that was read. */
  async writeVersion(id: string, version: number, change: PersonChange): Promise<boolean> {
    return await this.#writeWhere({ _id: id, version }, change);
  }

  /** As {@link writeVersion}, and only while nobody holds the turn or waits for it. */
  async writeWhileFree(personId: string, version: number, change: PersonChange): Promise<boolean> {
    return await this.#writeWhere({ _id: personId, version, 'queue.0': { $exists: false } }, change);
  }

  async #writeWhere(filter: Filter<PersonDocument>, change: PersonChange): Promise<boolean> {
    const update = combine(updateOf(change), { $inc: { version: 1 } });
    return (await this.collection.updateOne(filter, update)).matchedCount === 1;
  }

  /** Ids of permanent records with a profile that match, in their order, after one of them. */
  async page(filter: Filter<PersonDocument>, after: string, limit: number): Promise<string[]> {
    const found = this.collection.find(
      { $and: [filter, { _id: { $gt: after }, profile: { $exists: true }, proposal: { $exists: false } }] },
      { projection: { _id: 1 } },
    );
    return (await found.sort({ _id: 1 }).limit(limit).toArray()).map(({ _id }) => _id);
  }

  /**
   * Puts a proposal beside a person, replacing an earlier one of the same person.
   *
   * @returns false when another record owns the e-mail
   */
  async putProposal(personId: string, profile: UserProfile): Promise<boolean> {
    const document: Omit<PersonDocument, '_id'> = {
      personId,
      proposal: true,
      ...(typeof profile.email === 'string' ? { emailKey: profile.email.toLowerCase() } : {}),
      profile,
      version: 0,
      queue: [],
      fence: 0,
      gone: [],
    };
    try {
      await this.collection.replaceOne({ _id: proposalId(personId) }, document, { upsert: true });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Removes the proposal of a person; of one incident only when it is named. Removing an absent one changes nothing. */
  async removeProposal(personId: string, incidentId?: string): Promise<void> {
    await this.collection.deleteOne({
      _id: proposalId(personId),
      proposal: true,
      ...(incidentId === undefined ? {} : { 'profile.processedBy': incidentId }),
    });
  }

  /**
   * Joins a person that has no permanent profile of their own into another one, who takes over the HR key. Two writes;
   * repeating them after an interruption ends the same way, because the caller's incident holds the key.
   */
  async adopt(fromPersonId: string, intoPersonId: string, hrKey: SourceKey): Promise<void> {
    if (fromPersonId === intoPersonId) return;
    await this.collection.deleteOne({
      _id: fromPersonId,
      $or: [{ profile: { $exists: false } }, { 'profile.isTemporaryUser': true }],
    });
    const key = sourceKey(hrKey.source, hrKey.employeeId);
    await this.collection.updateOne(
      { _id: intoPersonId },
      {
        $set: { employeeKey: key },
        $addToSet: { keys: key, 'profile.sourceKeys': hrKey },
        $inc: { version: 1 },
      },
    );
  }

  /** People whose turn has been held or waited for since before the instant. */
  async holders(since: string, limit: number): Promise<Pick<PersonDocument, 'personId' | 'queue'>[]> {
    return await this.collection
      .find({ 'queue.0.since': { $lt: since } }, { projection: { personId: 1, queue: 1 } })
      .limit(limit)
      .toArray();
  }

  /** Frees a profile that an incident had in process and did not finish. */
  async releaseProcessed(personId: string, incidentId: string): Promise<void> {
    await this.collection.updateOne(
      { _id: personId, 'profile.processedBy': incidentId },
      { $set: { 'profile.isProcessed': false }, $unset: { 'profile.processedBy': '' }, $inc: { version: 1 } },
    );
  }

  /** Ends a reviewer's "keep" of orphans who are in the report again: gone once more, they are asked about anew. */
  async forgetKept(personIds: readonly string[]): Promise<void> {
    if (personIds.length === 0) return;
    await this.collection.updateMany(
      { _id: { $in: [...personIds] }, 'profile.keptAs': 'orphan' },
      { $set: { 'profile.keptAs': '' }, $inc: { version: 1 } },
    );
  }

  /** Every record with a profile, permanent and proposed, one at a time. Close it early with `break`. */
  async *profiles(filter: Filter<PersonDocument> = {}): AsyncGenerator<PersonDocument> {
    const cursor = this.collection.find(
      { ...filter, profile: { $exists: true } },
      { projection: { queue: 0, gone: 0, intents: 0 }, batchSize: 1000 },
    );
    try {
      yield* cursor;
    } finally {
      await cursor.close();
    }
  }
}

const intentPath = (instance: string, command: string): string => `intents.${pathSegment(instance)}:${command}`;

/** The intent of one command in one instance, when one is open. */
export const openIntent = (person: PersonDocument, instance: string, command: string): Intent | undefined =>
  person.intents?.[`${pathSegment(instance)}:${command}`];

/** What is known of a person's account in one instance. */
export const accountIn = (person: PersonDocument, instance: string): AccountFacts | undefined =>
  person.accounts?.[pathSegment(instance)];

/** The update operators of a change, without version or turn bookkeeping. */
function updateOf(change: PersonChange): UpdateFilter<PersonDocument> {
  const set: Record<string, unknown> = {};
  const unset: Record<string, ''> = {};
  for (const [field, value] of Object.entries(change.set ?? {})) {
    if (value !== undefined) set[`profile.${field}`] = value;
  }
  for (const field of change.unset ?? []) unset[`profile.${field}`] = '';
  for (const key of ['emailKey', 'employeeKey'] as const) {
    const value = change[key];
    if (value === null) unset[key] = '';
    else if (value !== undefined) set[key] = value;
  }
  for (const [instance, facts] of Object.entries(change.accounts ?? {})) {
    for (const [fact, value] of Object.entries<string | null>(facts)) {
      const path = `accounts.${pathSegment(instance)}.${fact}`;
      if (value === null) unset[path] = '';
      else set[path] = value;
    }
  }
  for (const mark of ['applied', 'begun'] as const) {
    const event = change[mark];
    if (event !== undefined) set[`${mark}.${event.type}`] = event.seq;
  }
  for (const [instance, command] of change.settledIntents ?? []) unset[intentPath(instance, command)] = '';
  if (change.removeProfile === true) Object.assign(unset, { profile: '', emailKey: '', employeeKey: '' });
  return {
    ...(Object.keys(set).length > 0 ? { $set: set } : {}),
    ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
  };
}

/** Merges update documents operator by operator. */
function combine(...updates: readonly UpdateFilter<PersonDocument>[]): UpdateFilter<PersonDocument> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const update of updates) {
    for (const [operator, fields] of Object.entries(update)) {
      result[operator] = { ...result[operator], ...(fields as Record<string, unknown>) };
    }
  }
  return result;
}
