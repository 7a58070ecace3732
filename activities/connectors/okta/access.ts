import { pathPart } from '../http.js';
import { literal } from '../scim/users.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { oktaAppSchema, oktaGroupSchema } from './answers.js';
import { statusOf } from './status.js';
import { readUser } from './users.js';
import type { AccessSnapshot } from '../types.js';
import type { OktaSession } from './session.js';

/** An application of the organisation. */
export interface OktaApp {
  readonly id: string;
  /** Key of its kind, e.g. `slack`; several applications can have the same. */
  readonly name: string;
  /** Name that people see. */
  readonly label: string;
  /** `ACTIVE` or `INACTIVE`. */
  readonly status: string;
  /** Address of its picture; empty when it has none. */
  readonly logo: string;
}

/** Status, groups and applications of a user, as ids with their names. Taken before a deactivation takes them away. */
export async function readOktaAccess(session: OktaSession, id: string): Promise<AccessSnapshot> {
  const user = await readUser(session, id);
  if (user === null) {
    throw new ConnectorError(ConnectorErrorKind.NotFound, `${session.instanceName}: the account is gone.`, {
      code: '404',
    });
  }
  const path = `users/${pathPart(id)}/groups`;
  const groups = await session.list(oktaGroupSchema, { path, label: 'users/{id}/groups' }, null);
  const apps = await appsOfUser(session, id);
  return {
    status: statusOf(user),
    groups: groups.map((group) => ({ id: group.id, name: group.profile.name })),
    applications: apps.map(({ id: appId, label, status }) => ({ id: appId, name: label, status })),
  };
}

/** Applications that a user is assigned to, directly or by a group, inactive ones included; all pages. */
export const appsOfUser = (session: OktaSession, userId: string): Promise<readonly OktaApp[]> =>
  readApps(session, { filter: `user.id eq ${literal(userId)}` });

/** Applications by a query of the apps API, all pages. */
export async function readApps(
  session: OktaSession,
  query: Readonly<Record<string, string>>,
): Promise<readonly OktaApp[]> {
  const apps = await session.list(oktaAppSchema, { path: 'apps', label: 'apps', query });
  return apps.map(appOf);
}

/** An answered application in our words. */
export const appOf = (app: (typeof oktaAppSchema)['_output']): OktaApp => ({
  id: app.id,
  name: app.name ?? '',
  label: app.label ?? app.name ?? app.id,
  status: app.status ?? '',
  logo: app._links?.logo?.[0]?.href ?? '',
});
