import type { RelativeName } from '../../activities/connectors/active-directory/dn.js';
import { classOf } from './attribute-changes.js';
import { LdapRefusal, ResultCode } from './ldap-result.js';
import type { AttributeChange, AttributeValues } from './protocol.js';
import { CLASSES } from './schema.js';
import { changed } from './user-writes.js';
import type { WriteContext } from './user-writes.js';
import { isOf, namesOf, newId } from './tree.js';
import type { DirectoryTree, StoredEntry } from './tree.js';

const FIRST_RID = 1101;

/** A time as LDAP writes it (RFC 4517, 3.3.13), e.g. `20260310120000.0Z`. */
export const generalizedTime = (now: Date): string => now.toISOString().replace(/[-:T]|\.\d+Z$/g, '') + '.0Z';

/** @throws LdapRefusal when the directory does not allow the entry; nothing is stored then */
export function addEntry(context: WriteContext, dn: string, attributes: readonly AttributeValues[]): StoredEntry {
  const { tree } = context;
  const [own, ...container] = namesOf(dn);
  const parent = tree.resolveNames(container);
  if (own === undefined || parent === undefined) throw missing('0000208D');
  const name = singleName(own);
  const classes = attributes.find(({ type }) => type.toLowerCase() === 'objectclass');
  const kind = classOf(classes?.values.map(String) ?? []);
  const { chain = [], rdn } = CLASSES[kind] ?? {};
  if (name.type !== rdn || isOf(parent, 'user') || isOf(parent, 'group')) throw misplaced();
  if (tree.child(parent.id, name.value) !== undefined) throw taken();
  const changes = attributes
    .filter((one) => one !== classes && one.type.toUpperCase() !== rdn)
    .map((one): AttributeChange => ({ ...one, operation: 'add' }));
  const naming: AttributeChange = { operation: 'replace', type: rdn, values: [Buffer.from(name.value)] };
  const fresh: StoredEntry = {
    id: newId(),
    parent: parent.id,
    name,
    attributes: { objectclass: chain, ...(kind === 'group' ? { grouptype: ['-2147483646'] } : {}) },
    ...(kind === 'user' || kind === 'group' ? { rid: nextRid(tree) } : {}),
  };
  const entry = changed(context, fresh, [naming, ...changes], true);
  return tree.put(stamped(tree, { ...entry, attributes: { ...entry.attributes, ...created(context) } }, context.now));
}

/** @throws LdapRefusal when the directory does not allow one of the changes; none is stored then */
export function modifyEntry(context: WriteContext, dn: string, changes: readonly AttributeChange[]): StoredEntry {
  const { tree } = context;
  const entry = tree.resolve(dn);
  if (entry === undefined) throw missing('0000208D');
  if (isOf(entry, 'organizationalUnit') && changes.some(({ type }) => type.toLowerCase() === 'ou')) {
    throw new LdapRefusal(
      ResultCode.NotAllowedOnRdn,
      '00002016',
      'UpdErr: ou changes by renaming only, problem 6004 (CANT_ON_RDN), data 0',
    );
  }
  return tree.put(stamped(tree, changed(context, entry, changes, false), context.now));
}

/** @throws LdapRefusal for a missing entry (32), one with entries below it (66) or one of the domain's own (53) */
export function deleteEntry({ tree }: WriteContext, dn: string): void {
  const entry = tree.resolve(dn);
  if (entry === undefined) throw missing('0000208D');
  const children = tree.children(entry.id).length;
  if (children > 0) {
    throw new LdapRefusal(
      ResultCode.NotAllowedOnNonLeaf,
      '00002015',
      `UpdErr: the entry has ${children} entries below it, problem 6003 (CANT_ON_NON_LEAF), data 0`,
    );
  }
  if (entry.parent === null || entry.attributes['iscriticalsystemobject'] !== undefined) {
    throw new LdapRefusal(
      ResultCode.UnwillingToPerform,
      '00002098',
      'SvcErr: the entry belongs to the domain itself, problem 5003 (WILL_NOT_PERFORM), data 0',
    );
  }
  tree.remove(entry.id);
}

/**
 * Renames an entry, moves it, or both; what lies below it and what links to it follows.
 *
 * @throws LdapRefusal when the entry or the new container is missing (32), or the name is taken there (68)
 */
export function renameEntry(context: WriteContext, dn: string, newRdn: string, newSuperior: string): StoredEntry {
  const { tree } = context;
  const entry = tree.resolve(dn);
  if (entry === undefined) throw missing('0000208D');
  const [own = []] = namesOf(newRdn);
  const name = singleName(own);
  const parent = newSuperior === '' ? tree.get(entry.parent ?? '') : tree.resolve(newSuperior);
  if (parent === undefined) throw missing('00002089');
  if (name.type !== entry.name.type || isOf(parent, 'user') || tree.isBelow(parent, entry.id)) throw misplaced();
  const namesake = tree.child(parent.id, name.value);
  if (namesake !== undefined && namesake.id !== entry.id) throw taken();
  const attributes = { ...entry.attributes, [name.type.toLowerCase()]: [name.value] };
  return tree.put(stamped(tree, { ...entry, parent: parent.id, name, attributes }, context.now));
}

function singleName(name: RelativeName): { readonly type: string; readonly value: string } {
  const [pair] = name;
  if (pair !== undefined && name.length === 1 && pair.value !== '') return { type: pair.type, value: pair.value };
  throw new LdapRefusal(ResultCode.InvalidDnSyntax, '00002081', 'NameErr: the relative name is not allowed, data 0');
}

const created = ({ now }: WriteContext): StoredEntry['attributes'] => ({ whencreated: [generalizedTime(now)] });

/** Every write leaves its time and a number that grows. */
function stamped(tree: DirectoryTree, entry: StoredEntry, now: Date): StoredEntry {
  const number = String(tree.nextChangeNumber());
  const attributes = { ...entry.attributes, whenchanged: [generalizedTime(now)], usnchanged: [number] };
  return { ...entry, attributes };
}

function nextRid(tree: DirectoryTree): number {
  return FIRST_RID + tree.nextChangeNumber();
}

const missing = (subCode: string): LdapRefusal =>
  new LdapRefusal(ResultCode.NoSuchObject, subCode, 'NameErr: problem 2001 (NO_OBJECT), data 0');

const taken = (): LdapRefusal =>
  new LdapRefusal(ResultCode.EntryAlreadyExists, '00002071', 'UpdErr: problem 6005 (ENTRY_EXISTS), data 0');

const misplaced = (): LdapRefusal =>
  new LdapRefusal(
    ResultCode.NamingViolation,
    '00002099',
    'NameErr: an entry of this class or name cannot be here, problem 2005 (NAMING_VIOLATION), data 0',
  );
