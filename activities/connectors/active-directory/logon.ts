import { AccountFlag, flagsOf } from './accounts.js';
import { guidBase, isGuid } from './guid.js';
import { isLdapCode, LdapCode } from './faults.js';
import { passwordDuty, writableAccount } from './status.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { AccountState, PasswordPolicy } from '../types.js';
import type { DirectoryContext } from './context.js';
import type { DirectorySession } from './session.js';

/** `pwdProperties` bit of the complexity rule. */
const COMPLEXITY = 1;

/**
 * Resets a password, in one change with the duty to choose a new one at the next logon. Without that duty the reset
 * itself counts as a change made now.
 *
 * @throws ConnectorError of kind `Policy` when the domain's rules refuse the password; never with the password
 */
export async function setInitialPassword(
  context: DirectoryContext,
  id: string,
  password: string,
  mustChange: boolean,
): Promise<void> {
  if (password === '') {
    throw new ConnectorError(ConnectorErrorKind.Validation, 'A password must not be empty.', { code: '400' });
  }
  const { dn } = await writableAccount(context, id);
  await context.session.modify(dn, [
    { operation: 'replace', attribute: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] },
    ...(mustChange ? [passwordDuty(true)] : []),
  ]);
}

/** The domain's rules for passwords, from its root object. */
export async function readPasswordPolicy({ session, domainRoot }: DirectoryContext): Promise<PasswordPolicy> {
  const search = { filter: '(objectClass=*)', scope: 'base', attributes: ['minPwdLength', 'pwdProperties'] } as const;
  const [root] = await session.search(await domainRoot(), search);
  return {
    minLength: Number(root?.get('minPwdLength') ?? 0),
    complexity: (Number(root?.get('pwdProperties') ?? COMPLEXITY) & COMPLEXITY) !== 0,
  };
}

/** What the directory says about an account's logon now; `null` when no account has this id. */
export async function readAccountState(session: DirectorySession, id: string): Promise<AccountState | null> {
  if (!isGuid(id)) return null;
  const attributes = [
    'sAMAccountName',
    'displayName',
    'userAccountControl',
    'msDS-User-Account-Control-Computed',
    'pwdLastSet',
  ];
  const search = { filter: '(objectClass=user)', scope: 'base', attributes } as const;
  const found = await session.search(guidBase(id), search).catch((error: unknown) => {
    if (isLdapCode(error, LdapCode.NoSuchObject)) return [];
    throw error;
  });
  const [entry] = found;
  if (entry === undefined) return null;
  const computed = Number(entry.get('msDS-User-Account-Control-Computed') ?? 0);
  return {
    enabled: (flagsOf(entry) & AccountFlag.Disabled) === 0,
    locked: (computed & AccountFlag.LockedOut) !== 0,
    mustChangePassword: entry.get('pwdLastSet') === '0',
    passwordExpired: (computed & AccountFlag.PasswordExpired) !== 0,
    accountName: entry.get('sAMAccountName') ?? '',
    displayName: entry.get('displayName') ?? '',
  };
}
