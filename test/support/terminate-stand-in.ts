import { closeKeeping } from '../../activities/incidents/closing.js';
import type { ActivityDependencies } from '../../activities/dependencies.js';
import type { Activities } from '../../activities/index.js';
import { openIncident } from '../../activities/incidents/open.js';
import { continueSyncUser } from '../../activities/incidents/sync-user.js';
import { IncidentType } from '../../domain/incident.js';

/** Entering incidents, with a Terminate that disables the person in the named applications. */
export const openTerminate = (
  deps: ActivityDependencies,
  applications: readonly string[],
): Pick<Activities, 'openSyncUser'> => ({
  openSyncUser: (request) =>
    openIncident(deps, request, async (entry, at) => {
      const { incident, person, turn } = entry;
      if (incident.type !== IncidentType.TerminateUser) return await continueSyncUser(entry, at);
      if (person.profile === undefined) return await closeKeeping(entry, 'declined');
      await entry.write({ set: { active: false } }, 'Terminate: started');
      return {
        kind: 'provision',
        plan: {
          incidentId: incident._id,
          type: incident.type,
          seq: incident.seq,
          personId: person.personId,
          ticket: turn.ticket,
          isRepeat: entry.isRepeat,
          personVersion: entry.person.version,
          isOwner: entry.isOwner,
          priority: 1,
          directories: [],
          applications: applications.map((instance) => ({
            instance,
            brand: 'Memory',
            command: 'disable-user',
            allowEnable: false,
            notify: false,
          })),
          hooks: [],
        },
      };
    }),
});
