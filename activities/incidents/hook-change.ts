import { IncidentType } from '../../domain/incident.js';
import type { HookPoint } from '../../domain/playbook.js';
import { BOOKKEEPING_FIELDS, EVENT_FIELDS } from '../../domain/profile.js';
import type { HookChangeDocument } from '../store/hook-changes.js';
import { profileChanges } from './entry.js';
import type { Entry } from './entry.js';

const POINT: HookPoint = 'customPreProvisioning';

/** The types that a hook may turn an incident into: those that Sync User has a playbook for. */
const TYPES: readonly string[] = [
  IncidentType.NewHire,
  IncidentType.UpdateUser,
  IncidentType.RehireUser,
  IncidentType.TerminateUser,
];

/** They say who the incident is about, which was settled before the hook. */
const IDENTITY: ReadonlySet<string> = new Set(['email', 'employeeId']);

/**
 * Carries out what the hook before provisioning has left for its incident: another type, other data (spec
 * playbooks-provisioning 8). The change goes into the incident's record and leaves evidence; then it is removed, so that
 * a repeat finds nothing or does the same again.
 *
 * @returns what is wrong with the change, for people; null when there is none, or it was carried out
 */
export async function applyHookChange(entry: Entry): Promise<string | null> {
  const { deps, incident } = entry;
  if (deps.configuration.current().ilm.hooks[POINT] === undefined) return null;
  const change = await deps.store.hookChanges.get(incident._id, POINT);
  if (change === null) return null;
  const fault = faultOf(change);
  if (fault !== null) {
    return `The hook ${POINT} left a change that is not allowed: ${fault} Correct the hook, then retry, which repeats it.`;
  }
  const { set = {}, type = incident.type } = change;
  const { userProfile } = incident;
  const fields = { ...userProfile.fields, ...set };
  await deps.store.evidence.append([
    {
      _id: `${entry.turn.ticket}/hook/${POINT}`,
      at: entry.now(),
      kind: 'profile',
      incidentId: incident._id,
      personId: incident.personId,
      cause: `hook ${POINT}`,
      changes: {
        ...profileChanges(userProfile.fields, fields),
        ...(type === incident.type ? {} : { type: { old: incident.type, new: type } }),
      },
    },
  ]);
  const typed = type === incident.type ? {} : { type, detectedType: incident.detectedType ?? incident.type };
  await entry.change({ userProfile: { ...userProfile, fields }, ...typed }, `hook ${POINT} changed the incident`);
  await deps.store.hookChanges.remove(incident._id, POINT);
  return null;
}

function faultOf({ type, set = {} }: HookChangeDocument): string | null {
  if (type !== undefined && !TYPES.includes(type)) return `its type is none of ${TYPES.join(', ')}.`;
  const isForbidden = (field: string): boolean =>
    IDENTITY.has(field) ||
    BOOKKEEPING_FIELDS.has(field) ||
    EVENT_FIELDS.has(field) ||
    field.includes('.') ||
    field.startsWith('$');
  const forbidden = Object.keys(set).filter(isForbidden);
  if (forbidden.length > 0) return `it sets ${forbidden.join(', ')}, which a hook may not.`;
  const isPlain = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);
  const odd = Object.entries(set).flatMap(([field, value]) => (isPlain(value) ? [] : [field]));
  return odd.length === 0 ? null : `the values of ${odd.join(', ')} are neither texts, numbers nor flags.`;
}
