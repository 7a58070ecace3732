import { createHash, randomBytes } from 'node:crypto';
import type { Collection, Filter, UpdateFilter } from 'mongodb';
import { CloseReason, IncidentState } from '../../domain/incident.js';
import type { IncidentType, Task, TaskAnswer } from '../../domain/incident.js';
import { BOOKKEEPING_FIELDS } from '../../domain/profile.js';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';
import type { IncidentDocument, IncidentRun, IncidentStep, NewIncident } from './incident-document.js';

interface Counter {
  readonly _id: string;
  readonly value: number;
}

/** Answer of {@link Incidents.answerTask}. */
export type AnswerOutcome = 'recorded' | 'already-decided' | 'unknown-task';

/** The incidents: recording, taking up, asking, closing. Methods are atomic per incident unless a comment says more. */
export class Incidents {
  readonly collection: Collection<IncidentDocument>;
  readonly #counters: Collection<Counter>;

  constructor(database: Database) {
    this.collection = database.collection<IncidentDocument>('incidents');
    this.#counters = database.collection<Counter>('counters');
  }

  /** Creates the unique indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { eventKey: 1 }, unique: true },
      { key: { openKey: 1 }, unique: true, sparse: true },
      { key: { state: 1, createdAt: 1 } },
      { key: { personId: 1, seq: 1 } },
      { key: { 'tasks.id': 1 }, sparse: true },
    ]);
  }

  /**
   * Records events as `Queued` incidents. An event that was recorded before (`eventKey`), or whose data equals an open
   * incident of the same person and type, is passed over.
   *
   * @returns ids of the incidents recorded now, in the order of the events. Two round trips, whatever the number
   */
  async record(events: readonly NewIncident[], now: string): Promise<string[]> {
    if (events.length === 0) return [];
    const counter = await this.#counters.findOneAndUpdate(
      { _id: 'events' },
      { $inc: { value: events.length } },
      { upsert: true, returnDocument: 'after' },
    );
    const firstSeq = (counter?.value ?? events.length) - events.length + 1;
    const documents = events.map((event, index) => newDocument(event, firstSeq + index, now));
    const refused = new Set<number>();
    try {
      await this.collection.insertMany(documents, { ordered: false });
    } catch (error) {
      for (const index of duplicateIndexes(error)) refused.add(index);
    }
    return documents.filter((_, index) => !refused.has(index)).map(({ _id }) => _id);
  }

  /**
   * Records events that start no run: closed at birth (samples). An event recorded before is passed over.
   *
   * @returns how many were recorded now
   */
  async recordClosed(events: readonly NewIncident[], reason: CloseReason, now: string): Promise<number> {
    if (events.length === 0) return 0;
    const documents = events.map((event): IncidentDocument => {
      const { openKey: _, ...document } = newDocument(event, 0, now);
      return { ...document, state: IncidentState.Closed, closedAt: now, closeReason: reason };
    });
    try {
      await this.collection.insertMany(documents, { ordered: false });
      return documents.length;
    } catch (error) {
      return documents.length - duplicateIndexes(error).length;
    }
  }

  async get(incidentId: string): Promise<IncidentDocument | null> {
    return await this.collection.findOne({ _id: incidentId });
  }

  /**
   * Takes up an incident for a run: `Queued` incidents only, or one that this very run (same first run id) took up
   * before. Null = not for this run.
   */
  async takeUp(incidentId: string, run: IncidentRun, step: IncidentStep): Promise<IncidentDocument | null> {
    return await this.collection.findOneAndUpdate(
      {
        _id: incidentId,
        $or: [
          { state: IncidentState.Queued },
          {
            state: { $in: [IncidentState.Running, IncidentState.WaitingForDecision, IncidentState.WaitingForFix] },
            'run.workflowId': run.workflowId,
            'run.firstRunId': run.firstRunId,
          },
        ],
      },
      { $set: { state: IncidentState.Running, run }, $push: { steps: step } },
      { returnDocument: 'after' },
    );
  }

  /** Changes fields of an open incident and adds a step. */
  async update(
    incidentId: string,
    set: Partial<IncidentDocument>,
    step?: IncidentStep,
    { newData = false }: { newData?: boolean } = {},
  ): Promise<IncidentDocument | null> {
    return await this.collection.findOneAndUpdate(
      { _id: incidentId, state: { $ne: IncidentState.Closed } },
      {
        $set: set,
        ...(step === undefined ? {} : { $push: { steps: step } }),
        ...(newData ? { $inc: { dataVersion: 1 } } : {}),
      } as UpdateFilter<IncidentDocument>,
      { returnDocument: 'after' },
    );
  }

  /** Opens a task and puts the incident into a waiting state. Repeating it with the same task id changes nothing. */
  async openTask(
    incidentId: string,
    task: Task,
    state: IncidentState,
    set: Partial<IncidentDocument> = {},
  ): Promise<void> {
    await this.collection.updateOne(
      { _id: incidentId, 'tasks.id': { $ne: task.id }, state: { $ne: IncidentState.Closed } },
      {
        $set: { ...set, state },
        $push: { tasks: task, steps: { at: task.openedAt, step: `task ${task.kind} opened` } },
      } as UpdateFilter<IncidentDocument>,
    );
  }

  /**
   * Records the first valid answer of a task by a conditional write. A later one is kept as ignored. The same answer
   * again (same person, option and instant) counts as recorded, so that a repeated activity agrees with itself.
   */
  async answerTask(taskId: string, answer: TaskAnswer): Promise<AnswerOutcome> {
    const incident = await this.collection.findOne({ 'tasks.id': taskId });
    const index = incident?.tasks.findIndex(({ id }) => id === taskId) ?? -1;
    if (incident === null || index < 0) return 'unknown-task';
    const open = {
      _id: incident._id,
      [`tasks.${index}.id`]: taskId,
      [`tasks.${index}.answer`]: { $exists: false },
      [`tasks.${index}.withdrawnAt`]: { $exists: false },
    } as Filter<IncidentDocument>;
    const { matchedCount } = await this.collection.updateOne(open, {
      $set: { [`tasks.${index}.answer`]: answer },
      $push: { steps: { at: answer.at, step: `task ${incident.tasks[index]?.kind} answered`, note: answer.option } },
    } as UpdateFilter<IncidentDocument>);
    if (matchedCount === 1) return 'recorded';
    const first = (await this.get(incident._id))?.tasks[index]?.answer;
    if (first !== undefined && first.by === answer.by && first.option === answer.option && first.at === answer.at) {
      return 'recorded';
    }
    await this.collection.updateOne({ _id: incident._id }, {
      $push: { [`tasks.${index}.ignoredAnswers`]: answer },
    } as UpdateFilter<IncidentDocument>);
    return 'already-decided';
  }

  /**
   * Ends an incident. Its open key goes, so that the same wish can come again; `keepOpenKey` keeps it, so that the same
   * wish stays refused until the report says something else. Closing a closed one changes nothing.
   */
  async close(
    incidentId: string,
    reason: CloseReason,
    now: string,
    extra: Partial<IncidentDocument> = {},
    { keepOpenKey = false }: { keepOpenKey?: boolean } = {},
  ): Promise<IncidentDocument | null> {
    return await this.collection.findOneAndUpdate(
      { _id: incidentId, state: { $ne: IncidentState.Closed } },
      {
        $set: { ...extra, state: IncidentState.Closed, closedAt: now, closeReason: reason },
        ...(keepOpenKey ? {} : { $unset: { openKey: '' } }),
        $push: { steps: { at: now, step: 'closed', note: reason } },
      } as UpdateFilter<IncidentDocument>,
      { returnDocument: 'after' },
    );
  }

  /** Open incidents of a person, oldest first; of one type when given. */
  async openOf(personId: string, type?: IncidentType): Promise<IncidentDocument[]> {
    return await this.collection
      .find({ personId, state: { $ne: IncidentState.Closed }, ...(type === undefined ? {} : { type }) })
      .sort({ seq: 1 })
      .toArray();
  }

  async list(filter: Filter<IncidentDocument>, limit: number): Promise<IncidentDocument[]> {
    return await this.collection.find(filter).sort({ createdAt: -1 }).limit(limit).toArray();
  }
}

/**
 * Key under which an open incident is unique: person, type and hash of what the event wants. Two events with one key
 * ask for the same thing. `undefined` for an event without a person.
 */
export function openKeyOf(event: NewIncident): string | undefined {
  return event.personId === null ? undefined : `${event.personId}|${event.type}|${hashOf(event)}`;
}

function openKeyField(event: NewIncident): Pick<IncidentDocument, 'openKey'> {
  const openKey = openKeyOf(event);
  return openKey === undefined ? {} : { openKey };
}

function newDocument(event: NewIncident, seq: number, now: string): IncidentDocument {
  return {
    ...event,
    _id: newIncidentId(now),
    ...openKeyField(event),
    state: IncidentState.Queued,
    seq,
    createdAt: now,
    dataVersion: 1,
    tasks: [],
    successfulProvisioning: [],
    failedProvisioning: [],
    steps: [{ at: now, step: 'recorded', note: event.type }],
  };
}

/** `INC-<yyyymmdd>-<eight random characters>`: readable, sortable by day, names nobody. */
function newIncidentId(now: string): string {
  return `INC-${now.slice(0, 10).replaceAll('-', '')}-${randomBytes(5).toString('hex')}`;
}

/** Hash of what an event wants to be true, so that the same wish is recognised whenever it was found; bookkeeping does not count. */
function hashOf(event: NewIncident): string {
  const { fields, clearedFields } = event.userProfile;
  const told = Object.fromEntries(Object.entries(fields).filter(([field]) => !BOOKKEEPING_FIELDS.has(field)));
  const wish = { fields: told, clearedFields, trigger: event.terminationTrigger, forced: event.forced };
  const ordered = JSON.stringify(wish, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(ordered).digest('base64url').slice(0, 22);
}

function duplicateIndexes(error: unknown): number[] {
  if (!isDuplicateKey(error)) throw error;
  const { writeErrors } = error as { writeErrors?: readonly { index: number; code: number }[] };
  if (writeErrors === undefined || writeErrors.some((fault) => !isDuplicateKey(fault))) throw error;
  return writeErrors.map(({ index }) => index);
}
