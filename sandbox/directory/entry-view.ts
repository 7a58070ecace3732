import { hasFlag, UserFlag } from './account-flags.js';
import { CLASSES, OPERATIONAL, USER_ATTRIBUTES, ruleOf } from './schema.js';
import { isLink, isOf } from './tree.js';
import type { DirectoryTree, StoredEntry } from './tree.js';

/** One attribute of an answer, in the directory's own spelling. */
export interface ShownAttribute {
  readonly type: string;
  readonly values: readonly string[] | readonly Buffer[];
}

// `1.1` asks for no attributes at all (RFC 4511, 4.5.1.8).
const NO_ATTRIBUTES = '1.1';

const SID_AUTHORITY = [0, 0, 0, 0, 0, 5];
const SID_DOMAIN = [21, 1_111_111_111, 2_222_222_222, 3_333_333_333];

/** The attributes that a search asked for, as far as the entry has them. */
export function shownAttributes(
  tree: DirectoryTree,
  entry: StoredEntry,
  wanted: readonly string[],
): readonly ShownAttribute[] {
  const named = wanted.filter((name) => name !== '*' && name !== '+' && name !== NO_ATTRIBUTES);
  const all = wanted.length === 0 || wanted.includes('*');
  const names = all ? [...namesOn(tree, entry), ...named.filter((name) => OPERATIONAL.has(name.toLowerCase()))] : named;
  return [...new Set(names.map((name) => name.toLowerCase()))].flatMap((name) => {
    const values = valuesOf(tree, entry, name);
    return values.length === 0 ? [] : [{ type: ruleOf(name)?.name ?? name, values }];
  });
}

function namesOn(tree: DirectoryTree, entry: StoredEntry): readonly string[] {
  return [...Object.keys(entry.attributes), ...Object.keys(COMPUTED)].filter(
    (name) => !OPERATIONAL.has(name) && valuesOf(tree, entry, name).length > 0,
  );
}

/** Values of one attribute of an entry, the name in lower case; empty when it has none. */
export function valuesOf(tree: DirectoryTree, entry: StoredEntry, name: string): readonly string[] | readonly Buffer[] {
  const compute = COMPUTED[name];
  if (compute !== undefined) return compute(tree, entry);
  const stored = entry.attributes[name] ?? [];
  return isLink(name) ? stored.flatMap((id) => dnOfId(tree, id)) : stored;
}

const dnOfId = (tree: DirectoryTree, id: string): readonly string[] => {
  const target = tree.get(id);
  return target === undefined ? [] : [tree.dnOf(target)];
};

const dnsOf = (tree: DirectoryTree, entries: readonly StoredEntry[]): readonly string[] =>
  entries.map((entry) => tree.dnOf(entry));

type Compute = (tree: DirectoryTree, entry: StoredEntry) => readonly string[] | readonly Buffer[];

const COMPUTED: Readonly<Record<string, Compute>> = {
  objectguid: (_tree, { id }) => [Buffer.from(id, 'hex')],
  objectsid: (_tree, { rid }) => (rid === undefined ? [] : [sid(rid)]),
  distinguishedname: (tree, entry) => [tree.dnOf(entry)],
  name: (_tree, { name }) => [name.value],
  memberof: (tree, { id }) => dnsOf(tree, tree.having('member', id)),
  directreports: (tree, { id }) => dnsOf(tree, tree.having('manager', id)),
  objectcategory: (tree, entry) => {
    const kind = Object.keys(CLASSES).find((name) => isOf(entry, name));
    const category = kind === undefined ? 'Domain-DNS' : CLASSES[kind]?.category;
    return [`CN=${category},CN=Schema,CN=Configuration,${tree.baseDn}`];
  },
  samaccounttype: (_tree, entry) => {
    if (isOf(entry, 'user')) return ['805306368'];
    return isOf(entry, 'group') ? ['268435456'] : [];
  },
  'msds-user-account-control-computed': (_tree, entry) => {
    if (!isOf(entry, 'user')) return [];
    const mustChange = entry.attributes['pwdlastset']?.[0] === '0';
    const expired = mustChange && !hasFlag(entry, UserFlag.PasswordNeverExpires);
    return [String(expired ? UserFlag.PasswordExpired : 0)];
  },
  allowedattributes: (_tree, entry) => (isOf(entry, 'user') ? USER_ATTRIBUTES : []),
};

/** A security identifier as bytes ([MS-DTYP] 2.4.2.2): revision, count, authority, then 32-bit numbers. */
function sid(rid: number): Buffer {
  const numbers = [...SID_DOMAIN, rid];
  const bytes = Buffer.alloc(8 + 4 * numbers.length);
  bytes.set([1, numbers.length, ...SID_AUTHORITY]);
  numbers.forEach((number, index) => bytes.writeUInt32LE(number, 8 + 4 * index));
  return bytes;
}
