import { escapeFilter } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { mappedText } from './attributes.js';
import { isLdapCode, LdapCode } from './faults.js';
import { guidBase, isGuid } from './guid.js';
import type { AppUser, LookupKey } from '../types.js';
import type { MappedAccount } from './attributes.js';
import type { DirectoryEntry } from './entry.js';
import type { DirectorySession } from './session.js';

/** Bits of `userAccountControl` (spec active-directory 9.1). */
export const AccountFlag = {
  Disabled: 2,
  LockedOut: 16,
  PasswordNotRequired: 32,
  NormalAccount: 512,
  PasswordNeverExpires: 65_536,
  PasswordExpired: 8_388_608,
} as const;

/** What every read of an account asks for, beside mapped attributes. */
const ALWAYS_READ = [
  'objectGUID',
  'sAMAccountName',
  'userPrincipalName',
  'mail',
  'employeeID',
  'displayName',
  'userAccountControl',
  'adminCount',
  'isCriticalSystemObject',
  'manager',
] as const;

const IS_USER = '(objectClass=user)(objectCategory=person)';

/** Reads accounts of one directory. */
export interface Accounts {
  /** Accounts whose attribute has this value, below the configured base unless another one is given. */
  byAttribute(attribute: string, value: string, base?: string): Promise<readonly DirectoryEntry[]>;
  /** `null` when the id is unknown, or belongs to something that is no person's account. */
  byGuid(guid: string): Promise<DirectoryEntry | null>;
  byDn(dn: string): Promise<DirectoryEntry | null>;
  exists(dn: string): Promise<boolean>;
}

/** Makes the reader. `attributes` are read beside those that every decision needs. */
export function accountsOf(session: DirectorySession, baseDn: string, attributes: readonly string[]): Accounts {
  const named = [...new Set([...ALWAYS_READ, ...attributes])];

  const one = async (base: string): Promise<DirectoryEntry | null> => {
    const found = await absentAsEmpty(() =>
      session.search(base, { filter: `(&${IS_USER})`, scope: 'base', attributes: named }),
    );
    return found[0] ?? null;
  };

  return {
    byAttribute: (attribute, value, base = baseDn) =>
      session.search(base, {
        filter: `(&${IS_USER}(${attribute}=${escapeFilter`${value}`}))`,
        scope: 'sub',
        attributes: named,
      }),
    byGuid: (guid) => (isGuid(guid) ? one(guidBase(guid)) : Promise.resolve(null)),
    byDn: one,
    exists: async (dn) => {
      const search = { filter: '(objectClass=*)', scope: 'base', attributes: ['objectClass'] } as const;
      return (await absentAsEmpty(() => session.search(dn, search))).length > 0;
    },
  };
}

/** A missing search base means "not there" where the base is the entry asked for. */
async function absentAsEmpty(search: () => Promise<readonly DirectoryEntry[]>): Promise<readonly DirectoryEntry[]> {
  try {
    return await search();
  } catch (error) {
    if (isLdapCode(error, LdapCode.NoSuchObject)) return [];
    throw error;
  }
}

/** `userAccountControl` as a number; an account without a readable one counts as disabled. */
export const flagsOf = (entry: DirectoryEntry): number =>
  Number(entry.get('userAccountControl') ?? AccountFlag.Disabled | AccountFlag.NormalAccount);

/** The account as commands see it; `raw` is the {@link DirectoryEntry}. */
export function toUser(entry: DirectoryEntry, warnings: readonly string[] = []): AppUser {
  return {
    id: entry.guid,
    username: entry.get('sAMAccountName') ?? null,
    email: entry.get('mail') ?? null,
    active: (flagsOf(entry) & AccountFlag.Disabled) === 0,
    raw: entry,
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** The keys by which a person's account may be told, from the mapped profiles (now and before the change). */
export interface Owner {
  readonly employeeIds: readonly string[];
  readonly emails: readonly string[];
}

/** Who an account has to belong to. */
export function ownerOf(accounts: readonly MappedAccount[], fallbackIds: readonly string[]): Owner {
  const valuesOf = (name: string): readonly string[] =>
    accounts.flatMap((account) => mappedText(account, name)?.toLowerCase() ?? []);
  const ids = valuesOf('employeeID');
  return {
    employeeIds: ids.length > 0 ? ids : fallbackIds.map((id) => id.toLowerCase()),
    emails: valuesOf('mail'),
  };
}

/**
 * Checks that a found account is this person's: its `employeeID`, or where that is empty its `mail` (design decision
 * 12). Anything else is a `Conflict`, so that nobody else's account is ever written.
 */
export function assertOwned(instanceName: string, entry: DirectoryEntry, key: LookupKey, owner: Owner): void {
  const employeeId = entry.get('employeeID')?.toLowerCase() ?? '';
  const owned =
    employeeId === ''
      ? owner.emails.includes(entry.get('mail')?.toLowerCase() ?? '')
      : owner.employeeIds.includes(employeeId);
  if (owned) return;
  throw new ConnectorError(
    ConnectorErrorKind.Conflict,
    `${instanceName}: the account found by ${key.attribute} belongs to somebody else (another employeeID or mail); correct one of the two.`,
    { code: '409' },
  );
}

/** Refuses accounts that guard the domain itself (design decision 12). */
export function assertWritable(instanceName: string, entry: DirectoryEntry): void {
  const guarded = entry.get('adminCount') === '1' || entry.get('isCriticalSystemObject')?.toUpperCase() === 'TRUE';
  if (!guarded) return;
  throw new ConnectorError(
    ConnectorErrorKind.Policy,
    `${instanceName}: the account is privileged (adminCount or isCriticalSystemObject) and is never written; change it by hand.`,
    { code: '400' },
  );
}

/** The error for an account that was there at the look-up and is not any more. */
export const goneError = (instanceName: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the account does not exist any more.`, {
    code: '404',
  });
