import { IncidentType } from './incident.js';

const OVERTAKES: Readonly<Record<IncidentType, readonly IncidentType[]>> = {
  [IncidentType.NewHire]: [IncidentType.TerminateUser],
  [IncidentType.RehireUser]: [IncidentType.TerminateUser],
  [IncidentType.UpdateUser]: [IncidentType.TerminateUser],
  [IncidentType.SyncUser]: [IncidentType.TerminateUser],
  [IncidentType.AdUserActivation]: [IncidentType.TerminateUser, IncidentType.AdUserDeactivation],
  [IncidentType.TerminateUser]: [IncidentType.RehireUser, IncidentType.NewHire],
  [IncidentType.AdUserDeactivation]: [
    IncidentType.RehireUser,
    IncidentType.NewHire,
    IncidentType.AdUserActivation,
    IncidentType.TerminateUser,
  ],
  [IncidentType.AppAdd]: [],
  [IncidentType.AppRemove]: [],
  [IncidentType.AppUpdate]: [],
  [IncidentType.TestInstances]: [],
};

/** Types whose incidents stand alone: what one of them does depends on Okta's present state and never on their order. */
const STANDS_ALONE: ReadonlySet<IncidentType> = new Set([
  IncidentType.AppAdd,
  IncidentType.AppRemove,
  IncidentType.AppUpdate,
]);

/** Whether incidents of a type neither overtake nor repeat each other. */
export const standsAlone = (type: IncidentType): boolean => STANDS_ALONE.has(type);

/** `seq` of the newest event of each type. */
export type NewestEvents = Readonly<Partial<Record<IncidentType, number>>>;

/**
 * Whether an event no longer holds, because a later one of an opposite kind was carried out or has begun (design, *Order
 * of events*), or a later one of its own kind, which knew more.
 *
 * @param newest carried-out events, and events that have begun
 */
export function isOvertaken(
  type: IncidentType,
  seq: number,
  ...newest: readonly (NewestEvents | undefined)[]
): boolean {
  return (
    !standsAlone(type) &&
    [type, ...OVERTAKES[type]].some((later) => newest.some((events) => (events?.[later] ?? 0) > seq))
  );
}

/** Whether the profile holds the data of a later event, so that those of this one are out of date. */
export const isOutdated = (seq: number, begun: NewestEvents | undefined): boolean =>
  Object.values(begun ?? {}).some((later) => later > seq);

/** Types that go to the front of a person's queue and ask the holder to yield. */
export const goesAhead = (type: IncidentType): boolean => type === IncidentType.TerminateUser;
