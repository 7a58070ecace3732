import { escapeFilter } from 'ldapts';

import { PSEUDO_ATTRIBUTES } from './attributes.js';
import { parseDn } from './dn.js';
import type { DirectoryContext } from './context.js';
import type { DirectorySession } from './session.js';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  sAMAccountName: 'Account name, a proposal: 20 characters, numbered when taken; never changed by an ordinary update',
  userPrincipalName: 'Name to sign in with, unique in the forest',
  cn: 'Name of the entry in its container, set on create only',
  mail: 'E-mail address',
  givenName: 'Given name',
  sn: 'Family name',
  displayName: 'Name to show',
  employeeID: 'Employee id, 16 characters at most; accounts are found by it',
  title: 'Job title',
  department: 'Department',
  company: 'Company',
  c: 'Country as a two-letter code',
  co: 'Country as a name',
  st: 'State',
  l: 'City',
  streetAddress: 'Street',
  postalCode: 'Postal code',
  mobile: 'Mobile phone',
  telephoneNumber: 'Phone at work',
  manager: 'Distinguished name or mail address of the manager',
};

/** Writable attributes: those the directory allows on a user, as far as it tells, and the connector's own. */
export async function describeAccounts(
  { session, domainRoot }: DirectoryContext,
  bindDn: string,
): Promise<Readonly<Record<string, string>>> {
  const allowed = await allowedAttributes(session, await domainRoot(), bindDn);
  const others = Object.fromEntries(allowed.filter((name) => !(name in DESCRIPTIONS)).map((name) => [name, '']));
  return { ...PSEUDO_ATTRIBUTES, ...DESCRIPTIONS, ...others };
}

/** The directory computes this list per entry; the service account's own entry is one that surely exists. */
async function allowedAttributes(session: DirectorySession, root: string, bindDn: string): Promise<readonly string[]> {
  const accountName = bindDn.slice(bindDn.lastIndexOf('\\') + 1);
  const key = bindDn.includes('@') ? 'userPrincipalName' : 'sAMAccountName';
  const isDn = parseDn(bindDn) !== null;
  const found = await session.search(isDn ? bindDn : root, {
    filter: isDn ? '(objectClass=user)' : `(&(objectClass=user)(${key}=${escapeFilter`${accountName}`}))`,
    scope: isDn ? 'base' : 'sub',
    attributes: ['allowedAttributes'],
  });
  return [...(found[0]?.all('allowedAttributes') ?? [])].sort();
}
