import type { AnyBulkWriteOperation } from 'mongodb';
import type { Detector } from '../../domain/detection.js';
import { firstSyncProfile } from '../../domain/first-sync.js';
import { sourcePriorityOf } from '../../domain/lookup.js';
import { storedFields } from '../../domain/ownership.js';
import type { UserProfile } from '../../domain/profile.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { isDuplicateKey } from '../store/database.js';
import { sourceKey } from '../store/person-document.js';
import type { PersonDocument } from '../store/person-document.js';
import type { SnapshotDocument } from '../store/report-snapshots.js';
import type { Progress } from './progress.js';
import { detectorOf, settingsOf } from './settings.js';
import { RowReader } from './snapshot-rows.js';

/** What the first sync did. Counts only. */
export interface FirstSyncReport {
  readonly entries: number;
  /** Profiles written, new and known ones. */
  readonly written: number;
  readonly skipped: Readonly<Record<string, number>>;
}

type SyncDependencies = Pick<ActivityDependencies, 'store' | 'configuration' | 'clock'>;

/** Profiles written in one round trip (spec workday-cycle 5.4). */
const BATCH = 2_000;

/**
 * Creates a profile for every usable entry of the first report and opens nothing (spec workday-cycle 5.4). A profile
 * that exists takes over the report's fields; its bookkeeping stays, and so does a profile of a more important source
 * or one that a flow works on. Interrupted, it goes on at the stored cursor; repeating a batch writes the same again.
 */
export async function syncProfiles(
  deps: SyncDependencies,
  { instance, snapshotId }: { readonly instance: string; readonly snapshotId: string },
  progress: Progress,
): Promise<FirstSyncReport> {
  const { store, clock } = deps;
  const settings = settingsOf(deps.configuration, instance);
  const snapshot = await store.snapshots.get(snapshotId);
  if (snapshot === null) throw notFound(`report snapshot ${snapshotId}`);
  const detector = detectorOf(settings, { now: clock.now(), from: snapshot });
  const skipped: Record<string, number> = { ...snapshot.counts.skipped };
  let written = snapshot.counts.unchanged;
  for (let from = snapshot.cursor; from < snapshot.entries; from += BATCH) {
    progress.check();
    const to = Math.min(from + BATCH, snapshot.entries);
    const profiles = await batchOf(deps, snapshot, from, to, detector, skipped);
    const outcome = await writeProfiles(deps, profiles, detector);
    written += outcome.written;
    for (const reason of outcome.skipped) skipped[reason] = (skipped[reason] ?? 0) + 1;
    await recordBatch(deps, snapshot, from, outcome.written);
    await store.snapshots.update(snapshotId, { cursor: to, counts: { unchanged: written, skipped, alreadyOpen: 0 } });
  }
  const syncedAt = clock.now().toISOString();
  await store.snapshots.update(snapshotId, { finishedAt: syncedAt });
  await store.cycles.end(instance, snapshotId, { syncedAt, seenWrittenAt: snapshot.takenAt });
  return { entries: snapshot.entries, written, skipped };
}

/** Profiles of a batch by employee id; counts what gives none. */
async function batchOf(
  { store }: SyncDependencies,
  snapshot: SnapshotDocument,
  from: number,
  to: number,
  detector: Detector,
  skipped: Record<string, number>,
): Promise<Map<string, UserProfile>> {
  const rows = new RowReader(store.snapshots, snapshot);
  const origin = { instance: snapshot.instance, seenAt: snapshot.takenAt };
  const profiles = new Map<string, UserProfile>();
  for (let position = from; position < to; position += 1) {
    const entry = await rows.entry(position, detector);
    // Duplicates inside the report were rejected when it was staged.
    const outcome = entry?.kind === 'entry' ? firstSyncProfile(entry, 'first', detector, origin) : undefined;
    if (outcome?.kind === 'profile' && entry !== null) profiles.set(entry.employeeId ?? '', outcome.profile);
    else {
      const reason = outcome?.kind === 'skipped' ? outcome.reason : 'rejected';
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    }
  }
  return profiles;
}

async function writeProfiles(
  { store }: SyncDependencies,
  profiles: ReadonlyMap<string, UserProfile>,
  detector: Detector,
): Promise<{ readonly written: number; readonly skipped: readonly string[] }> {
  const { people } = store;
  const source = detector.settings.sourceOfTruth;
  const ids = await people.reserve(source, [...profiles.keys()]);
  const documents = await people.collection.find({ _id: { $in: [...ids.values()] } }).toArray();
  const known = new Map(documents.map((document) => [document._id, document]));
  const skipped: string[] = [];
  const writes: Array<AnyBulkWriteOperation<PersonDocument>> = [];
  for (const [employeeId, profile] of profiles) {
    const document = known.get(ids.get(employeeId) ?? '');
    const write =
      document === undefined ? undefined : writeOf(document, profile, sourceKey(source, employeeId), detector);
    if (write === undefined) skipped.push('otherSource');
    else writes.push(write);
  }
  if (writes.length === 0) return { written: 0, skipped };
  try {
    await people.collection.bulkWrite(writes, { ordered: false });
    return { written: writes.length, skipped };
  } catch (error) {
    const taken = takenKeys(error);
    return { written: writes.length - taken, skipped: [...skipped, ...new Array<string>(taken).fill('conflict')] };
  }
}

/** The write of one profile; `undefined` when the stored one is to be left alone. */
function writeOf(
  { _id, version, profile: stored, queue }: PersonDocument,
  profile: UserProfile,
  employeeKey: string,
  detector: Detector,
): AnyBulkWriteOperation<PersonDocument> | undefined {
  if (stored === undefined) {
    const keys = { emailKey: (profile.email ?? '').toLowerCase(), employeeKey };
    const update = { $set: { ...keys, profile: { ...profile, personId: _id } }, $inc: { version: 1 } };
    return { updateOne: { filter: { _id, version, profile: { $exists: false } }, update } };
  }
  const isOthers = sourcePriorityOf(stored) < detector.settings.sourcePriority && stored.sourceReleased !== true;
  if (isOthers || queue.length > 0) return undefined;
  const { set } = storedFields({ fields: profile }, detector.fields);
  const { sourceInstance, lastSeenAt } = profile;
  const fields = Object.entries({ ...set, sourceInstance, lastSeenAt }).filter(([, value]) => value !== undefined);
  const update = { $set: Object.fromEntries(fields.map(([field, value]) => [`profile.${field}`, value])) };
  return { updateOne: { filter: { _id, version }, update: { ...update, $inc: { version: 1 } } } };
}

/** Number of profiles whose e-mail belongs to somebody else; any other fault is thrown. */
function takenKeys(error: unknown): number {
  const faults = (error as { readonly writeErrors?: unknown }).writeErrors;
  const list = Array.isArray(faults) ? (faults as unknown[]) : [];
  if (list.length === 0 || !list.every(isDuplicateKey)) throw error;
  return list.length;
}

/** One document of evidence per batch: a first sync is one deed, whatever the number of people. */
async function recordBatch(
  { store, clock }: SyncDependencies,
  { _id, instance }: SnapshotDocument,
  from: number,
  written: number,
): Promise<void> {
  await store.evidence.append([
    {
      _id: `${_id}/first-sync/${from}`,
      at: clock.now().toISOString(),
      kind: 'profile',
      cause: 'first sync of the report',
      instance,
      outcome: { profiles: written },
    },
  ]);
}
