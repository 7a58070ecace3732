import { SUCCESS } from './log-event.js';
import type { LogEvent, LogParty } from './log-event.js';

/** A group of Okta. Imported groups are logged by their names only. */
export interface OktaGroupName {
  readonly id: string;
  readonly displayName: string;
}

/** Who came to a group and who left it, by what the log says. */
export interface LoggedChanges {
  /** Lower-case login to whether the last event made that user a member. Personal data. */
  readonly members: ReadonlyMap<string, boolean>;
  /** Events that name no user; they are passed over. */
  readonly withoutUser: number;
  /** Events whose meaning is unknown: only a comparison of the whole group tells who is a member. */
  readonly unclear: number;
}

const APP_USER_MANAGEMENT = 'app.user_management';
const MEMBERSHIP = 'group.user_membership';

/** Whether an event makes somebody a member, by its message (spec okta-flows 9.3). */
const MESSAGES: Readonly<Record<string, boolean>> = {
  'Add user to group membership': true,
  'Successfully imported new member to an app group': true,
  'Remove user from group membership': false,
  'Successfully deleted member of an app group': false,
};

const TYPES: Readonly<Record<string, boolean>> = {
  [`${MEMBERSHIP}.add`]: true,
  [`${MEMBERSHIP}.remove`]: false,
};

/** What is asked of the log about a group: by its id or by its name. */
export function groupLogFilter({ id, displayName }: OktaGroupName): string {
  const types = `eventType eq "${APP_USER_MANAGEMENT}" or eventType co "${MEMBERSHIP}"`;
  return `(${types}) and (target.id eq ${JSON.stringify(id)} or target.displayName eq ${JSON.stringify(displayName)})`;
}

/**
 * Folds events about one group into changes, by the time at which they happened: of several about one user the last one
 * counts, in whatever order they were read. Events of other groups and kinds, and what failed, count for nothing.
 */
export function loggedChanges(events: readonly LogEvent[], group: OktaGroupName): LoggedChanges {
  const members = new Map<string, boolean>();
  let withoutUser = 0;
  let unclear = 0;
  const inOrder = events
    .filter((event) => isAbout(event, group))
    .sort((one, other) => Date.parse(one.published) - Date.parse(other.published));
  for (const event of inOrder) {
    const isMember = becomesMember(event);
    const login = loginOf(event);
    if (isMember === undefined) unclear += 1;
    else if (login === '') withoutUser += 1;
    else members.set(login, isMember);
  }
  return { members, withoutUser, unclear };
}

function isAbout({ eventType, outcome, target }: LogEvent, group: OktaGroupName): boolean {
  if (eventType !== APP_USER_MANAGEMENT && !eventType.includes(MEMBERSHIP)) return false;
  const result = outcome?.result;
  if (result !== undefined && result !== null && result !== SUCCESS) return false;
  return target?.some((party) => isGroup(party, group)) ?? false;
}

const isUser = ({ type }: LogParty): boolean => type === 'User' || type === 'AppUser';

const isGroup = (party: LogParty, { id, displayName }: OktaGroupName): boolean =>
  !isUser(party) && (party.id === id || party.displayName === displayName);

/** By the message, as Okta spells it; by the type where it has another one. */
const becomesMember = ({ displayMessage, eventType }: LogEvent): boolean | undefined =>
  MESSAGES[displayMessage ?? ''] ?? TYPES[eventType];

/** Imports name the user of the application, everything else the user of Okta. */
function loginOf({ eventType, target }: LogEvent): string {
  const type = eventType === APP_USER_MANAGEMENT ? 'AppUser' : 'User';
  return target?.find((party) => party.type === type)?.alternateId?.toLowerCase() ?? '';
}

/** Accounts to be added to a group and to be removed from it. */
export interface MemberDifference {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What makes of the present members those that are wanted. */
export function memberDifference(wanted: Iterable<string>, present: Iterable<string>): MemberDifference {
  const should = new Set(wanted);
  const is = new Set(present);
  return { add: [...should].filter((id) => !is.has(id)), remove: [...is].filter((id) => !should.has(id)) };
}

/** Accounts that are to be added and to be removed at once, because two logins lead to them. */
export function contradictions({ add, remove }: MemberDifference): readonly string[] {
  const added = new Set(add);
  return [...new Set(remove)].filter((id) => added.has(id));
}

/** What one run may remove: the larger of a number and a share of the members. */
export interface RemovalLimit {
  readonly count: number;
  readonly percent: number;
}

/** Whether so many removals need a person. */
export const exceedsLimit = (removals: number, members: number, { count, percent }: RemovalLimit): boolean =>
  removals > Math.max(count, Math.floor((members * percent) / 100));
