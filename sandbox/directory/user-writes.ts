import { randomBytes } from 'node:crypto';

import { DEFAULT_FLAGS, UserFlag, checkAccountName, checkedFlags } from './account-flags.js';
import { applyChange } from './attribute-changes.js';
import type { Draft } from './attribute-changes.js';
import { LdapRefusal, ResultCode } from './ldap-result.js';
import { checkPassword, decodePassword, isPassword, policyRefusal, secretOf } from './passwords.js';
import type { PasswordRule } from './passwords.js';
import type { AttributeChange } from './protocol.js';
import type { DirectoryTree, StoredEntry } from './tree.js';

/** What writing needs to know. */
export interface WriteContext {
  readonly tree: DirectoryTree;
  readonly passwordRule: PasswordRule;
  readonly now: Date;
}

const FILETIME_EPOCH_MS = 11_644_473_600_000;

/** A time as Windows counts it: units of 100 nanoseconds since 1601. */
export const fileTime = (now: Date): string => String(BigInt(now.getTime() + FILETIME_EPOCH_MS) * 10_000n);

/**
 * An entry with changes applied, passwords and account rules included. Nothing is stored.
 *
 * @throws LdapRefusal when the directory does not allow one of them
 */
export function changed(
  context: WriteContext,
  entry: StoredEntry,
  changes: readonly AttributeChange[],
  isNew: boolean,
): StoredEntry {
  const passwords = changes.filter(({ type }) => type.toLowerCase() === 'unicodepwd');
  const draft: Draft = { ...entry.attributes };
  for (const change of changes) {
    if (!passwords.includes(change)) applyChange(context.tree, draft, change, isNew);
  }
  const isUser = (draft['objectclass'] ?? []).some((one) => one.toLowerCase() === 'user');
  const isGroup = (draft['objectclass'] ?? []).some((one) => one.toLowerCase() === 'group');
  if (isUser || isGroup) checkNames(context.tree, entry.id, draft, isUser);
  if (!isUser) return { ...entry, attributes: draft };
  checkUser(draft, changes, context.now);
  const secret = newSecret(context, { ...entry, attributes: draft }, passwords);
  if (secret !== null && !changes.some(({ type }) => type.toLowerCase() === 'pwdlastset')) {
    draft['pwdlastset'] = [fileTime(context.now)];
  }
  const result: StoredEntry = { ...entry, attributes: draft, ...(secret === null ? {} : { secret }) };
  if (isEnabledWithoutPassword(result)) throw policyRefusal();
  return result;
}

function checkNames(tree: DirectoryTree, id: string, draft: Draft, isUser: boolean): void {
  const accountName = draft['samaccountname']?.[0];
  if (accountName === undefined) {
    draft['samaccountname'] = [`$${randomBytes(6).toString('hex').toUpperCase()}`];
  } else checkAccountName(accountName, isUser);
  const isTaken = (attribute: string): boolean => {
    const [value] = draft[attribute] ?? [];
    return value !== undefined && tree.having(attribute, value).some((other) => other.id !== id);
  };
  if (isTaken('samaccountname')) {
    throw new LdapRefusal(
      ResultCode.EntryAlreadyExists,
      '00000524',
      'UpdErr: the account name is taken, problem 6005 (ENTRY_EXISTS), data 0',
    );
  }
  if (isTaken('userprincipalname')) {
    throw new LdapRefusal(
      ResultCode.ConstraintViolation,
      '000021C8',
      'AtrErr: problem 1005 (CONSTRAINT_ATT_TYPE): the userPrincipalName is taken, data 0',
    );
  }
}

function checkUser(draft: Draft, changes: readonly AttributeChange[], now: Date): void {
  const [flags] = draft['useraccountcontrol'] ?? [String(DEFAULT_FLAGS)];
  draft['useraccountcontrol'] = [checkedFlags(flags ?? '')];
  const [lastSet] = draft['pwdlastset'] ?? ['0'];
  const isWritten = changes.some(({ type }) => type.toLowerCase() === 'pwdlastset');
  if (isWritten && lastSet !== '0' && lastSet !== '-1') {
    throw new LdapRefusal(
      ResultCode.Other,
      '00000057',
      'SysErr: pwdLastSet must be 0 or -1, problem 22 (Invalid argument), data 0',
    );
  }
  draft['pwdlastset'] = [lastSet === '-1' ? fileTime(now) : (lastSet ?? '0')];
}

/** A password is reset by `replace` and changed by its owner by `delete` and `add` (spec active-directory 9.3). */
function newSecret(
  { passwordRule }: WriteContext,
  entry: StoredEntry,
  changes: readonly AttributeChange[],
): string | null {
  if (changes.length === 0) return null;
  const old = changes.find(({ operation }) => operation === 'delete');
  const added = changes.find(({ operation }) => operation !== 'delete');
  const isOwnChange = added?.operation === 'add' && entry.secret !== undefined;
  if (added === undefined || (isOwnChange && old === undefined)) {
    throw new LdapRefusal(
      ResultCode.UnwillingToPerform,
      '00002035',
      'SvcErr: a password is replaced, or deleted and added, problem 5003 (WILL_NOT_PERFORM), data 0',
    );
  }
  if (old !== undefined && !isPassword(entry, decodePassword(old.values[0]))) {
    throw new LdapRefusal(
      ResultCode.ConstraintViolation,
      '00000056',
      'AtrErr: the old password is wrong, problem 1005 (CONSTRAINT_ATT_TYPE), data 0',
    );
  }
  const password = decodePassword(added.values[0]);
  checkPassword(password, passwordRule, entry);
  return secretOf(password);
}

function isEnabledWithoutPassword({ secret, attributes }: StoredEntry): boolean {
  const flags = Number(attributes['useraccountcontrol']?.[0] ?? 0);
  return secret === undefined && (flags & (UserFlag.Disabled | UserFlag.PasswordNotRequired)) === 0;
}
