import type { Detector } from '../../domain/detection.js';
import type { Evaluation, RejectedEntry, ReportEntry } from '../../domain/evaluation.js';
import { IncidentState, IncidentType } from '../../domain/incident.js';
import type { ReportPresence } from '../../domain/lookup.js';
import { TerminationTrigger } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import type { Store } from '../store/index.js';
import { OPEN_INCIDENT_STATES } from './people-pool.js';
import type { PeoplePool } from './people-pool.js';
import type { PersonalEvent } from './events.js';

/** Entries evaluated on freshly read profiles. */
export interface DetectedPortion {
  readonly events: readonly PersonalEvent[];
  readonly rejected: readonly RejectedEntry[];
  /** Entries without an event: `unchanged`, or the reason why one was skipped. */
  readonly quiet: readonly string[];
}

/** People with an open Terminate incident; the value says whether nobody has to confirm any more that they left. */
export type OpenTerminations = ReadonlyMap<string, boolean>;

/** Triggers that a person is asked about: what the report itself says does not wait for their answer. */
const DOUBTFUL: readonly unknown[] = [TerminationTrigger.Orphan, TerminationTrigger.Tufe];

/** Open Terminate incidents, whose events are not raised twice (design decision 10). */
export async function openTerminations({ incidents }: Store): Promise<OpenTerminations> {
  const cursor = incidents.collection.find(
    { state: { $in: [...OPEN_INCIDENT_STATES] }, type: IncidentType.TerminateUser },
    { projection: { personId: 1, state: 1, terminationTrigger: 1 } },
  );
  const people = new Map<string, boolean>();
  for await (const { personId, state, terminationTrigger } of cursor) {
    const isAsked = state === IncidentState.WaitingForDecision && DOUBTFUL.includes(terminationTrigger);
    if (personId !== null) people.set(personId, !isAsked || people.get(personId) === true);
  }
  return people;
}

/**
 * The detector's question about open terminations. One that waits for an answer about a missing row or an event of Okta
 * does not hide that the report says now that the person has left: a leaver is never missed.
 */
export const isTerminating =
  (people: OpenTerminations) =>
  (profile: UserProfile): boolean =>
    profile.personId !== undefined && people.get(profile.personId) === true;

/** Reads the profiles that the entries can be about into the pool. */
export async function loadPeople(pool: PeoplePool, entries: readonly ReportEntry[], detector: Detector): Promise<void> {
  await pool.loadByKeys(entries);
  const { lookup } = pool;
  const nameAt = detector.fields.indexOf('displayName');
  const names = entries
    .filter((entry) => mayShareName(detector.find(entry, lookup)))
    .flatMap((entry) => entry.values[nameAt] || []);
  await pool.loadByNames([...new Set(names)]);
}

/** Only hires and undecided profiles are checked for names that are taken (spec workday-cycle 7.6). */
const mayShareName = (profile: UserProfile | undefined): boolean =>
  profile === undefined || profile.isTemporaryUser === true;

/** Evaluates one entry on the pool's profiles. */
export function evaluateEntry(
  entry: ReportEntry,
  pool: PeoplePool,
  detector: Detector,
  presence: ReportPresence,
): Evaluation {
  const { lookup } = pool;
  return detector.evaluate(entry, detector.find(entry, lookup), { lookup, presence });
}

/**
 * Evaluates entries on freshly read profiles and reserves a person id for everybody who has none. Repeating it gives
 * the same events, as long as nothing has changed.
 */
export async function detectPortion(
  store: Store,
  pool: PeoplePool,
  entries: readonly ReportEntry[],
  detector: Detector,
  presence: ReportPresence,
): Promise<DetectedPortion> {
  await loadPeople(pool, entries, detector);
  const outcomes = entries.map((entry) => ({ entry, evaluation: evaluateEntry(entry, pool, detector, presence) }));
  const strangers = outcomes.flatMap(({ entry, evaluation }) =>
    evaluation.kind === 'event' && needsReservation(evaluation) ? [entry.employeeId] : [],
  );
  const reserved = await store.people.reserve(detector.settings.sourceOfTruth, strangers);
  return {
    events: outcomes.flatMap(({ entry, evaluation }) => {
      if (evaluation.kind !== 'event') return [];
      const person = needsReservation(evaluation) ? undefined : pool.personOf(evaluation.profile);
      const personId = person?.personId ?? reserved.get(entry.employeeId);
      if (personId === undefined) return [];
      const profileVersion = pool.personOf(evaluation.profile)?.version ?? 0;
      return [{ event: evaluation.event, personId, profileVersion, entry: entry.position }];
    }),
    rejected: outcomes.flatMap(({ evaluation }) => (evaluation.kind === 'rejected' ? [evaluation] : [])),
    quiet: outcomes.flatMap(({ evaluation }) => {
      if (evaluation.kind === 'skipped') return [evaluation.reason];
      return evaluation.kind === 'unchanged' ? ['unchanged'] : [];
    }),
  };
}

/**
 * Whether the event is about somebody whose record is not the profile that was found: a newcomer, or the new owner of
 * an address whose profile is somebody else's (D8 decides).
 */
const needsReservation = (evaluation: Extract<Evaluation, { kind: 'event' }>): boolean =>
  evaluation.profile === undefined || evaluation.event.addressReuse === true;
