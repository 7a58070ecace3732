import type { Detector } from '../../domain/detection.js';
import type { RejectedEntry, ReportEntry } from '../../domain/evaluation.js';
import { orphanEvent, isOrphan } from '../../domain/orphans.js';
import type { OrphanContext } from '../../domain/orphans.js';
import type { ReportIndex } from '../../domain/report-index.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import type { EvaluationCounts, SnapshotDocument } from '../store/report-snapshots.js';
import { Comparison } from './compare.js';
import { detectPortion, isTerminating, openTerminations } from './detect.js';
import type { OpenTerminations } from './detect.js';
import { planItemOf } from './events.js';
import type { PersonalEvent } from './events.js';
import { Fingerprints } from './marks.js';
import { PeoplePool } from './people-pool.js';
import { streamPeople } from './profile-stream.js';
import type { Progress } from './progress.js';
import { refreshLastSeen } from './last-seen.js';
import { detectorOf, settingsOf } from './settings.js';
import type { ReportSettings } from './settings.js';
import { loadIndex, loadMarks, RowReader } from './snapshot-rows.js';

/** How far the evaluation of a report is. Counts only. */
export interface EvaluatedSlice {
  readonly entries: number;
  readonly evaluated: number;
  readonly rejected: number;
  /** Plan items per incident type. */
  readonly planned: Readonly<Record<string, number>>;
  /** Every entry was looked at and the orphan check has ended. */
  readonly isLast: boolean;
}

type EvaluateDependencies = Pick<ActivityDependencies, 'store' | 'configuration' | 'clock'>;

/** Entries evaluated together; the cursor is stored after each portion in which something had to be looked at. */
const PORTION = 200;
/** A stream of all profiles is not worth its price for a slice of fewer entries than this; keys are looked up. */
const SMALL_SLICE = 2_000;

/**
 * Evaluates the next slice of a snapshot and writes the events it finds to the cycle's plan; after the last entry, the
 * orphans. Interrupted anywhere, it goes on at the stored cursor: items have deterministic ids, so a portion that is
 * repeated adds nothing. Entries that give no event are settled by one stream of profiles; the others are evaluated on
 * freshly read ones.
 */
export async function evaluateSlice(
  deps: EvaluateDependencies,
  { instance, snapshotId }: { readonly instance: string; readonly snapshotId: string },
  progress: Progress,
): Promise<EvaluatedSlice> {
  const snapshot = await deps.store.snapshots.get(snapshotId);
  if (snapshot === null) throw notFound(`report snapshot ${snapshotId}`);
  const slice = new SliceEvaluation(deps, settingsOf(deps.configuration, instance), snapshot, progress);
  // A slice that was interrupted is finished first: its end does not move.
  const end = Math.min(snapshot.entries, (Math.floor(snapshot.cursor / snapshot.sliceSize) + 1) * snapshot.sliceSize);
  await slice.run(end);
  return {
    entries: snapshot.entries,
    evaluated: end,
    rejected: slice.rejectedCount,
    planned: await deps.store.plan.typeCounts(snapshotId),
    isLast: end === snapshot.entries,
  };
}

/** One slice on its way to its end. */
class SliceEvaluation {
  #cursor: number;
  #counts: { unchanged: number; alreadyOpen: number; skipped: Record<string, number> };
  rejectedCount: number;

  constructor(
    readonly deps: EvaluateDependencies,
    readonly settings: ReportSettings,
    readonly snapshot: SnapshotDocument,
    readonly progress: Progress,
  ) {
    this.#cursor = snapshot.cursor;
    this.#counts = { ...snapshot.counts, skipped: { ...snapshot.counts.skipped } };
    this.rejectedCount = snapshot.rejectedCount;
  }

  async run(end: number): Promise<void> {
    const { store, clock } = this.deps;
    const index = await loadIndex(store.snapshots, this.snapshot);
    const now = clock.now();
    const terminating = await openTerminations(store);
    const detector = detectorOf(this.settings, {
      now,
      from: this.snapshot,
      hasOpenTerminate: isTerminating(terminating),
    });
    const { scope, detection } = this.settings;
    const orphans: OrphanContext = { ...scope, settings: detection, presence: index, now: now.getTime() };
    const isLast = end === this.snapshot.entries;
    const comparison =
      isLast || end - this.#cursor > SMALL_SLICE ? await this.#compare(end, index, detector, orphans) : undefined;
    await this.#evaluate(end, comparison, detector, index);
    if (!isLast || comparison === undefined) return;
    await refreshLastSeen(this.deps, this.settings, this.snapshot, comparison.unseen);
    await store.people.forgetKept(comparison.returned);
    await this.#planOrphans(comparison.orphans, orphans, terminating);
    const ownedProfiles = comparison.owned;
    await store.snapshots.update(this.snapshot._id, { orphansDone: true, ownedProfiles });
  }

  async #compare(end: number, index: ReportIndex, detector: Detector, orphans: OrphanContext): Promise<Comparison> {
    const { snapshot, progress } = this;
    const { snapshots, people } = this.deps.store;
    const fingerprints = new Fingerprints(snapshot.targets, snapshot.dateField);
    const marks = await loadMarks(snapshots, snapshot, this.#cursor, end, fingerprints);
    const comparison = new Comparison({ from: this.#cursor, marks, fingerprints }, index, detector, orphans);
    for await (const batch of streamPeople(people, progress)) {
      for (const person of batch) comparison.add(person);
    }
    comparison.finish();
    return comparison;
  }

  /** Goes through the rows in order; collects what has to be evaluated into portions. */
  async #evaluate(
    end: number,
    comparison: Comparison | undefined,
    detector: Detector,
    index: ReportIndex,
  ): Promise<void> {
    const rows = new RowReader(this.deps.store.snapshots, this.snapshot);
    let portion: ReportEntry[] = [];
    for (let position = this.#cursor; position < end; position += 1) {
      const settled = comparison?.settled(position) ?? null;
      if (settled?.kind === 'unchanged') this.#counts.unchanged += 1;
      else if (settled?.kind === 'skipped') this.#skip(settled.reason);
      else if (settled === null) {
        const entry = await rows.entry(position, detector);
        if (entry?.kind === 'entry') portion.push(entry);
      }
      if (portion.length === PORTION) {
        await this.#plan(portion, detector, index);
        await this.#moveTo(position + 1);
        portion = [];
      }
    }
    await this.#plan(portion, detector, index);
    await this.#moveTo(end);
  }

  #skip(reason: string): void {
    this.#counts.skipped[reason] = (this.#counts.skipped[reason] ?? 0) + 1;
  }

  async #plan(entries: readonly ReportEntry[], detector: Detector, index: ReportIndex): Promise<void> {
    this.progress.check();
    if (entries.length === 0) return;
    const { store } = this.deps;
    const pool = new PeoplePool(store, detector.settings.sourceOfTruth);
    const { events, rejected, quiet } = await detectPortion(store, pool, entries, detector, index);
    for (const reason of quiet) {
      if (reason === 'unchanged') this.#counts.unchanged += 1;
      else this.#skip(reason);
    }
    await this.#addItems(events);
    this.#rejected.push(...rejected);
    this.rejectedCount += rejected.length;
  }

  #rejected: RejectedEntry[] = [];

  /** Adds the items, except those that ask for what an incident asks for already. */
  async #addItems(events: readonly PersonalEvent[]): Promise<void> {
    const { store, clock } = this.deps;
    const createdAt = clock.now().toISOString();
    const items = events.map((event) => planItemOf(event, this.snapshot, this.settings, createdAt));
    const open = await store.incidents.knownKeys(items.map(({ key }) => key));
    await store.plan.add(items.filter(({ key }) => !open.has(key)));
    this.#counts.alreadyOpen += items.filter(({ key }) => open.has(key)).length;
  }

  async #planOrphans(
    personIds: readonly string[],
    context: OrphanContext,
    terminating: OpenTerminations,
  ): Promise<void> {
    const { store } = this.deps;
    for (let from = 0; from < personIds.length; from += PORTION) {
      this.progress.check();
      const portion = personIds.slice(from, from + PORTION);
      const pool = new PeoplePool(store, context.settings.sourceOfTruth);
      const people = await pool.loadByIds(portion);
      const orphans = people.filter(
        ({ personId, profile }) => !terminating.has(personId) && isOrphan(profile, context),
      );
      await this.#addItems(
        orphans.map(({ personId, version, profile }) => ({
          event: orphanEvent(profile),
          personId,
          profileVersion: version,
          entry: null,
        })),
      );
    }
  }

  /** Stores the cursor together with the counts that belong to it. */
  async #moveTo(position: number): Promise<void> {
    this.#cursor = position;
    const counts: EvaluationCounts = { ...this.#counts, skipped: { ...this.#counts.skipped } };
    const rejected = this.#rejected;
    this.#rejected = [];
    await this.deps.store.snapshots.update(
      this.snapshot._id,
      { cursor: position, counts, rejectedCount: this.rejectedCount },
      rejected,
    );
  }
}
