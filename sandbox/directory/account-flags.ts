import { LdapRefusal, ResultCode, attributeRefusal } from './ldap-result.js';
import type { StoredEntry } from './tree.js';

/** Bits of `userAccountControl` that the directory treats (spec active-directory 9.1). */
export const UserFlag = {
  Disabled: 2,
  LockedOut: 16,
  PasswordNotRequired: 32,
  NormalAccount: 512,
  PasswordNeverExpires: 65_536,
  PasswordExpired: 8_388_608,
} as const;

/** What a new account gets that names no flags: disabled, no password required. */
export const DEFAULT_FLAGS = UserFlag.NormalAccount | UserFlag.Disabled | UserFlag.PasswordNotRequired;

/** Accounts of domains, workstations and servers; a user's account is none of them. */
const OTHER_ACCOUNT_TYPES = 256 | 2048 | 4096 | 8192;

/** Everything that a user's account may carry ([MS-ADTS] 2.2.16). */
const ALLOWED = 1 | 8 | 64 | 128 | 131_072 | 262_144 | 524_288 | 1_048_576 | 2_097_152 | 4_194_304 | 16_777_216;

const COMPUTED = UserFlag.LockedOut | UserFlag.PasswordExpired;

const SETTABLE =
  ALLOWED |
  COMPUTED |
  UserFlag.Disabled |
  UserFlag.PasswordNotRequired |
  UserFlag.NormalAccount |
  UserFlag.PasswordNeverExpires;

/** Whether an account has a flag. */
export const hasFlag = (entry: StoredEntry, flag: number): boolean =>
  (Number(entry.attributes['useraccountcontrol']?.[0] ?? 0) & flag) !== 0;

/**
 * The flags as they are stored: computed bits are dropped, a missing account type becomes that of a user.
 *
 * @throws LdapRefusal for a text that is no number (21), another account type or an unknown bit (80)
 */
export function checkedFlags(text: string): string {
  if (!/^-?\d{1,10}$/.test(text)) {
    throw attributeRefusal(
      ResultCode.InvalidAttributeSyntax,
      '00000057',
      'userAccountControl',
      'problem 1001 (NO_ATTRIBUTE_OR_VAL)',
    );
  }
  const flags = Number(text);
  if (flags < 0 || (flags & OTHER_ACCOUNT_TYPES) !== 0 || (flags & ~SETTABLE) !== 0) {
    throw new LdapRefusal(
      ResultCode.Other,
      '00000057',
      'SysErr: userAccountControl holds a flag that a user cannot have, problem 22 (Invalid argument), data 0',
    );
  }
  return String((flags & ~COMPUTED) | UserFlag.NormalAccount);
}

// Not allowed in an account name on Windows, and neither are control characters.
const FORBIDDEN_IN_NAME = /["/\\[\]:;|=,+*?<>\u0000-\u001f]/u;
const LONGEST_ACCOUNT_NAME = 20;

/** @throws LdapRefusal (80, 00000523) for an account name that Windows does not take */
export function checkAccountName(name: string, isUser: boolean): void {
  const tooLong = isUser && name.length > LONGEST_ACCOUNT_NAME;
  if (!tooLong && !FORBIDDEN_IN_NAME.test(name) && !name.endsWith('.') && name.trim() === name) return;
  throw new LdapRefusal(
    ResultCode.Other,
    '00000523',
    'SysErr: the account name is not allowed, problem 22 (Invalid argument), data 0',
  );
}
