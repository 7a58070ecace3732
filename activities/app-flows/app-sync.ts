import { CloseReason, IncidentType } from '../../domain/incident.js';
import type { ConnectedApplication } from '../../domain/okta/iam-configuration.js';
import type { ApplicationStep, EntryPoint, Opened } from '../../domain/playbook.js';
import { OKTA_BRAND } from '../../domain/selection.js';
import type { ActivityDependencies } from '../dependencies.js';
import { directoryPlan } from '../incidents/directory-incident.js';
import type { Entry } from '../incidents/entry.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { closeIncident, haltOrClose } from './halts.js';
import { hasLeft, noProfile, withPerson } from './person.js';

/** Steps 2 and 3 of App Sync (spec okta-flows 6.2): the application is connected, and the person has a profile. */
export async function prepareAppSync(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  at: EntryPoint,
): Promise<Opened | IncidentDocument> {
  if (at === 'bookkeeping') return incident;
  if ((await targetOf(deps, incident)) === null) return await haltOrClose(deps, incident, notConnected(incident));
  return (await withPerson(deps, incident)) ?? (await haltOrClose(deps, incident, noProfile(incident)));
}

const notConnected = ({ okta, source }: IncidentDocument): string =>
  `The application ${okta?.applicationName ?? ''} (${okta?.applicationId ?? 'not named'}) of ${source.instance} is connected to ` +
  'no instance that is switched on. Connect it with `ilm okta config add`, then retry; or close the incident.';

/** The instance that the application of the event is connected to; null when there is none. */
async function targetOf(
  { store, configuration }: ActivityDependencies,
  { source, okta }: IncidentDocument,
): Promise<Pick<ApplicationStep, 'instance' | 'brand'> | null> {
  const { rows } = await store.iamConfigurations.get(source.instance);
  const row = rows.find(({ applicationId }: ConnectedApplication) => applicationId === okta?.applicationId);
  const found = configuration.current().ilm.instances.find(({ name, enabled }) => enabled && name === row?.instance);
  return found === undefined ? null : { instance: found.name, brand: found.brand };
}

/** Steps 4 to 7, with the turn held: what Okta is asked, and what is done when it agrees. A leaver gets nothing. */
export async function continueAppSync(entry: Entry, at: EntryPoint): Promise<Opened> {
  const { deps, incident, person } = entry;
  const plan = directoryPlan(entry, []);
  if (at === 'bookkeeping') return { kind: 'bookkeeping', plan };
  const target = await targetOf(deps, incident);
  if (target === null || entry.permanentProfile === undefined) {
    await entry.giveBack();
    return { kind: 'redraw' };
  }
  const isAdd = incident.type === IncidentType.AppAdd;
  if (isAdd && (await hasLeft(deps, person))) {
    await entry.giveBack();
    return await closeIncident(deps, incident, CloseReason.Skipped, 'Nothing was done: person not active.');
  }
  const command = isAdd ? 'update-user' : 'disable-user';
  return {
    kind: 'provision',
    plan: {
      ...plan,
      okta: { instance: incident.source.instance, brand: OKTA_BRAND, assigned: isAdd },
      applications: [{ ...target, command, allowEnable: isAdd, notify: false }],
    },
  };
}
