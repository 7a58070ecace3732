import { accountsOf, assertOwned, ownerOf, toUser } from './active-directory/accounts.js';
import { readDirectoryAccess } from './active-directory/access.js';
import { mappedText } from './active-directory/attributes.js';
import { domainRootOf, mapAccount } from './active-directory/context.js';
import { createAccount } from './active-directory/creation.js';
import { describeAccounts } from './active-directory/describe.js';
import { readAccountState, readPasswordPolicy, setInitialPassword } from './active-directory/logon.js';
import { DEFAULT_DIRECTORY_MAPPER_IN, DEFAULT_DIRECTORY_MAPPER_OUT } from './active-directory/maps.js';
import { leaveGroups } from './active-directory/leaver.js';
import { createDirectorySession } from './active-directory/session.js';
import { activeDirectorySettingsSchema } from './active-directory/settings.js';
import { disableAccount, enableAccount } from './active-directory/status.js';
import { terminatedGroupOf } from './active-directory/terminated-group.js';
import { updateAccount } from './active-directory/updating.js';
import { checkedSettings } from './brand.js';
import { ambiguous } from './lookup.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { UserProfile } from '../../domain/profile.js';
import type { DirectoryContext } from './active-directory/context.js';
import type { DirectoryEntry } from './active-directory/entry.js';
import type { ActiveDirectorySettings } from './active-directory/settings.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { AppUser, DirectoryConnector, KnownAccount, LookupKey } from './types.js';

const BRAND_NAME = 'Active Directory Query v2';

/** Attributes of the look-up, after the stored id (design decision 12). */
const LOOK_UP_BY = ['employeeID', 'mail', 'userPrincipalName'] as const;

/** Makes a connector for one domain; connects on first use and keeps the connection. */
export function createActiveDirectoryConnector(
  settings: ActiveDirectorySettings,
  options: ConnectorOptions,
): DirectoryConnector {
  const { instanceName, incoming, outgoing } = options;
  const { baseDn, removeGroups } = settings;
  const session = createDirectorySession(settings, options);
  const domainRoot = domainRootOf(session, baseDn);
  const context: DirectoryContext = {
    instanceName,
    session,
    accounts: accountsOf(session, baseDn, [...outgoing.targets.map(attributeName), ...incoming.sources]),
    domainRoot,
    outgoing,
    terminatedGroup: terminatedGroupOf(session, domainRoot, settings.terminatedGroup),
    mapped: { create: new WeakMap(), update: new WeakMap() },
  };

  return {
    brand: BRAND_NAME,
    readsAtOnce: true,
    lookupKeys: (profile, known, old) => lookupKeys(context, profile, known, old),
    find: (key, profile, old) => findAccount(context, key, profile, old),
    create: (profile) => createAccount(context, profile),
    update: (id, profile, _before, old) => updateAccount(context, id, profile, old),
    enable: (id, _before, enableOptions) => enableAccount(context, id, enableOptions),
    disable: (id) => disableAccount(context, id),
    ...(removeGroups === 'none' ? {} : { revokeAccess: (id: string) => leaveGroups(context, id, removeGroups) }),
    describe: () => describeAccounts(context, settings.bindDn),
    readAccess: (id) => readDirectoryAccess(context, id),
    toProfile: (user) => incoming.map(recordOf(user, incoming.sources)),
    setInitialPassword: (id, password, { mustChange }) => setInitialPassword(context, id, password, mustChange),
    readPasswordPolicy: () => readPasswordPolicy(context),
    accountState: (id) => readAccountState(session, id),
    test: () => testDirectory(context, baseDn),
    close: () => session.close(),
  };
}

/** `otherTelephone[0]` is a value of `otherTelephone`. */
const attributeName = (target: string): string => target.replace(/\[.*$/, '');

async function lookupKeys(
  context: DirectoryContext,
  profile: UserProfile,
  known: KnownAccount | null,
  old: UserProfile | undefined,
): Promise<readonly LookupKey[]> {
  const versions = [old, profile].filter((version) => version !== undefined);
  const mapped = await Promise.all(versions.map((version) => mapAccount(context, version, 'create')));
  const byValue = LOOK_UP_BY.flatMap((attribute) =>
    mapped.flatMap((account) => {
      const value = mappedText(account, attribute);
      return value === undefined ? [] : [{ attribute, value }];
    }),
  );
  return known === null || known.id === '' ? byValue : [{ attribute: 'objectGUID', value: known.id }, ...byValue];
}

/**
 * Unlike elsewhere, of several hits not even the only active one is taken: keys of a directory's accounts are unique,
 * so a second hit is a fault that somebody has to look at (spec active-directory 9.9).
 */
async function findAccount(
  context: DirectoryContext,
  key: LookupKey,
  profile: UserProfile,
  old: UserProfile | undefined,
): Promise<AppUser | null> {
  const entry = key.attribute === 'objectGUID' ? await context.accounts.byGuid(key.value) : await single(context, key);
  if (entry === null) return null;
  const versions = [old, profile].filter((version) => version !== undefined);
  const mapped = await Promise.all(versions.map((version) => mapAccount(context, version, 'create')));
  const ids = versions.flatMap(({ employeeId }) => (employeeId === undefined || employeeId === '' ? [] : [employeeId]));
  assertOwned(context.instanceName, entry, key, ownerOf(mapped, ids));
  return toUser(entry);
}

async function single({ accounts, instanceName }: DirectoryContext, key: LookupKey): Promise<DirectoryEntry | null> {
  const hits = await accounts.byAttribute(key.attribute, key.value);
  if (hits.length > 1) throw ambiguous(instanceName, key);
  return hits[0] ?? null;
}

/** The entry's attributes in the spelling that the incoming map uses. */
function recordOf(user: AppUser, names: readonly string[]): Readonly<Record<string, unknown>> {
  const entry = user.raw as DirectoryEntry;
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = entry.all(name);
      return values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values]];
    }),
  );
}

/** Signs in, refuses an anonymous session, and checks that the base exists. */
async function testDirectory({ session, accounts, instanceName }: DirectoryContext, baseDn: string): Promise<void> {
  if ((await session.whoAmI()) === '') {
    throw new ConnectorError(
      ConnectorErrorKind.Unauthorized,
      `${instanceName}: the server took the sign-in for an anonymous one; check bindDn and bindPassword.`,
      { code: '400' },
    );
  }
  if (await accounts.exists(baseDn)) return;
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${instanceName}: settings.baseDn '${baseDn}' does not exist in this directory.`,
    { code: '400' },
  );
}

/** Microsoft's Active Directory and servers that behave like it, over LDAPS or StartTLS. */
export const ACTIVE_DIRECTORY_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Active Directory over LDAPS or StartTLS, first passwords included.',
  settings: activeDirectorySettingsSchema,
  defaultMapperOut: DEFAULT_DIRECTORY_MAPPER_OUT,
  defaultMapperIn: DEFAULT_DIRECTORY_MAPPER_IN,
  create: (settings, options, fault) =>
    createActiveDirectoryConnector(checkedSettings(activeDirectorySettingsSchema, settings, fault), options),
};
