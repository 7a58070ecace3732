import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { GROUP_SCHEMA, groupOf, parseGroup, parseGroups } from './answers.js';
import { patchBody } from './changes.js';
import { changeMembers } from './members.js';
import { literal } from './users.js';
import type { HttpClient } from '../http.js';
import type { AppGroup, GroupConnector } from '../types.js';
import type { ScimGroup } from './answers.js';
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

  const read = async (id: string, query: Readonly<Record<string, string>>): Promise<ScimGroup | null> => {
    const answer = await http.request({ method: 'GET', path: groupPath(id), label: 'Groups', query, accept: [404] });
    return answer.status === 404 ? null : parseGroup(answer.body, what('GET'));
  };

  const byId = async (id: string, withMembers: boolean): Promise<AppGroup | null> => {
    const { memberPage } = dialect;
    if (withMembers && memberPage !== undefined) return pagedGroup((query) => read(id, query), memberPage);
    const group = await read(id, shownAttributes(dialect, withMembers));
    return group === null ? null : groupOf(group, withMembers);
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
      let exists: Promise<AppGroup | null> | undefined;
      const groupExists = async (): Promise<void> => {
        exists ??= byId(id, false);
        if ((await exists) === null) throw gone(instanceName);
      };
      return changeMembers({ dialect, groupExists, send: (operations) => change(id, operations) }, add, remove);
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

/** A group whose members come page by page. */
async function pagedGroup(
  read: (query: Readonly<Record<string, string>>) => Promise<ScimGroup | null>,
  size: number,
): Promise<AppGroup | null> {
  const members = new Set<string>();
  for (;;) {
    const start = members.size + 1;
    const group = await read({ attributes: `id,displayName,members[startIndex=${start}&count=${size}]` });
    if (group === null) return null;
    const page = groupOf(group, true).members ?? [];
    const before = members.size;
    for (const member of page) members.add(member);
    // A service may keep its pages smaller than asked for, or know no pages and answer with all members at once.
    const isLast = members.size === before || page.length > size;
    if (isLast) return { ...groupOf(group, false), members: [...members] };
  }
}

/** Keeps answers small: members of a large group come only when somebody reads them. */
function shownAttributes(dialect: ScimDialect, withMembers: boolean): Readonly<Record<string, string>> {
  if (withMembers) return dialect.membersOnRequest ? { attributes: 'id,displayName,members' } : {};
  return dialect.membersOnRequest || !dialect.listsMembers ? {} : { excludedAttributes: 'members' };
}

const ambiguous = (instanceName: string, count: number): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Ambiguous, `${instanceName}: ${count} groups have this exact name.`, {
    code: 'AmbiguousGroup',
  });

const gone = (instanceName: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the group does not exist.`, { code: '404' });
