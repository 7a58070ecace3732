import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { toUser } from './accounts.js';
import { attributeChanges, faultsOf, invalid, mappedText } from './attributes.js';
import { mapAccount } from './context.js';
import { assertContainer, assertPrincipalNameFree, containerOf, freeAccountName } from './creation.js';
import { formatRelativeName, ownName, parentDn, sameDn } from './dn.js';
import { isLdapCode, LdapCode } from './faults.js';
import { resolveManager } from './manager.js';
import { accountNameBase, isFormOf } from './names.js';
import { reread, writableAccount } from './status.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AppUser } from '../types.js';
import type { MappedAccount } from './attributes.js';
import type { DirectoryContext } from './context.js';
import type { DirectoryEntry } from './entry.js';
import type { AttributeChange } from './session.js';

/**
 * Brings an account to its mapped values, writing differences only. Account name and container are touched only when
 * their *mapped* values differ between `old` and `profile`, so that a number in a name and an administrator's move stay
 * (design decision 12). The common name never changes.
 *
 * Values that the directory refuses do not keep the others from being written; they are named in the error.
 */
export async function updateAccount(
  context: DirectoryContext,
  id: string,
  profile: UserProfile,
  old: UserProfile | undefined,
): Promise<AppUser> {
  const entry = await writableAccount(context, id);
  const mapped = await mapAccount(context, profile, 'update');
  const before = old === undefined ? undefined : await mapAccount(context, old, 'create');
  const after = await mapAccount(context, profile, 'create');
  const manager = await resolveManager(context.accounts, mapped);
  const warnings = manager.warning === undefined ? [] : [manager.warning];

  const changes = attributeChanges(mapped.attributes, entry);
  if (changes.some(({ attribute }) => attribute.toLowerCase() === 'userprincipalname')) {
    await assertPrincipalNameFree(context, mappedText(mapped, 'userPrincipalName'), entry.guid);
  }
  changes.push(...(await accountNameChange(context, entry, before, after)), ...managerChange(entry, manager.dn));
  const target = newContainer(entry, before, after);
  if (target !== undefined) await assertContainer(context, target);

  const faults = [...faultsOf(mapped.attributes), ...(await writeChanges(context, entry.dn, changes))];
  if (target !== undefined) await move(context, entry.dn, target);
  if (faults.length > 0) throw invalid(faults);
  return changes.length === 0 && target === undefined ? toUser(entry, warnings) : reread(context, id, warnings);
}

async function accountNameChange(
  context: DirectoryContext,
  entry: DirectoryEntry,
  before: MappedAccount | undefined,
  after: MappedAccount,
): Promise<readonly AttributeChange[]> {
  if (before?.accountName === undefined || after.accountName === undefined) return [];
  if (before.accountName.toLowerCase() === after.accountName.toLowerCase()) return [];
  const base = accountNameBase(after.accountName);
  if (isFormOf(entry.get('sAMAccountName') ?? '', base)) return [];
  const name = await freeAccountName(context, base, new Set());
  return [{ operation: 'replace', attribute: 'sAMAccountName', values: [name] }];
}

function managerChange(entry: DirectoryEntry, dn: string | undefined): readonly AttributeChange[] {
  const current = entry.get('manager');
  if (dn === undefined || (current !== undefined && sameDn(current, dn))) return [];
  return [{ operation: 'replace', attribute: 'manager', values: [dn] }];
}

/** The container to move to, `undefined` when the account stays where it is. */
function newContainer(
  entry: DirectoryEntry,
  before: MappedAccount | undefined,
  after: MappedAccount,
): string | undefined {
  const target = containerOf(after);
  const former = before === undefined ? undefined : containerOf(before);
  if (target === undefined || former === undefined || sameDn(former, target)) return undefined;
  return sameDn(parentDn(entry.dn), target) ? undefined : target;
}

async function move(context: DirectoryContext, dn: string, target: string): Promise<void> {
  try {
    await context.session.rename(dn, `${formatRelativeName(ownName(dn))},${target}`);
  } catch (error) {
    if (!isLdapCode(error, LdapCode.EntryAlreadyExists)) throw error;
    throw new ConnectorError(
      ConnectorErrorKind.Conflict,
      `${context.instanceName}: the container '${target}' holds another entry of this name already; rename one of the two.`,
      { code: '409', cause: error },
    );
  }
}

/** Writes all changes at once; where the directory refuses a value, one by one, so that only the faulty ones fail. */
async function writeChanges(
  { session }: DirectoryContext,
  dn: string,
  changes: readonly AttributeChange[],
): Promise<readonly string[]> {
  if (changes.length === 0) return [];
  try {
    await session.modify(dn, changes);
    return [];
  } catch (error) {
    if (!isRefusedValue(error) || changes.length === 1) throw error;
  }
  const faults: string[] = [];
  for (const change of changes) {
    try {
      await session.modify(dn, [change]);
    } catch (error) {
      if (!isRefusedValue(error)) throw error;
      faults.push(`${change.attribute} (${error.message})`);
    }
  }
  return faults;
}

const isRefusedValue = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.kind === ConnectorErrorKind.Validation;
