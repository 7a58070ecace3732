import { IncidentType } from './incident.js';

const OVERTAKES: Readonly<Record<IncidentType, readonly IncidentType[]>> = {
  [IncidentType.NewHire]: [IncidentType.TerminateUser],
  [IncidentType.RehireUser]: [IncidentType.TerminateUser],
  [IncidentType.UpdateUser]: [IncidentType.TerminateUser],
  [IncidentType.SyncUser]: [IncidentType.TerminateUser],
  [IncidentType.AdUserActivation]: [IncidentType.TerminateUser],
  [IncidentType.TerminateUser]: [IncidentType.RehireUser, IncidentType.NewHire],
  [IncidentType.AdUserDeactivation]: [IncidentType.RehireUser, IncidentType.NewHire],
};

/**
 * Whether an event no longer holds, because a later one of an opposite kind was carried out (design, *Order of events*)
 * or a later one of its own kind, which knew more.
 *
 * @param applied `seq` of the newest carried-out event of each type
 */
export function isOvertaken(
  type: IncidentType,
  seq: number,
  applied: Readonly<Partial<Record<IncidentType, number>>> | undefined,
): boolean {
  return [type, ...OVERTAKES[type]].some((later) => (applied?.[later] ?? 0) > seq);
}

/** Types that go to the front of a person's queue and ask the holder to yield. */
export const goesAhead = (type: IncidentType): boolean => type === IncidentType.TerminateUser;
