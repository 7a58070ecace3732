import { randomBytes } from 'node:crypto';

import { OFFICES } from '../workday/report-entry.js';
import { UserFlag } from './account-flags.js';
import { secretOf } from './passwords.js';
import { CLASSES } from './schema.js';
import { newId } from './tree.js';
import type { DirectoryTree, StoredEntry } from './tree.js';
import { fileTime } from './user-writes.js';
import { generalizedTime } from './writes.js';

/** Containers of the example organisation, relative to the base, parents first. */
export const EXAMPLE_CONTAINERS: readonly string[] = [
  'OU=People',
  ...OFFICES.map(({ city }) => `OU=${city},OU=People`),
  'OU=Contractors,OU=People',
  'OU=Groups',
];

/** Name of the service account, as Samba and Windows call it. */
export const ADMINISTRATOR = 'Administrator';

const ADMINISTRATOR_RID = 500;

/** A password that fits every domain's rule. */
export const makePassword = (): string => `Aa1-${randomBytes(16).toString('hex')}`;

/**
 * Brings a domain to what it needs: password rule on its root, the usual containers, the given ones, and the service
 * account with the given password. What is there already stays as it is.
 */
export function furnish(
  tree: DirectoryTree,
  settings: { readonly containers: readonly string[]; readonly password: string; readonly minPasswordLength: number },
  now: Date,
): void {
  const { root } = tree;
  tree.put({
    ...root,
    attributes: {
      ...stamp(tree, now),
      ...root.attributes,
      objectclass: ['top', 'domain', 'domainDNS'],
      minpwdlength: [String(settings.minPasswordLength)],
      pwdproperties: ['1'],
      maxpwdage: ['-36288000000000'],
      lockoutthreshold: ['0'],
    },
  });
  const users = ensure(tree, 'CN=Users', now);
  ensure(tree, 'CN=Computers', now);
  for (const container of settings.containers) ensure(tree, container, now);
  const administrator = tree.child(users.id, ADMINISTRATOR);
  tree.put({
    id: administrator?.id ?? newId(),
    parent: users.id,
    name: { type: 'CN', value: ADMINISTRATOR },
    rid: ADMINISTRATOR_RID,
    attributes: {
      ...stamp(tree, now),
      ...administrator?.attributes,
      objectclass: CLASSES['user']?.chain ?? [],
      cn: [ADMINISTRATOR],
      samaccountname: [ADMINISTRATOR],
      useraccountcontrol: [String(UserFlag.NormalAccount)],
      pwdlastset: [fileTime(now)],
      admincount: ['1'],
      iscriticalsystemobject: ['TRUE'],
    },
    secret: secretOf(settings.password),
  });
}

function ensure(tree: DirectoryTree, relativeName: string, now: Date): StoredEntry {
  const dn = `${relativeName},${tree.baseDn}`;
  const present = tree.resolve(dn);
  if (present !== undefined) return present;
  const match = /^(CN|OU)=([^,]+),(.*)$/.exec(dn);
  const [, type = '', value = '', container = ''] = match ?? [];
  const parent = tree.resolve(container);
  if (match === null || parent === undefined) {
    throw new Error(`The container ${relativeName} cannot be made; name its parent before it, as OU=...`);
  }
  const kind = CLASSES[type === 'OU' ? 'organizationalunit' : 'container'];
  return tree.put({
    id: newId(),
    parent: parent.id,
    name: { type, value },
    attributes: { ...stamp(tree, now), objectclass: kind?.chain ?? [], [type.toLowerCase()]: [value] },
  });
}

const stamp = (tree: DirectoryTree, now: Date): StoredEntry['attributes'] => ({
  whencreated: [generalizedTime(now)],
  whenchanged: [generalizedTime(now)],
  usnchanged: [String(tree.nextChangeNumber())],
});
