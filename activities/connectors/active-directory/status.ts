import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { ldapResultOf } from './faults.js';
import { AccountFlag, assertWritable, flagsOf, goneError, toUser } from './accounts.js';
import type { AppUser, EnableOptions } from '../types.js';
import type { DirectoryContext } from './context.js';
import type { DirectoryEntry } from './entry.js';
import type { AttributeChange } from './session.js';

/** Must be changed at the next logon; -1 = was changed just now. No other value is accepted. */
const PASSWORD_DUE = '0';
const PASSWORD_FRESH = '-1';

/** Sub-code of every refusal for a password's sake. */
const PASSWORD_REFUSED = '0000052D';

// Computed bits that some servers show and none lets write.
const COMPUTED = AccountFlag.LockedOut | AccountFlag.PasswordExpired;

/** Reads an account that is about to be written. Throws `NotFound` or `Policy`. */
export async function writableAccount(context: DirectoryContext, id: string): Promise<DirectoryEntry> {
  const entry = await context.accounts.byGuid(id);
  if (entry === null) throw goneError(context.instanceName);
  assertWritable(context.instanceName, entry);
  return entry;
}

/**
 * Enables by clearing the bits "disabled" and "password not required", in one change with the duty to set a new
 * password where the caller decides about it. An account that is enabled already is not written.
 */
export async function enableAccount(
  context: DirectoryContext,
  id: string,
  { mustChangePassword }: EnableOptions = {},
): Promise<AppUser> {
  const entry = await writableAccount(context, id);
  // The group goes first: once the account is enabled, no later attempt would come here again.
  const warnings = await context.terminatedGroup.setMembership(entry.dn, false);
  const flags = flagsOf(entry);
  const enabled = flags & ~(AccountFlag.Disabled | AccountFlag.PasswordNotRequired | COMPUTED);
  if ((flags & AccountFlag.Disabled) === 0 && enabled === (flags & ~COMPUTED)) return toUser(entry, warnings);
  const duty: readonly AttributeChange[] = mustChangePassword === undefined ? [] : [passwordDuty(mustChangePassword)];
  await context.session.modify(entry.dn, [replaceFlags(enabled), ...duty]).catch((error: unknown) => {
    throw withoutPassword(context, error);
  });
  return reread(context, id, warnings);
}

/** Windows does not enable an account without a password, and says so in the words for a bad one. */
function withoutPassword({ instanceName }: DirectoryContext, error: unknown): unknown {
  if (ldapResultOf(error)?.subCode !== PASSWORD_REFUSED) return error;
  return new ConnectorError(
    ConnectorErrorKind.Policy,
    `${instanceName}: the account cannot be enabled because it has no password that fits the domain's rules; set one first.`,
    { code: '400', cause: error },
  );
}

/** Disables by setting one bit; all other flags stay. An account that is disabled already is not written. */
export async function disableAccount(context: DirectoryContext, id: string): Promise<AppUser> {
  const entry = await writableAccount(context, id);
  const warnings = await context.terminatedGroup.setMembership(entry.dn, true);
  const flags = flagsOf(entry);
  if ((flags & AccountFlag.Disabled) !== 0) return toUser(entry, warnings);
  await context.session.modify(entry.dn, [replaceFlags((flags | AccountFlag.Disabled) & ~COMPUTED)]);
  return reread(context, id, warnings);
}

/** The change of `pwdLastSet` that demands a new password at the next logon, or lifts that duty. */
export const passwordDuty = (mustChange: boolean): AttributeChange => ({
  operation: 'replace',
  attribute: 'pwdLastSet',
  values: [mustChange ? PASSWORD_DUE : PASSWORD_FRESH],
});

/** Reads an account after a write. */
export async function reread(
  context: DirectoryContext,
  id: string,
  warnings: readonly string[] = [],
): Promise<AppUser> {
  const entry = await context.accounts.byGuid(id);
  if (entry === null) throw goneError(context.instanceName);
  return toUser(entry, warnings);
}

const replaceFlags = (flags: number): AttributeChange => ({
  operation: 'replace',
  attribute: 'userAccountControl',
  values: [String(flags)],
});
