import type { Detector } from '../../domain/detection.js';
import type { ReportEntry } from '../../domain/evaluation.js';
import { IncidentType } from '../../domain/incident.js';
import { isOrphan, orphanEvent } from '../../domain/orphans.js';
import type { ReportIndex } from '../../domain/report-index.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { PlanItemDocument } from '../store/cycle-plan.js';
import type { NewIncident } from '../store/incident-document.js';
import type { SnapshotDocument } from '../store/report-snapshots.js';
import { evaluateEntry, isTerminating, loadPeople, openTerminations } from './detect.js';
import type { OpenTerminations } from './detect.js';
import { actionOf, incidentOf } from './events.js';
import { PeoplePool } from './people-pool.js';
import { detectorOf } from './settings.js';
import type { ReportSettings } from './settings.js';
import { loadIndex, RowReader } from './snapshot-rows.js';

/** What an item means now: an incident to open, or why there is none. */
export type Reevaluated =
  | { readonly item: PlanItemDocument; readonly kind: 'event'; readonly incident: NewIncident }
  | { readonly item: PlanItemDocument; readonly kind: 'stale'; readonly note: string };

interface LoadedSnapshot {
  readonly snapshot: SnapshotDocument;
  readonly index: ReportIndex;
}

/**
 * Judges plan items once more, right before they are opened: on the profiles as they are now and against the names of
 * hires that are on their way, those of the same portion included.
 */
export class Reevaluation {
  readonly #snapshots = new Map<string, LoadedSnapshot | null>();

  constructor(
    readonly deps: Pick<ActivityDependencies, 'store' | 'clock'>,
    readonly settings: ReportSettings,
  ) {}

  /** The items in their order. */
  async judge(items: readonly PlanItemDocument[]): Promise<Reevaluated[]> {
    const terminating = await openTerminations(this.deps.store);
    const judged = new Map<string, Reevaluated>();
    for (const snapshotId of new Set(items.map((item) => item.snapshotId))) {
      const own = items.filter((item) => item.snapshotId === snapshotId);
      const loaded = await this.#load(snapshotId);
      for (const result of loaded === null
        ? own.map((item) => stale(item, 'its report was deleted; the next cycle judges anew'))
        : await this.#judgeOf(loaded, own, terminating)) {
        judged.set(result.item._id, result);
      }
    }
    return items.flatMap(({ _id }) => judged.get(_id) ?? []);
  }

  async #load(snapshotId: string): Promise<LoadedSnapshot | null> {
    const known = this.#snapshots.get(snapshotId);
    if (known !== undefined) return known;
    const { snapshots } = this.deps.store;
    const snapshot = await snapshots.get(snapshotId);
    const loaded = snapshot === null ? null : { snapshot, index: await loadIndex(snapshots, snapshot) };
    this.#snapshots.set(snapshotId, loaded);
    return loaded;
  }

  async #judgeOf(
    { snapshot, index }: LoadedSnapshot,
    items: readonly PlanItemDocument[],
    terminating: OpenTerminations,
  ): Promise<Reevaluated[]> {
    const { store, clock } = this.deps;
    const now = clock.now();
    const detector = detectorOf(this.settings, {
      now,
      from: snapshot,
      hasOpenTerminate: isTerminating(terminating),
    });
    const entries = await loadEntries(store.snapshots, snapshot, items, detector);
    const pool = new PeoplePool(store, detector.settings.sourceOfTruth);
    await loadPeople(pool, [...entries.values()], detector);
    const orphans = items.filter(({ entry }) => entry === null).map(({ personId }) => personId);
    await pool.loadByIds(orphans);
    const { scope, detection } = this.settings;
    const context = { ...scope, settings: detection, presence: index, now: now.getTime() };
    const results: Reevaluated[] = [];
    for (const item of items) {
      const entry = entries.get(item._id);
      const result =
        item.entry === null
          ? this.#judgeOrphan(item, pool, (profile) => !terminating.has(item.personId) && isOrphan(profile, context))
          : entry === undefined
            ? stale(item, 'its entry cannot be read any more')
            : this.#judgeEntry(item, entry, pool, detector, index);
      if (result.kind === 'event' && result.incident.type === IncidentType.NewHire) pool.expectHire(result.incident);
      results.push(result);
    }
    return results;
  }

  #judgeOrphan(
    item: PlanItemDocument,
    pool: PeoplePool,
    isStillOrphan: (profile: Parameters<typeof orphanEvent>[0]) => boolean,
  ): Reevaluated {
    const person = pool.permanentOf(item.personId);
    if (person === undefined || !isStillOrphan(person.profile)) return stale(item, 'no orphan any more');
    const personal = {
      event: orphanEvent(person.profile),
      personId: item.personId,
      profileVersion: person.version,
      entry: null,
    };
    return { item, kind: 'event', incident: incidentOf(personal, item._id, item.snapshotId, this.settings) };
  }

  #judgeEntry(
    item: PlanItemDocument,
    entry: ReportEntry,
    pool: PeoplePool,
    detector: Detector,
    index: ReportIndex,
  ): Reevaluated {
    const evaluation = evaluateEntry(entry, pool, detector, index);
    if (evaluation.kind === 'skipped') return stale(item, `skipped: ${evaluation.reason}`);
    if (evaluation.kind !== 'event') return stale(item, evaluation.kind);
    const { event, profile } = evaluation;
    // Another action was never before the gate; the next cycle plans it.
    if (event.type !== item.type || actionOf(event) !== item.action) return stale(item, `now ${event.type}`);
    const known = event.addressReuse === true ? undefined : pool.personOf(profile);
    const personal = {
      event,
      personId: known?.personId ?? item.personId,
      profileVersion: known?.version ?? 0,
      entry: item.entry,
    };
    return { item, kind: 'event', incident: incidentOf(personal, item._id, item.snapshotId, this.settings) };
  }
}

const stale = (item: PlanItemDocument, note: string): Reevaluated => ({ item, kind: 'stale', note });

/** The entries of items by item id; one chunk is in memory at a time. */
async function loadEntries(
  snapshots: ActivityDependencies['store']['snapshots'],
  snapshot: SnapshotDocument,
  items: readonly PlanItemDocument[],
  detector: Detector,
): Promise<Map<string, ReportEntry>> {
  const entries = new Map<string, ReportEntry>();
  const inOrder = items.filter((item) => item.entry !== null).sort((a, b) => (a.entry ?? 0) - (b.entry ?? 0));
  const rows = new RowReader(snapshots, snapshot);
  for (const { _id, entry: position } of inOrder) {
    if (position === null) continue;
    const entry = await rows.entry(position, detector);
    if (entry?.kind === 'entry') entries.set(_id, entry);
  }
  return entries;
}
