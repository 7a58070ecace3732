import { SCIMMY } from 'scimmy-routers';

import { valuesOf } from '../account-store.js';
import type { EqualityClause, ResourceStore, StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import type { AppFault } from '../definition.js';

/** What the handlers know of one request. */
export interface ScimContext {
  readonly state: AppState;
  /** The search, when the store can answer it; null leaves it to the library's filter. */
  readonly clauses: readonly EqualityClause[] | null;
  readonly fault: AppFault | null;
  /** Whether the request only reads: a change starts from the truth, not from what a reader is shown. */
  readonly isRead: boolean;
  readonly now: Date;
}

interface Requested {
  readonly id?: string;
  readonly filter?: { match(values: object[]): object[] };
}

type Draft = Record<string, unknown>;

let declared = false;

/**
 * Declares users (with the enterprise extension) and groups to the SCIM library. The library keeps one set of handlers
 * per process; each request brings its application along as the {@link ScimContext}. The handlers never wait, so the
 * library's other global, the base address of answers, still belongs to the request when its answer is made.
 */
export function declareResources(): void {
  if (declared) return;
  declared = true;
  const { User, Group } = SCIMMY.Resources;
  SCIMMY.Resources.declare(
    User.extend(SCIMMY.Schemas.EnterpriseUser, false)
      .ingress((resource, draft, context: ScimContext) => writeUser(resource, plain(draft), context) as never)
      .egress((resource, context: ScimContext) => readUsers(resource, context) as never)
      .degress((resource, { state }: ScimContext) => removeUser(state, resource)),
  );
  SCIMMY.Resources.declare(
    Group.ingress((resource, draft, context: ScimContext) => writeGroup(resource, plain(draft), context) as never)
      .egress((resource, context: ScimContext) => readGroups(resource, context) as never)
      .degress((resource, { state }: ScimContext) => remove(state, state.groups, resource)),
  );
}

const plain = (draft: object): Draft => JSON.parse(JSON.stringify(draft)) as Draft;

const notFound = (id: string | undefined): Error =>
  new SCIMMY.Types.Error(404, null as never, `Resource ${id} not found`);

const taken = (what: string): Error => new SCIMMY.Types.Error(409, 'uniqueness', `${what} is taken.`);

function writeUser({ id }: Requested, draft: Draft, { state, now }: ScimContext): StoredRecord {
  const before = existing(state.users, id);
  const namesakes = state.users.find([{ attribute: 'username', value: String(draft['userName']) }]);
  if (namesakes.some((other) => other.id !== id)) throw taken('userName');
  const stored = state.users.put({ active: true, ...draft, meta: metaOf('User', before, now) }, id);
  if (before === undefined) state.created(stored.id);
  if (before?.['active'] === true && stored['active'] === false) state.disabled(stored.id);
  state.onChange();
  return stored;
}

function writeGroup({ id }: Requested, draft: Draft, { state, now }: ScimContext): StoredRecord {
  const before = existing(state.groups, id);
  const namesakes = state.groups.find([{ attribute: 'displayname', value: String(draft['displayName']) }]);
  if (namesakes.some((other) => other.id !== id)) throw taken('displayName');
  // The library adds a present member a second time; RFC 7644, 3.5.2.1 wants that to change nothing.
  const members = [...new Set(valuesOf(draft['members']))];
  const unknown = members.find((member) => state.users.get(String(member)) === undefined);
  if (unknown !== undefined)
    throw new SCIMMY.Types.Error(404, null as never, 'A member is no user of this application.');
  const entries = members.map((value) => ({ value, type: 'User' }));
  const stored = state.groups.put({ ...draft, members: entries, meta: metaOf('Group', before, now) }, id);
  state.onChange();
  return shownGroup(stored, state);
}

function existing(store: ResourceStore, id: string | undefined): StoredRecord | undefined {
  const before = id === undefined ? undefined : store.get(id);
  if (id !== undefined && before === undefined) throw notFound(id);
  return before;
}

function metaOf(resourceType: string, before: StoredRecord | undefined, now: Date): object {
  const created = (before?.['meta'] as { created?: string } | undefined)?.created ?? now.toISOString();
  return { resourceType, created, lastModified: now.toISOString() };
}

function readUsers(resource: Requested, context: ScimContext): StoredRecord | StoredRecord[] {
  const { state } = context;
  if (resource.id !== undefined) {
    const user = state.users.get(resource.id);
    if (user === undefined) throw notFound(resource.id);
    return context.isRead ? state.asRead(user) : user;
  }
  const hits = state.asFound(search(state.users, resource, context));
  switch (context.fault?.kind) {
    case 'duplicate-hits':
      return hits.flatMap((user) => [user, { ...user, id: `${user.id}-2` }]);
    case 'wrong-hit':
      return state.users
        .all()
        .filter((user) => !hits.some(({ id }) => id === user.id))
        .slice(0, 1);
    default:
      return hits;
  }
}

function readGroups(resource: Requested, context: ScimContext): StoredRecord | StoredRecord[] {
  const { state } = context;
  if (resource.id === undefined) {
    return search(state.groups, resource, context).map((group) => shownGroup(group, state));
  }
  const group = state.groups.get(resource.id);
  if (group === undefined) throw notFound(resource.id);
  return context.isRead ? shownGroup(group, state) : group;
}

function search(store: ResourceStore, { filter }: Requested, { clauses }: ScimContext): StoredRecord[] {
  if (clauses !== null) return store.find(clauses);
  return filter === undefined ? store.all() : (filter.match(store.all()) as StoredRecord[]);
}

const shownGroup = (group: StoredRecord, { dialect }: AppState): StoredRecord =>
  dialect.listsMembers ? group : { ...group, members: [] };

function removeUser(state: AppState, resource: Requested): void {
  for (const group of state.groups.find([{ attribute: 'members', value: resource.id ?? '' }])) {
    const members = valuesOf(group['members']).filter((member) => member !== resource.id);
    state.groups.put({ ...group, members: members.map((value) => ({ value, type: 'User' })) }, group.id);
  }
  remove(state, state.users, resource);
}

function remove(state: AppState, store: ResourceStore, { id }: Requested): void {
  if (id === undefined || !store.remove(id)) throw notFound(id);
  state.onChange();
}
