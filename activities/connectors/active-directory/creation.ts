import { escapeFilter } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { AccountFlag, goneError, toUser } from './accounts.js';
import { attributesToAdd, mappedText } from './attributes.js';
import { mapAccount } from './context.js';
import { escapeDnValue, formatDn, parentDn, parseDn } from './dn.js';
import { ldapResultOf, LdapCode } from './faults.js';
import { resolveManager } from './manager.js';
import { accountNameBase, accountNameCandidate, commonNameCandidate, firstFree } from './names.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AppUser } from '../types.js';
import type { MappedAccount } from './attributes.js';
import type { DirectoryContext } from './context.js';

const OBJECT_CLASSES = ['top', 'person', 'organizationalPerson', 'user'] as const;

/** Disabled, with a password required (design decision 12). Left out, the directory would choose 546. */
const NEW_ACCOUNT_FLAGS = String(AccountFlag.NormalAccount | AccountFlag.Disabled);

/** Creators of one name at one moment; more rounds mean that something else is wrong. */
const MOST_ROUNDS = 25;

/** Where a new account goes and what it is to be called. */
interface Plan {
  readonly container: string;
  /** A complete name from the map, which leaves no choice. */
  readonly fixedDn: string | undefined;
  readonly cn: string;
  readonly accountName: string;
}

/** Names that the directory refused as taken although no search had shown them, lower case. */
interface Taken {
  readonly accountNames: Set<string>;
  readonly cns: Set<string>;
}

/**
 * Adds a disabled account without a password, under the first free account name and the first free name in its
 * container. Creators at the same moment get different names: the directory lets one of them have a name, the others
 * choose again.
 *
 * @throws ConnectorError `Validation` when the map lacks name or container, `Configuration` when the container does not
 *   exist, `Conflict` when the person's account or principal name exists already
 */
export async function createAccount(context: DirectoryContext, profile: UserProfile): Promise<AppUser> {
  const mapped = await mapAccount(context, profile, 'create');
  const plan = planOf(mapped, context.outgoing.name);
  const attributes = attributesToAdd(mapped);
  await assertContainer(context, plan.container);
  await assertPrincipalNameFree(context, mappedText(mapped, 'userPrincipalName'), null);
  const manager = await resolveManager(context.accounts, mapped);
  const taken: Taken = { accountNames: new Set(), cns: new Set() };

  for (let round = 0; round < MOST_ROUNDS; round++) {
    const accountName = await freeAccountName(context, plan.accountName, taken.accountNames);
    const dn = plan.fixedDn ?? (await freeDn(context, plan.container, plan.cn, taken.cns));
    try {
      await context.session.add(dn, {
        objectClass: OBJECT_CLASSES,
        ...attributes,
        sAMAccountName: accountName,
        userAccountControl: NEW_ACCOUNT_FLAGS,
        ...(manager.dn === undefined ? {} : { manager: manager.dn }),
      });
    } catch (error) {
      if (ldapResultOf(error)?.code !== LdapCode.EntryAlreadyExists) throw error;
      await learnFromCollision(context, mapped, plan, { dn, accountName }, taken);
      continue;
    }
    const entry = await context.accounts.byDn(dn);
    if (entry === null) throw goneError(context.instanceName);
    return toUser(entry, manager.warning === undefined ? [] : [manager.warning]);
  }
  throw conflict(context, `no free name was found in ${MOST_ROUNDS} rounds; try again later`);
}

/** The first free form of an account name in the domain. */
export async function freeAccountName(
  { session, domainRoot }: DirectoryContext,
  base: string,
  taken: ReadonlySet<string>,
): Promise<string> {
  const place = { base: await domainRoot(), scope: 'sub', attribute: 'sAMAccountName' } as const;
  return firstFree(session, place, (number) => accountNameCandidate(base, number), taken);
}

/**
 * Refuses a principal name that another account has: not every Windows version does.
 *
 * @param ownGuid the account that may have it
 */
export async function assertPrincipalNameFree(
  context: DirectoryContext,
  principalName: string | undefined,
  ownGuid: string | null,
): Promise<void> {
  if (principalName === undefined) return;
  const holders = await context.accounts.byAttribute('userPrincipalName', principalName, await context.domainRoot());
  if (holders.some(({ guid }) => guid !== ownGuid)) {
    throw conflict(context, 'the userPrincipalName belongs to another account');
  }
}

/** Refuses a container that is not there, before anything is written. The message names it: it is no person. */
export async function assertContainer({ accounts, outgoing }: DirectoryContext, container: string): Promise<void> {
  if (await accounts.exists(container)) return;
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `The container '${container}' does not exist; create it or correct the rule for ou in mapper ${outgoing.name}.`,
    { code: '400' },
  );
}

/** The container that a mapped profile asks for; `undefined` when the map has no rule or the rule gave nothing. */
export function containerOf({ ou, dn }: MappedAccount): string | undefined {
  if (dn !== undefined) return parentDn(dn) || undefined;
  return ou === undefined ? undefined : formatDn(parseDn(ou) ?? []) || undefined;
}

function planOf(mapped: MappedAccount, mapper: string): Plan {
  const container = containerOf(mapped);
  if (mapped.accountName === undefined) throw missing(mapper, 'sAMAccountName');
  if (container === undefined) throw missing(mapper, 'ou (the distinguished name of the container)');
  if (mapped.cn === undefined && mapped.dn === undefined) throw missing(mapper, 'cn');
  return {
    container,
    fixedDn: mapped.dn === undefined ? undefined : formatDn(parseDn(mapped.dn) ?? []),
    cn: mapped.cn ?? '',
    accountName: accountNameBase(mapped.accountName),
  };
}

async function freeDn(
  { session }: DirectoryContext,
  container: string,
  base: string,
  taken: ReadonlySet<string>,
): Promise<string> {
  const place = { base: container, scope: 'one', attribute: 'cn' } as const;
  const cn = await firstFree(session, place, (number) => commonNameCandidate(base, number), taken);
  return `CN=${escapeDnValue(cn)},${container}`;
}

/**
 * Code 68 stands for a taken name of the entry and for a taken account name; servers differ in their sub-codes, so only
 * a second look tells (spec active-directory 10).
 */
async function learnFromCollision(
  context: DirectoryContext,
  mapped: MappedAccount,
  plan: Plan,
  tried: { readonly dn: string; readonly accountName: string },
  taken: Taken,
): Promise<void> {
  const { accounts, session, domainRoot } = context;
  for (const attribute of ['employeeID', 'mail'] as const) {
    const value = mappedText(mapped, attribute);
    if (value !== undefined && (await accounts.byAttribute(attribute, value)).length > 0) {
      throw conflict(context, `an account with this ${attribute} appeared meanwhile`);
    }
  }
  if (await accounts.exists(tried.dn)) {
    if (plan.fixedDn !== undefined) throw conflict(context, 'the mapped dn is taken');
    taken.cns.add((parseDn(tried.dn)?.[0]?.[0]?.value ?? '').toLowerCase());
    return;
  }
  const filter = `(sAMAccountName=${escapeFilter`${tried.accountName}`})`;
  const holders = await session.search(await domainRoot(), { filter, scope: 'sub', attributes: ['sAMAccountName'] });
  // Taken out of this account's sight, or by a creation that another server has not told this one about yet.
  if (holders.length === 0) taken.accountNames.add(tried.accountName.toLowerCase());
}

const missing = (mapper: string, what: string): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Validation,
    `Mapper ${mapper} gives no ${what} for this person; add a rule that does, then try again.`,
    { code: '400' },
  );

const conflict = ({ instanceName }: DirectoryContext, why: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Conflict, `${instanceName}: ${why}.`, { code: '409' });
