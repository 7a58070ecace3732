import { flatChanges } from '../flat.js';
import { pathPart } from '../http.js';
import { ambiguous, foundAccount } from '../lookup.js';
import { literal } from '../scim/users.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { oktaUserSchema } from './answers.js';
import { hasCode, OktaCode } from './faults.js';
import { OktaStatus, statusOf, userOf } from './status.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { OutgoingMap } from '../maps.js';
import type { AppAttributes, AppUser, LookupKey, UserConnector } from '../types.js';
import type { OktaUser } from './answers.js';
import type { OktaSession } from './session.js';

/** The user primitives of Okta; semantics as in `UserConnector`. */
export type OktaUsers = Required<
  Pick<UserConnector, 'lookupKeys' | 'find' | 'create' | 'finishCreation' | 'update' | 'enable' | 'disable'>
>;

/** Hits that one search shows; more users with one address than that are ambiguous whatever they are. */
const MOST_HITS = 50;

/** Makes the user primitives; no I/O. */
export function oktaUsers(session: OktaSession, outgoing: OutgoingMap): OktaUsers {
  const finish = (user: OktaUser): Promise<AppUser> =>
    statusOf(user) === OktaStatus.Staged ? activate(session, user) : Promise.resolve(userOf(user));
  return {
    lookupKeys: async (profile, known, old) => {
      const byId = known === null || known.id === '' ? [] : [{ attribute: 'id', value: known.id }];
      const before = old === undefined ? [] : keysOf(await outgoing.map(old, 'create'));
      return [...byId, ...before, ...keysOf(await outgoing.map(profile, 'create'))];
    },
    find: (key) => find(session, key),
    create: async (profile) => {
      const body = { profile: await outgoing.map(profile, 'create') };
      const created = await session.ask(oktaUserSchema, {
        method: 'POST',
        path: 'users',
        label: 'users',
        // Staged first: an activation that fails leaves an account that can be found and finished.
        query: { activate: 'false' },
        body,
      });
      return finish(created).catch((error: unknown) => {
        throw stagedOnly(error);
      });
    },
    finishCreation: (user) => finish(userIn(user)),
    update: (id, profile, before) => update(session, outgoing, { id, profile, before }),
    enable: (_id, before) => {
      const user = userIn(before);
      switch (statusOf(user)) {
        case OktaStatus.Staged:
        case OktaStatus.Deprovisioned:
          return activate(session, user);
        case OktaStatus.Suspended:
          return unsuspend(session, user);
        default:
          return Promise.resolve(before);
      }
    },
    disable: (id, before) => disable(session, id, before),
  };
}

/** The user with this id; `null` when there is none. An id that does not exist could be taken for a login's short form. */
export async function readUser(session: OktaSession, id: string): Promise<OktaUser | null> {
  const user = await session.askIfPresent(oktaUserSchema, { path: `users/${pathPart(id)}`, label: 'users/{id}' });
  return user?.id === id ? user : null;
}

/** Every account that reaches this file was made by {@link userOf}. */
const userIn = ({ raw }: AppUser): OktaUser => raw as OktaUser;

/** Asks by `filter`, which shows deactivated users and is never behind, unlike a plain list and `search`. */
async function find(session: OktaSession, key: LookupKey): Promise<AppUser | null> {
  const filter = `${key.attribute === 'id' ? 'id' : `profile.${key.attribute}`} eq ${literal(key.value)}`;
  const query = { filter, limit: String(MOST_HITS) };
  const { items, next } = await session.page(oktaUserSchema, { path: 'users', label: 'users', query });
  const found = foundAccount(session.instanceName, key, items.map(userOf), (hit) => matches(userIn(hit), key));
  if (next !== null) throw ambiguous(session.instanceName, key);
  return found;
}

function matches(user: OktaUser, { attribute, value }: LookupKey): boolean {
  if (attribute === 'id') return user.id === value;
  const held = attribute === 'login' ? user.profile.login : user.profile.email;
  return held?.toLowerCase() === value.toLowerCase();
}

const keysOf = (attributes: AppAttributes): readonly LookupKey[] =>
  ['login', 'email'].flatMap((attribute) => {
    const value = attributes[attribute];
    return typeof value === 'string' && value !== '' ? [{ attribute, value }] : [];
  });

async function lifecycle(
  session: OktaSession,
  id: string,
  operation: 'activate' | 'deactivate' | 'unsuspend',
): Promise<void> {
  await session.send({
    method: 'POST',
    path: `users/${pathPart(id)}/lifecycle/${operation}`,
    label: `users/{id}/lifecycle/${operation}`,
    ...(operation === 'activate' ? { query: { sendEmail: 'false' } } : {}),
  });
}

/** The welcome is ours to send. A user that is active already, or is being activated, is what was asked for. */
async function activate(session: OktaSession, { id }: OktaUser): Promise<AppUser> {
  try {
    await lifecycle(session, id, 'activate');
  } catch (error) {
    if (!hasCode(error, OktaCode.AlreadyActive)) throw error;
  }
  const after = await readAgain(session, id);
  const isBehind = ([OktaStatus.Staged, OktaStatus.Deprovisioned] as readonly string[]).includes(statusOf(after));
  // Activation is asynchronous, and a read right behind it can still show the former status.
  return userOf(isBehind ? { ...after, transitioningToStatus: 'ACTIVE' } : after);
}

async function unsuspend(session: OktaSession, { id }: OktaUser): Promise<AppUser> {
  await lifecycle(session, id, 'unsuspend');
  const { isDormant: _isDormant, ...after } = userOf(await readAgain(session, id));
  return after;
}

async function disable(session: OktaSession, id: string, before: AppUser): Promise<AppUser> {
  try {
    await lifecycle(session, id, 'deactivate');
  } catch (error) {
    // Okta answers alike to a user that is gone and to one that is deactivated already.
    const isKnown = error instanceof ConnectorError && error.kind === ConnectorErrorKind.NotFound;
    if (!isKnown && !hasCode(error, OktaCode.NotInThisStatus)) throw error;
    const user = await readUser(session, id);
    if (user === null || statusOf(user) !== OktaStatus.Deprovisioned) throw error;
  }
  const { isDormant: _isDormant, ...account } = before;
  return { ...account, active: false };
}

async function readAgain(session: OktaSession, id: string): Promise<OktaUser> {
  const user = await readUser(session, id);
  if (user !== null) return user;
  throw new ConnectorError(ConnectorErrorKind.NotFound, `${session.instanceName}: the user disappeared meanwhile.`, {
    code: '404',
  });
}

interface Update {
  readonly id: string;
  readonly profile: UserProfile;
  readonly before: AppUser;
}

/** A partial update: what it does not mention stays. It changes no status. */
async function update(session: OktaSession, outgoing: OutgoingMap, { id, profile, before }: Update): Promise<AppUser> {
  const changes = flatChanges(await outgoing.map(profile, 'update'), userIn(before).profile);
  if (Object.keys(changes).length === 0) return before;
  try {
    const user = await session.ask(oktaUserSchema, {
      method: 'POST',
      path: `users/${pathPart(id)}`,
      label: 'users/{id}',
      body: { profile: changes },
    });
    return { ...before, username: user.profile.login ?? null, email: user.profile.email ?? null, raw: user };
  } catch (error) {
    if (!hasCode(error, OktaCode.NotInThisStatus)) throw error;
    return afterRefusal(session, before, error);
  }
}

/**
 * Okta takes no changes to a deactivated user. Nothing is lost by that: enabling sends whatever differs then. A user that
 * is just being activated takes them a moment later.
 */
function afterRefusal({ instanceName }: OktaSession, before: AppUser, refusal: ConnectorError): AppUser {
  if (!before.active) return { ...before, warnings: [...(before.warnings ?? []), UNCHANGED] };
  if (userIn(before).transitioningToStatus === undefined) throw refusal;
  throw new ConnectorError(
    ConnectorErrorKind.Transient,
    `${instanceName}: the user is still being activated and takes no changes yet.`,
    { code: refusal.code, cause: refusal },
  );
}

/** What a result says of an update that had to wait. */
export const UNCHANGED =
  'Okta takes no changes to a deactivated user; they are sent when the user is enabled. To send them at once, allow updates to deactivated users in Okta.';

function stagedOnly(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error;
  return new ConnectorError(
    error.kind,
    `${error.message} The user was created and waits in status STAGED; the next attempt activates it.`,
    { ...error.options, cause: error },
  );
}
