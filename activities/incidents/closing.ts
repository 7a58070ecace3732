import type { CloseReason } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import type { PersonChange } from '../store/people.js';
import type { Entry } from './entry.js';
import { newestTask } from './entry.js';
import { resultsOf, settledIntents, tablesOf } from './results.js';

/**
 * Ends an incident whose profile is settled, without (all of) its provisioning: it was overtaken, or a person closed it
 * as it is. The profile stays and is free for the next event; what the commands did stands in the tables.
 *
 * Like every ending it gives the turn back first and closes then: interrupted between the two, the next attempt finds
 * the incident open and ends it in the same way.
 */
export async function closeKeeping(entry: Entry, reason: CloseReason): Promise<Opened> {
  const { incident, deps } = entry;
  const results = await resultsOf(deps, incident._id, []);
  await dropProposal(entry);
  const learned = { accounts: results.accounts, settledIntents: settledIntents(results, entry.person) };
  await entry.giveBack({ ...(entry.isOwner ? freed(entry) : {}), ...learned }, `Sync User: ${reason}`);
  await deps.store.incidents.close(incident._id, reason, entry.now(), tablesOf(results));
  return { kind: 'closed', type: incident.type, reason };
}

/**
 * Ends an incident that a person declined before anything was provisioned: the profile and the proposal that it had
 * created go, an older profile is free again. When something was provisioned after all, the profile stays.
 *
 * @param keepOpenKey the same wish stays refused until the report says something else
 */
export async function closeDropping(
  entry: Entry,
  reason: CloseReason,
  { keepOpenKey = false }: { keepOpenKey?: boolean } = {},
): Promise<Opened> {
  const { incident, deps } = entry;
  const provisioned = entry.isRepeat ? await deps.store.evidence.outcomes(incident._id) : [];
  if (provisioned.length > 0) return await closeKeeping(entry, reason);
  await dropProposal(entry);
  const isOwnCreation = entry.isOwner && entry.permanentProfile === undefined;
  const change: PersonChange = isOwnCreation ? { removeProfile: true } : entry.isOwner ? freed(entry) : {};
  await entry.giveBack(change, `Sync User: ${reason}`);
  await deps.store.incidents.close(incident._id, reason, entry.now(), {}, { keepOpenKey });
  return { kind: 'closed', type: incident.type, reason };
}

/** The profile is permanent and free for the next event. */
const freed = (entry: Entry): PersonChange => ({
  set: { isProcessed: false, ...(entry.permanentProfile === undefined ? { isTemporaryUser: false } : {}) },
  unset: ['processedBy'],
});

async function dropProposal({ deps, incident, person }: Entry): Promise<void> {
  if (newestTask(incident, 'D3') === undefined) return;
  await deps.store.people.removeProposal(person.personId, incident._id);
}
