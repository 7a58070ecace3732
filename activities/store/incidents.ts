import type { Collection, Filter } from 'mongodb';
import { CloseReason, IncidentState } from '../../domain/incident.js';
import type { IncidentType, Task, TaskAnswer, TaskKind } from '../../domain/incident.js';
import { Approvals } from './approvals.js';
import { Attention } from './attention.js';
import { duplicateIndexes, ensureIndexes, ignoreDuplicates } from './database.js';
import type { Database } from './database.js';
import type { IncidentDocument, IncidentRun, IncidentStep, NewIncident } from './incident-document.js';
import { newIncidentDocument } from './new-incident.js';

interface Counter {
  readonly _id: string;
  readonly value: number;
}

/** Answer of {@link Incidents.answerTask}. `over`: another answer came first, or the incident ended. */
export type AnswerOutcome = 'recorded' | 'over';

/** States of an incident that a run works on. */
export const RUNNING_STATES: readonly IncidentState[] = [
  IncidentState.Running,
  IncidentState.WaitingForDecision,
  IncidentState.WaitingForFix,
];

/** The incidents: recording, taking up, asking, closing. Methods are atomic per incident unless a comment says more. */
export class Incidents {
  readonly collection: Collection<IncidentDocument>;
  /** Questions that two people have to answer alike. */
  readonly approvals: Approvals;
  /** Who looks after incidents, and when somebody is to be reminded. */
  readonly attention: Attention;
  readonly #counters: Collection<Counter>;

  constructor(database: Database) {
    this.collection = database.collection<IncidentDocument>('incidents');
    this.approvals = new Approvals(this.collection);
    this.attention = new Attention(this.collection);
    this.#counters = database.collection<Counter>('counters');
  }

  /** Creates the unique indexes and the counter, so that its first users do not make it at the same time. Idempotent. */
  async prepare(): Promise<void> {
    const none = { $setOnInsert: { value: 0 } };
    await this.#counters.updateOne({ _id: 'events' }, none, { upsert: true }).catch(ignoreDuplicates);
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { eventKey: 1 }, unique: true },
      { key: { openKey: 1 }, unique: true, sparse: true },
      { key: { state: 1, createdAt: 1 } },
      { key: { personId: 1, seq: 1 } },
      { key: { 'run.workflowId': 1 }, sparse: true },
      { key: { state: 1, nextLookAt: 1 } },
      { key: { owner: 1, state: 1 }, sparse: true },
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
    const lastSeq = await this.nextSeq(events.length);
    const firstSeq = lastSeq - events.length + 1;
    const documents = events.map((event, index) => newIncidentDocument(event, firstSeq + index, now));
    const refused = new Set<number>();
    try {
      await this.collection.insertMany(documents, { ordered: false });
    } catch (error) {
      for (const index of duplicateIndexes(error)) refused.add(index);
    }
    return documents.filter((_, index) => !refused.has(index)).map(({ _id }) => _id);
  }

  /** Takes places in the order of events, and answers the last of them. */
  async nextSeq(places = 1): Promise<number> {
    const counter = await this.#counters.findOneAndUpdate(
      { _id: 'events' },
      { $inc: { value: places } },
      { upsert: true, returnDocument: 'after' },
    );
    return counter?.value ?? places;
  }

  /**
   * Records events that start no run: closed at birth (samples). An event recorded before is passed over.
   *
   * @returns how many were recorded now
   */
  async recordClosed(events: readonly NewIncident[], reason: CloseReason, now: string): Promise<number> {
    if (events.length === 0) return 0;
    const documents = events.map((event): IncidentDocument => {
      const { openKey: _, ...document } = newIncidentDocument(event, 0, now);
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
            state: { $in: [...RUNNING_STATES] },
            'run.workflowId': run.workflowId,
            'run.firstRunId': run.firstRunId,
          },
        ],
      },
      { $set: { state: IncidentState.Running, run }, $inc: { entries: 1 }, $push: { steps: step } },
      { returnDocument: 'after' },
    );
  }

  /** Changes fields of an open incident and adds steps. Null = it is closed. */
  async update(
    incidentId: string,
    set: Partial<IncidentDocument>,
    ...steps: readonly IncidentStep[]
  ): Promise<IncidentDocument | null> {
    return await this.collection.findOneAndUpdate(
      { _id: incidentId, state: { $ne: IncidentState.Closed } },
      {
        ...(Object.keys(set).length === 0 ? {} : { $set: set }),
        ...(steps.length === 0 ? {} : { $push: { steps: { $each: [...steps] } } }),
      },
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
        $set: { ...set, state, nextLookAt: task.openedAt },
        $push: { tasks: task, steps: { at: task.openedAt, step: `task ${task.kind} opened` } },
      },
    );
  }

  /**
   * Records the first valid answer of a task by a conditional write. A later one is kept as ignored. The same answer
   * again (same person, option and instant) counts as recorded, so that a repeated activity agrees with itself.
   *
   * @param index place of the task among the incident's tasks, which never changes
   */
  async answerTask(incident: IncidentDocument, index: number, answer: TaskAnswer): Promise<AnswerOutcome> {
    const { matchedCount } = await this.collection.updateOne(
      {
        _id: incident._id,
        state: { $ne: IncidentState.Closed },
        [`tasks.${index}.answer`]: { $exists: false },
        [`tasks.${index}.withdrawnAt`]: { $exists: false },
      },
      {
        $set: { [`tasks.${index}.answer`]: answer },
        $push: { steps: { at: answer.at, step: `task ${incident.tasks[index]?.kind} answered`, note: answer.option } },
      },
    );
    if (matchedCount === 1) return 'recorded';
    const first = (await this.get(incident._id))?.tasks[index]?.answer;
    if (first !== undefined && first.by === answer.by && first.option === answer.option && first.at === answer.at) {
      return 'recorded';
    }
    await this.collection.updateOne(
      { _id: incident._id },
      {
        $addToSet: { [`tasks.${index}.ignoredAnswers`]: answer },
      },
    );
    return 'over';
  }

  /**
   * Ends an incident and withdraws what it still asks. Its open key goes, so that the same wish can come again;
   * `keepOpenKey` keeps it, so that the same wish stays refused until the report says something else. Closing a closed
   * one changes nothing. One write; a second one when a question was open.
   *
   * @returns the incident; null when it was closed before
   */
  async close(
    incidentId: string,
    reason: CloseReason,
    now: string,
    extra: Partial<IncidentDocument> = {},
    { keepOpenKey = false }: { keepOpenKey?: boolean } = {},
  ): Promise<IncidentDocument | null> {
    const closed = await this.collection.findOneAndUpdate(
      { _id: incidentId, state: { $ne: IncidentState.Closed } },
      {
        $set: { ...extra, state: IncidentState.Closed, closedAt: now, closeReason: reason },
        ...(keepOpenKey ? {} : { $unset: { openKey: '' } }),
        $push: { steps: { at: now, step: 'closed', note: reason } },
      },
      { returnDocument: 'after' },
    );
    const open = closed?.tasks.flatMap((task, index) => (isOpenTask(task) ? [index] : [])) ?? [];
    if (open.length > 0) {
      const withdrawn = Object.fromEntries(open.map((index) => [`tasks.${index}.withdrawnAt`, now]));
      await this.collection.updateOne({ _id: incidentId }, { $set: withdrawn });
    }
    return closed;
  }

  /** Lets the equal wishes of a person that closed incidents still keep away come again. */
  async releaseOpenKeys(personId: string): Promise<void> {
    await this.collection.updateMany({ personId, state: IncidentState.Closed }, { $unset: { openKey: '' } });
  }

  /** Marks an incident whose run ended without closing it. Only while that run is still the incident's own. */
  async interrupt(incident: IncidentDocument, step: IncidentStep): Promise<void> {
    await this.collection.updateOne(
      {
        _id: incident._id,
        state: { $in: [...RUNNING_STATES] },
        'run.firstRunId': incident.run?.firstRunId ?? '',
      },
      {
        $set: { state: IncidentState.Interrupted },
        $unset: { interruptionToldAt: '' },
        $push: { steps: step },
      },
    );
  }

  /** Queues an interrupted incident again, so that a new run can take it up. False = it is not interrupted (any more). */
  async requeue(incidentId: string, step: IncidentStep): Promise<boolean> {
    const { matchedCount } = await this.collection.updateOne(
      { _id: incidentId, state: IncidentState.Interrupted },
      { $set: { state: IncidentState.Queued }, $push: { steps: step } },
    );
    return matchedCount === 1;
  }

  /**
   * Queues a declined incident again and takes back the answer that declined it, so that its question is asked anew.
   *
   * @returns false when the incident was not declined by an answer to such a question
   */
  async reopen(incidentId: string, kind: TaskKind, step: IncidentStep): Promise<boolean> {
    const tasks = (await this.get(incidentId))?.tasks ?? [];
    const index = tasks.findLastIndex((task) => task.kind === kind && task.answer !== undefined);
    if (index < 0) return false;
    const { matchedCount } = await this.collection.updateOne(
      {
        _id: incidentId,
        state: IncidentState.Closed,
        closeReason: CloseReason.Declined,
        [`tasks.${index}.withdrawnAt`]: { $exists: false },
      },
      {
        $set: { state: IncidentState.Queued, [`tasks.${index}.withdrawnAt`]: step.at },
        $unset: { closedAt: '', closeReason: '', closeNote: '' },
        $push: { steps: step },
      },
    );
    return matchedCount === 1;
  }

  /** Open incidents of a person, oldest first; of one type when given. */
  async openOf(personId: string, type?: IncidentType): Promise<IncidentDocument[]> {
    return await this.collection
      .find({ personId, state: { $ne: IncidentState.Closed }, ...(type === undefined ? {} : { type }) })
      .sort({ seq: 1 })
      .toArray();
  }

  /** Ids of the incidents of these events, by event key; an event without one is missing. */
  async byEventKeys(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (keys.length === 0) return new Map();
    const found = await this.collection
      .find({ eventKey: { $in: [...keys] } }, { projection: { eventKey: 1 } })
      .toArray();
    return new Map(found.map(({ eventKey, _id }) => [eventKey, _id]));
  }

  /** Which of these open keys some incident holds; a declined one can keep its key. */
  async knownKeys(keys: readonly string[]): Promise<ReadonlySet<string>> {
    if (keys.length === 0) return new Set();
    const found = this.collection.find({ openKey: { $in: [...keys] } }, { projection: { openKey: 1 } });
    const known = new Set<string>();
    for await (const { openKey } of found) if (openKey !== undefined) known.add(openKey);
    return known;
  }

  /** Incidents that match, newest first. */
  async list(filter: Filter<IncidentDocument>, limit: number): Promise<IncidentDocument[]> {
    return await this.collection.find(filter).sort({ createdAt: -1 }).limit(limit).toArray();
  }

  /** Incidents that match, oldest first: what has waited longest comes first. */
  async oldest(filter: Filter<IncidentDocument>, limit: number): Promise<IncidentDocument[]> {
    return await this.collection.find(filter).sort({ createdAt: 1 }).limit(limit).toArray();
  }
}

/** Whether a task still waits for an answer. */
export const isOpenTask = (task: Task): boolean => task.answer === undefined && task.withdrawnAt === undefined;
