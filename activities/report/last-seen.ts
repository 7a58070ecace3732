import type { ActivityDependencies } from '../dependencies.js';
import type { SnapshotDocument } from '../store/report-snapshots.js';
import type { ReportSettings } from './settings.js';

const REFRESH_AFTER_MS = 24 * 60 * 60_000;
/** Longest list of people to leave out; the report guard refuses reports that lack more. */
const MOST_UNSEEN = 20_000;

/**
 * Writes `lastSeenAt` of everybody who is in the report, in one update, at most once a day: a cycle that changes
 * nothing costs no write per person. Whoever is missing keeps the day on which they were seen last. It is no version of
 * the profile, because nobody decides by it.
 */
export async function refreshLastSeen(
  { store }: Pick<ActivityDependencies, 'store'>,
  { instance }: ReportSettings,
  { takenAt }: SnapshotDocument,
  unseen: readonly string[],
): Promise<void> {
  const { seenWrittenAt } = await store.cycles.get(instance.name);
  const isFresh = seenWrittenAt !== undefined && Date.parse(takenAt) - Date.parse(seenWrittenAt) < REFRESH_AFTER_MS;
  if (isFresh || unseen.length > MOST_UNSEEN) return;
  await store.people.collection.updateMany(
    { 'profile.sourceInstance': instance.name, _id: { $nin: [...unseen] } },
    { $set: { 'profile.lastSeenAt': takenAt } },
  );
  await store.cycles.set(instance.name, { seenWrittenAt: takenAt });
}
