import type { PersonDocument } from '../../activities/store/person-document.js';
import type { ReadAccount } from '../whole/support/directory-reader.js';
import type { LifePerson } from './life-person.js';

/**
 * Judges what the service made of a life, by rules of its own: nothing here comes from the rules that it judges.
 * Days follow the example configuration: known two weeks ahead, enabled in the directory two days ahead.
 */

/** What can be seen of a person. */
export interface Seen {
  readonly row: Readonly<Record<string, unknown>> | undefined;
  readonly person: PersonDocument | undefined;
  readonly hasProposal: boolean;
  readonly directory: readonly ReadAccount[];
  /** Per application, whether each account of the person's address is active. */
  readonly applications: Readonly<Record<string, readonly boolean[]>>;
}

/** Column of the report and the profile field that must say the same. */
const SAME: readonly (readonly [column: string, field: string])[] = [
  ['Email_Address', 'email'],
  ['User_Name', 'username'],
  ['Emp_ID', 'employeeId'],
  ['Preferred_Name', 'displayName'],
  ['Title', 'title'],
  ['Department', 'department'],
  ['Location', 'location'],
  ['Employment_Status', 'employmentStatus'],
  ['Last_Hire_Date', 'hireDate'],
];
const ENABLED_WITHIN_DAYS = 2;

/** Everything that is wrong about a person in a quiet moment; empty when all is well. */
export function faultsOf(life: LifePerson, seen: Seen): string[] {
  return [...bookkeeping(seen), ...doubles(seen), ...standing(life, seen)];
}

function bookkeeping({ person, hasProposal }: Seen): string[] {
  if (person === undefined) return hasProposal ? ['a temporary profile without a person'] : [];
  const { profile = {}, queue, intents = {} } = person;
  return [
    ...(hasProposal ? ['a temporary profile is left'] : []),
    ...(queue.length > 0 ? [`${queue.length} turns are held`] : []),
    ...(Object.keys(intents).length > 0 ? [`commands without outcome: ${Object.keys(intents).join(', ')}`] : []),
    ...(profile.isTemporaryUser === true ? ['the profile is temporary'] : []),
    ...(profile.isProcessed === true ? ['the profile is in process'] : []),
  ];
}

function doubles({ directory, applications }: Seen): string[] {
  return Object.entries({ 'Active Directory': directory, ...applications })
    .filter(([, accounts]) => accounts.length > 1)
    .map(([name, accounts]) => `${accounts.length} accounts in ${name}`);
}

function standing(life: LifePerson, seen: Seen): string[] {
  if (!life.isKnown) return unknown(seen);
  if (life.employment === 'left' || (life.employment === 'removed' && !life.isKept)) return gone(seen);
  // Nothing of a kept person's row is left to compare with.
  return [...(life.employment === 'removed' ? [] : sameAsReport(seen)), ...employed(life, seen)];
}

function unknown({ person, directory, applications }: Seen): string[] {
  const accounts = directory.length + Object.values(applications).flat().length;
  return [
    ...(person?.profile === undefined ? [] : ['a profile of somebody who is not due']),
    ...(accounts === 0 ? [] : [`${accounts} accounts of somebody who is not due`]),
  ];
}

function gone({ person, directory, applications }: Seen): string[] {
  const status = person?.profile?.adAccountStatus;
  return [
    ...(person?.profile?.active === false ? [] : ['the profile of a leaver is active']),
    ...(directory.length > 0 && status !== 'Disabled' ? [`the status of a leaver is '${String(status)}'`] : []),
    ...(directory.some(({ enabled }) => enabled) ? ['the directory account of a leaver is enabled'] : []),
    ...Object.entries(applications)
      .filter(([, accounts]) => accounts.includes(true))
      .map(([name]) => `the account of a leaver in ${name} is enabled`),
  ];
}

function employed({ startsIn, employment }: LifePerson, { person, directory, applications }: Seen): string[] {
  const profile = person?.profile ?? {};
  // Nobody is enabled or disabled for a date that no report names any more: a kept person stays as they were.
  const isDue = employment === 'removed' ? profile.adAccountStatus === 'Enabled' : startsIn <= ENABLED_WITHIN_DAYS;
  const status = isDue ? 'Enabled' : 'Pending';
  return [
    ...(profile.active === true ? [] : ['the profile is not active']),
    ...(profile.adAccountStatus === status
      ? []
      : [`the status is '${String(profile.adAccountStatus)}', not ${status}`]),
    ...(directory.length === 1 && directory[0]?.enabled === isDue
      ? []
      : [`directory: ${directory.map(({ enabled }) => (enabled ? 'enabled' : 'disabled')).join() || 'no account'}`]),
    ...Object.entries(applications)
      .filter(([, accounts]) => !accounts.includes(true))
      .map(([name, accounts]) => `${name}: ${accounts.length === 0 ? 'no account' : 'disabled'}`),
  ];
}

function sameAsReport({ row = {}, person }: Seen): string[] {
  const profile: Readonly<Record<string, unknown>> = person?.profile ?? {};
  return SAME.filter(([column, field]) => (row[column] ?? '') !== (profile[field] ?? '')).map(
    ([column, field]) => `${field} is '${String(profile[field])}', the report says '${String(row[column])}'`,
  );
}
