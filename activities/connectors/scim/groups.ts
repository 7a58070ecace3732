import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { GROUP_SCHEMA, groupOf, parseGroup, parseGroups } from './answers.js';
import { patchBody } from './changes.js';
import { literal } from './users.js';
import type { HttpClient } from '../http.js';
import type { AppGroup, GroupConnector } from '../types.js';
import type { PatchOperation } from './changes.js';
import type { ScimDialect } from './dialect.js';

/** What calls about groups work with. */
export interface ScimGroupsOptions {
  readonly http: HttpClient;
  readonly dialect: ScimDialect;
  readonly instanceName: string;
}

/** Makes the group primitives of a SCIM 2.0 service; semantics as in `GroupConnector`. */
export function scimGroups({ http, dialect, instanceName }: ScimGroupsOptions): GroupConnector {
  const what = (method: string): string => `${instanceName}: ${method} Groups`;
  const groupPath = (id: string): string => `Groups/${pathPart(id)}`;

  const byId = async (id: string, withMembers: boolean): Promise<AppGroup | null> => {
    const query = shownAttributes(dialect, withMembers);
    const answer = await http.request({ method: 'GET', path: groupPath(id), label: 'Groups', query, accept: [404] });
    return answer.status === 404 ? null : groupOf(parseGroup(answer.body, what('GET')), withMembers);
  };

  const byName = async (displayName: string): Promise<AppGroup | null> => {
    const query = { filter: `displayName eq ${literal(displayName)}`, count: '2', ...shownAttributes(dialect, false) };
    const answer = await http.request({ method: 'GET', path: 'Groups', label: 'Groups', query });
    const hits = parseGroups(answer.body, what('GET')).filter((group) => group.displayName === displayName);
    if (hits.length > 1) throw ambiguous(instanceName, hits.length);
    return hits[0] === undefined ? null : groupOf(hits[0], false);
  };

  const change = async (id: string, operations: readonly PatchOperation[]): Promise<void> => {
    await http.request({ method: 'PATCH', path: groupPath(id), label: 'Groups', body: patchBody(operations) });
  };

  return {
    canListMembers: dialect.listsMembers,
    getGroup: async ({ id, displayName }, withMembers) => {
      if (id !== undefined) return byId(id, withMembers);
      const group = await byName(displayName ?? '');
      return group !== null && withMembers ? byId(group.id, true) : group;
    },
    createGroup: async (displayName) => {
      const body = { schemas: [GROUP_SCHEMA], displayName };
      const answer = await http.request({ method: 'POST', path: 'Groups', label: 'Groups', body });
      return groupOf(parseGroup(answer.body, what('POST')), false);
    },
    changeMembers: async (id, add, remove) => {
      for (const members of chunks(add, dialect.memberChangesPerRequest)) await change(id, [adding(members, dialect)]);
      for (const members of chunks(remove, dialect.memberChangesPerRequest))
        await change(id, removing(members, dialect));
    },
    deleteGroup: async (id) => {
      await http.request({ method: 'DELETE', path: groupPath(id), label: 'Groups' });
    },
    isMember: async (groupId, userId) => {
      if (!dialect.memberFilter) return (await byId(groupId, true))?.members?.includes(userId) === true;
      const query = { filter: `id eq ${literal(groupId)} and member eq ${literal(userId)}` };
      const answer = await http.request({ method: 'GET', path: 'Groups', label: 'Groups', query });
      return parseGroups(answer.body, what('GET')).some(({ id }) => id === groupId);
    },
  };
}

/** Keeps answers small: members of a large group come only when somebody reads them. */
function shownAttributes(dialect: ScimDialect, withMembers: boolean): Readonly<Record<string, string>> {
  if (withMembers) return dialect.membersOnRequest ? { attributes: 'id,displayName,members' } : {};
  return dialect.membersOnRequest || !dialect.listsMembers ? {} : { excludedAttributes: 'members' };
}

const adding = (members: readonly string[], dialect: ScimDialect): PatchOperation => ({
  op: 'add',
  path: 'members',
  value: members.map((value) => (dialect.typedMembers ? { value, type: 'User' } : { value })),
});

/** Always names the members: a removal without any would empty the group. */
function removing(members: readonly string[], dialect: ScimDialect): readonly PatchOperation[] {
  if (dialect.memberRemoval === 'value') {
    return [{ op: 'remove', path: 'members', value: members.map((value) => ({ value })) }];
  }
  return members.map((value) => ({ op: 'remove', path: `members[value eq ${literal(value)}]` }));
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

const ambiguous = (instanceName: string, count: number): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Ambiguous, `${instanceName}: ${count} groups have this exact name.`, {
    code: 'AmbiguousGroup',
  });
