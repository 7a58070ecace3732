import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { USER_FIELDS } from './fields.js';
import { profileOf, SALESFORCE_PROFILES } from './organization.js';
import { ownUsers, shownUser } from './users.js';
import type { SalesforceExtras } from './users.js';

type Row = Readonly<Record<string, unknown>>;

/** An object that can be queried: its fields, and its rows. */
export interface QueriedObject {
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
}

type User = StoredRecord & SalesforceExtras;

/** The id of the sign-in settings of a user, and back. */
export const loginIdOf = (userId: string): string => userId.replace(/^005/, '0Yw');
export const userIdOf = (loginId: string): string => loginId.replace(/^0Yw/, '005');

/** A user's row of a query, with its profile. */
export function userRow(user: StoredRecord): Row {
  return { ...shownUser(user), 'Profile.Name': profileOf(user['ProfileId'])?.name, 'UserRole.Name': null };
}

/** The fields of users that queries may ask for. */
const USER_ROW_FIELDS = [...USER_FIELDS.map(({ name }) => name), 'Profile.Name', 'UserRole.Name'];

/** Objects beside users, made of the users; null for an object that does not exist. */
export function objectNamed(state: AppState, name: string): QueriedObject | null {
  const users = ownUsers(state) as readonly User[];
  switch (name) {
    case 'User':
      return { fields: USER_ROW_FIELDS, rows: users.map(userRow) };
    case 'UserLogin':
      return {
        fields: ['Id', 'UserId', 'IsFrozen'],
        rows: users.map(({ id, isFrozen = false }) => ({ Id: loginIdOf(id), UserId: id, IsFrozen: isFrozen })),
      };
    case 'Profile':
      return {
        fields: ['Id', 'Name', 'UserLicense.Name'],
        rows: Object.values(SALESFORCE_PROFILES).map((profile) => ({
          Id: profile.id,
          Name: profile.name,
          'UserLicense.Name': profile.licence,
        })),
      };
    case 'PermissionSetAssignment':
      return {
        fields: ['AssigneeId', 'PermissionSet.Name', 'PermissionSet.IsOwnedByProfile'],
        rows: users.flatMap(({ id, permissionSets = [] }) => [
          permissionSetRow(id, `X${id}`, true),
          ...permissionSets.map((set) => permissionSetRow(id, set, false)),
        ]),
      };
    case 'GroupMember':
      return {
        fields: ['UserOrGroupId', 'Group.Name', 'Group.DeveloperName', 'Group.Type'],
        rows: users.flatMap(({ id, groups = [] }) =>
          groups.map((group) => ({ UserOrGroupId: id, 'Group.Name': group, 'Group.Type': 'Regular' })),
        ),
      };
    case 'UserPermissionAccess':
      return { fields: ['PermissionsManageUsers'], rows: [{ PermissionsManageUsers: true }] };
    default:
      return null;
  }
}

const permissionSetRow = (id: string, name: string, ofProfile: boolean): Row => ({
  AssigneeId: id,
  'PermissionSet.Name': name,
  'PermissionSet.IsOwnedByProfile': ofProfile,
});
