import { z } from 'zod';

import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { oktaGroupSchema, oktaUserSchema } from './answers.js';
import { OktaStatus, statusOf } from './status.js';
import type { AppGroup, FailedMember, GroupConnector } from '../types.js';
import type { OktaGroup, OktaUser } from './answers.js';
import type { OktaSession } from './session.js';

/** Makes the group primitives of Okta; semantics as in `GroupConnector`. Members are users that are not deactivated. */
export function oktaGroups(session: OktaSession): GroupConnector {
  const byId = (id: string): Promise<OktaGroup | null> =>
    session.askIfPresent(oktaGroupSchema, { path: groupPath(id), label: 'groups/{id}' });

  return {
    canListMembers: true,
    getGroup: async ({ id, displayName = '' }, withMembers) => {
      const group = id === undefined ? await groupByName(session, displayName) : await byId(id);
      if (group === null) return null;
      const members = withMembers ? await groupMembers(session, group.id) : undefined;
      return groupOf(group, members);
    },
    createGroup: async (name) => {
      const call = { method: 'POST', path: 'groups', label: 'groups', body: { profile: { name } } } as const;
      return groupOf(await session.ask(oktaGroupSchema, call));
    },
    changeMembers: async (id, add, remove) => {
      const failed: FailedMember[] = [];
      for (const member of add) failed.push(...(await changeMember(session, 'PUT', id, member)));
      for (const member of remove) failed.push(...(await changeMember(session, 'DELETE', id, member)));
      return { failed };
    },
    deleteGroup: async (id) => {
      const found = await session.askIfPresent(z.unknown(), {
        method: 'DELETE',
        path: groupPath(id),
        label: 'groups/{id}',
      });
      if (found === null) throw gone(session);
    },
  };
}

/** Users of a group, all pages; deactivated ones are members for Okta only. */
export async function groupMembers(session: OktaSession, id: string): Promise<readonly OktaUser[]> {
  const call = { path: `${groupPath(id)}/users`, label: 'groups/{id}/users' };
  const users = await session.list(oktaUserSchema, call);
  return users.filter((user) => statusOf(user) !== OktaStatus.Deprovisioned);
}

/** Okta searches by the beginning of a name; only the whole name counts here. */
async function groupByName(session: OktaSession, name: string): Promise<OktaGroup | null> {
  const groups = await session.list(oktaGroupSchema, { path: 'groups', label: 'groups', query: { q: name } });
  const [first, ...others] = groups.filter(({ profile }) => profile.name === name);
  if (others.length === 0) return first ?? null;
  throw new ConnectorError(
    ConnectorErrorKind.Ambiguous,
    `${session.instanceName}: ${others.length + 1} groups have this exact name; name the group by its id.`,
    { code: 'AmbiguousGroup' },
  );
}

const groupPath = (id: string): string => `groups/${pathPart(id)}`;

/** Faults of one member, which keep nobody else from being added or removed. */
const OWN_FAULTS: readonly ConnectorErrorKind[] = [
  ConnectorErrorKind.NotFound,
  ConnectorErrorKind.Validation,
  ConnectorErrorKind.Conflict,
];

/** Okta changes one member at a time. Gives what was refused for this member; everything else is thrown. */
async function changeMember(
  session: OktaSession,
  method: 'PUT' | 'DELETE',
  id: string,
  member: string,
): Promise<readonly FailedMember[]> {
  const path = `${groupPath(id)}/users/${pathPart(member)}`;
  try {
    await session.send({ method, path, label: 'groups/{id}/users/{id}' });
    return [];
  } catch (error) {
    if (!(error instanceof ConnectorError) || !OWN_FAULTS.includes(error.kind)) throw error;
    return [
      { id: member, change: method === 'PUT' ? 'add' : 'remove', errorCode: error.code, errorMessage: error.message },
    ];
  }
}

const gone = ({ instanceName }: OktaSession): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: there is no such group.`, { code: '404' });

const groupOf = ({ id, profile }: OktaGroup, members?: readonly OktaUser[]): AppGroup => ({
  id,
  displayName: profile.name,
  ...(members === undefined ? {} : { members: members.map((member) => member.id) }),
});
