import { randomBytes } from 'node:crypto';

import { valuesOf } from '../account-store.js';
import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import type { Profile } from './profile.js';
import { notFound } from './refusal.js';
import { SystemLog } from './system-log.js';
import type { StoredEvent, Target } from './system-log.js';
import type { TokenOwner } from './tokens.js';

/** One application that people are assigned to. */
export interface OktaApplication {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly created: string;
  /** Users assigned directly, by their ids, each with the profile that the application is given. */
  readonly users: Readonly<Record<string, Profile>>;
  /** Groups whose members are assigned. */
  readonly groups: readonly string[];
}

/** What an organisation keeps beside users and groups. */
export interface StoredOrganisation {
  readonly applications: readonly OktaApplication[];
  readonly events: readonly StoredEvent[];
}

/** A user within one application. */
export interface Assignment {
  readonly application: OktaApplication;
  readonly scope: 'USER' | 'GROUP';
  readonly profile: Profile;
}

/** An id as Okta makes them: a prefix that says of what, and 20 characters in all. */
export const newOktaId = (prefix: '00u' | '00g' | '0oa'): string =>
  (prefix + randomBytes(16).toString('hex')).slice(0, 20);

/** One organisation: users and groups of the {@link AppState}, applications, and the log of all changes. */
export class Organisation {
  readonly log = new SystemLog();
  readonly applications = new Map<string, OktaApplication>();

  /** @param address where the API begins, for links */
  constructor(
    readonly state: AppState,
    readonly address: () => string,
  ) {}

  /** @throws OktaRefusal when there is none */
  user(id: string): StoredRecord {
    const found = this.state.users.get(id) ?? this.#byLogin(id);
    if (found === undefined) throw notFound(id, 'User');
    return found;
  }

  /** @throws OktaRefusal when there is none */
  group(id: string): StoredRecord {
    const found = this.state.groups.get(id);
    if (found === undefined) throw notFound(id, 'UserGroup');
    return found;
  }

  /** @throws OktaRefusal when there is none */
  application(id: string): OktaApplication {
    const found = this.applications.get(id);
    if (found === undefined) throw notFound(id, 'AppInstance');
    return found;
  }

  /** Groups that a user is a member of. */
  groupsOf(userId: string): readonly StoredRecord[] {
    return this.state.groups.all().filter((group) => valuesOf(group['members']).includes(userId));
  }

  /** What a user is assigned to. A deactivated user has lost everything, until the groups assign it again. */
  assignmentsOf(user: StoredRecord): readonly Assignment[] {
    if (user['status'] === 'DEPROVISIONED') return [];
    const groups = new Set(this.groupsOf(user.id).map(({ id }) => id));
    return [...this.applications.values()].flatMap((application): readonly Assignment[] => {
      const direct = application.users[user.id];
      if (direct !== undefined) return [{ application, scope: 'USER', profile: direct }];
      if (!application.groups.some((id) => groups.has(id))) return [];
      return [{ application, scope: 'GROUP', profile: { email: profileOf(user)['email'] } }];
    });
  }

  /**
   * Makes a change and logs for each of these users which applications it was added to or removed from by that.
   *
   * @param change must leave the users where `state.users` has them
   */
  change<T>(actor: TokenOwner, userIds: readonly string[], change: () => T): T {
    const before = userIds.map((id) => this.#assignedTo(id));
    const result = change();
    userIds.forEach((id, index) => {
      const after = this.#assignedTo(id);
      for (const application of without(before[index] ?? [], after)) this.#logMembership(actor, id, application, false);
      for (const application of without(after, before[index] ?? [])) this.#logMembership(actor, id, application, true);
    });
    this.state.onChange();
    return result;
  }

  dump(): StoredOrganisation {
    return { applications: [...this.applications.values()], events: this.log.dump() };
  }

  restore({ applications, events }: StoredOrganisation): void {
    for (const application of applications) this.applications.set(application.id, application);
    this.log.restore(events);
  }

  reset(): void {
    this.applications.clear();
    this.log.clear();
  }

  #byLogin(login: string): StoredRecord | undefined {
    const wanted = login.toLowerCase();
    return this.state.users.all().find((user) => textOf(profileOf(user)['login']).toLowerCase() === wanted);
  }

  #assignedTo(userId: string): readonly OktaApplication[] {
    const user = this.state.users.get(userId);
    return user === undefined ? [] : this.assignmentsOf(user).map(({ application }) => application);
  }

  #logMembership(actor: TokenOwner, userId: string, { id, label }: OktaApplication, isAdded: boolean): void {
    const user = userTarget(this.user(userId));
    this.log.write({
      eventType: `application.user_membership.${isAdded ? 'add' : 'remove'}`,
      displayMessage: isAdded ? 'Add user to application membership' : 'Remove user from application membership',
      actor,
      target: [
        { id: `0ua${userId.slice(3)}`, type: 'AppUser', alternateId: user.alternateId, displayName: user.displayName },
        { id, type: 'AppInstance', alternateId: label, displayName: label },
        user,
      ],
    });
  }
}

const without = (
  applications: readonly OktaApplication[],
  others: readonly OktaApplication[],
): readonly OktaApplication[] => applications.filter(({ id }) => !others.some((other) => other.id === id));

/** A text; empty for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The profile of a stored user or group. */
export const profileOf = (record: StoredRecord): Profile => (record['profile'] ?? {}) as Profile;

/** A user as the target of an event. */
export function userTarget(user: StoredRecord): Target {
  const { login, firstName, lastName } = profileOf(user);
  const displayName = `${textOf(firstName)} ${textOf(lastName)}`.trim();
  return { id: user.id, type: 'User', alternateId: textOf(login), displayName };
}
