import { CloseReason, IncidentState } from '../../domain/incident.js';
import { standsAlone } from '../../domain/ordering.js';
import type { ActivityDependencies } from '../dependencies.js';
import { startIncidentRuns } from '../open-incidents.js';
import type { IncidentDocument } from '../store/incident-document.js';
import type { Entry } from './entry.js';
import { newestTask } from './entry.js';
import { resultsOf, tablesOf } from './results.js';
import { giveTurnsBack, isAlive } from './turns.js';

/**
 * Step 2 of Sync User: older open incidents of the same type and person are duplicates of this one, unless a living
 * run of another workflow works on them.
 *
 * @returns how many were closed
 */
export async function closeOlderTwins(entry: Entry): Promise<number> {
  const { incident, deps, person, turn } = entry;
  if (standsAlone(incident.type)) return 0;
  const twins: IncidentDocument[] = [];
  for (const twin of await deps.store.incidents.openOf(person.personId, incident.type)) {
    if (twin.seq >= incident.seq) continue;
    const isOthers = twin.run !== undefined && twin.run.workflowId !== turn.workflowId;
    if (isOthers && twin.state !== IncidentState.Interrupted && (await isAlive(deps.client, twin.run))) continue;
    twins.push(twin);
  }
  await takeOverFormerProfile(deps, incident, twins);
  for (const twin of twins) await closeAsDuplicate(deps, twin, incident._id);
  if (twins.length > 0) entry.incident = (await deps.store.incidents.get(incident._id)) ?? incident;
  return twins.length;
}

/**
 * Chooses the newest open one of the incidents that reached one run and closes the others as duplicates. One whose type
 * a decision or a hook has changed is no duplicate: it goes to the run of its own type. Safe to repeat.
 *
 * @param request.incidentIds the incident at hand first, then those that came
 * @returns the incident to go on with
 */
export async function settleInbox(
  deps: ActivityDependencies,
  { incidentIds }: { readonly incidentIds: readonly string[] },
): Promise<string> {
  const found = await Promise.all(incidentIds.map((id) => deps.store.incidents.get(id)));
  const open = found.flatMap((incident) =>
    incident === null || incident.state === IncidentState.Closed ? [] : [incident],
  );
  const [newest, ...older] = open.sort((a, b) => b.seq - a.seq);
  if (newest === undefined) return incidentIds[0] ?? '';
  const twins = older.filter(({ type }) => type === newest.type).reverse();
  await takeOverFormerProfile(deps, newest, twins);
  for (const twin of twins) await closeAsDuplicate(deps, twin, newest._id);
  for (const other of older) if (other.type !== newest.type) await sendToItsOwnRun(deps, other);
  return newest._id;
}

/**
 * Lets an incident go on with the profile as it was before the oldest of its duplicates that was entered: where that one
 * failed, accounts still have those keys, and where it succeeded, they are known by their ids.
 *
 * @param twins oldest first
 */
async function takeOverFormerProfile(
  deps: ActivityDependencies,
  { _id, userProfile }: IncidentDocument,
  twins: readonly IncidentDocument[],
): Promise<void> {
  const former = twins.find((twin) => twin.entries > 0 && twin.userProfile.oldUserData !== undefined);
  if (former?.userProfile.oldUserData === undefined) return;
  const { oldUserData } = former.userProfile;
  const step = { at: deps.clock.now().toISOString(), step: 'took over the former profile of an older one' };
  await deps.store.incidents.update(_id, { userProfile: { ...userProfile, oldUserData } }, step);
}

async function sendToItsOwnRun(deps: ActivityDependencies, incident: IncidentDocument): Promise<void> {
  await leavePerson(deps, incident);
  await deps.store.incidents.update(
    incident._id,
    { state: IncidentState.Queued },
    { at: deps.clock.now().toISOString(), step: 'handed over to the run of its type' },
  );
  await startIncidentRuns(deps, [incident._id]);
}

/** Ends an incident as the duplicate of a newer one, which takes over the profile that it had in process. */
async function closeAsDuplicate(deps: ActivityDependencies, twin: IncidentDocument, newerId: string): Promise<void> {
  await leavePerson(deps, twin);
  const tables = twin.entries === 0 ? {} : tablesOf(await resultsOf(deps, twin._id, []));
  await deps.store.incidents.close(twin._id, CloseReason.Duplicate, deps.clock.now().toISOString(), {
    ...tables,
    closeNote: `duplicate of ${newerId}`,
  });
}

/** Takes an incident's places in the queue, its hold on the profile and its proposal away. */
async function leavePerson(deps: ActivityDependencies, incident: IncidentDocument): Promise<void> {
  const { people } = deps.store;
  const person = incident.personId === null ? null : await people.get(incident.personId);
  if (person === null) return;
  await giveTurnsBack(deps, person, incident._id);
  if (person.profile?.processedBy === incident._id) await people.releaseProcessed(person.personId, incident._id);
  if (newestTask(incident, 'D3') !== undefined) await people.removeProposal(person.personId, incident._id);
}
