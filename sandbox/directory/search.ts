import type { Filter, Substrings } from './filter.js';
import { valuesOf } from './entry-view.js';
import { ruleOf } from './schema.js';
import { isLink } from './tree.js';
import type { DirectoryTree, StoredEntry } from './tree.js';

const BIT_AND = '1.2.840.113556.1.4.803';
const BIT_OR = '1.2.840.113556.1.4.804';
const IN_CHAIN = '1.2.840.113556.1.4.1941';

/** Entries below a base (or the base itself) that fit a filter. */
export function searchTree(
  tree: DirectoryTree,
  base: StoredEntry,
  scope: 'base' | 'one' | 'sub',
  filter: Filter,
): StoredEntry[] {
  const fits = (entry: StoredEntry): boolean => matches(tree, entry, filter) === true;
  if (scope === 'base') return [base].filter(fits);
  if (scope === 'one') return tree.children(base.id).filter(fits);
  const found = candidates(tree, filter) ?? [...tree.all()];
  return found.filter((entry) => tree.isBelow(entry, base.id) && fits(entry));
}

/** A superset of the entries that can fit, from the indexes; null when they cannot tell. */
function candidates(tree: DirectoryTree, filter: Filter): StoredEntry[] | null {
  switch (filter.kind) {
    case 'equal':
      return tree.lookUp(filter.attribute, linkValue(tree, filter.attribute, filter.value));
    case 'and': {
      const found = filter.filters.map((one) => candidates(tree, one)).filter((set) => set !== null);
      return found.sort((one, other) => one.length - other.length)[0] ?? null;
    }
    case 'or': {
      const found = filter.filters.map((one) => candidates(tree, one));
      return found.every((set) => set !== null) ? [...new Set(found.flat())] : null;
    }
    case 'not':
    case 'atLeast':
    case 'atMost':
    case 'present':
    case 'substrings':
    case 'rule':
      return null;
  }
}

/** Links are stored as ids, so a searched name is looked up first. */
function linkValue(tree: DirectoryTree, attribute: string, value: Buffer): string {
  if (!isLink(attribute)) return value.toString();
  return idOf(tree, value.toString()) ?? '';
}

function idOf(tree: DirectoryTree, dn: string): string | undefined {
  try {
    return tree.resolve(dn)?.id;
  } catch {
    // A text that is no name is the value of no link.
    return undefined;
  }
}

/** True, false, or undefined for attributes that the directory does not know (RFC 4511, 4.5.1.7). */
function matches(tree: DirectoryTree, entry: StoredEntry, filter: Filter): boolean | undefined {
  switch (filter.kind) {
    case 'and': {
      const results = filter.filters.map((one) => matches(tree, entry, one));
      return results.includes(false) ? false : results.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const results = filter.filters.map((one) => matches(tree, entry, one));
      return results.includes(true) ? true : results.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const result = matches(tree, entry, filter.filter);
      return result === undefined ? undefined : !result;
    }
    case 'present':
    case 'equal':
    case 'atLeast':
    case 'atMost':
    case 'substrings':
    case 'rule':
      return ruleOf(filter.attribute) === undefined ? undefined : test(tree, entry, filter);
  }
}

function test(
  tree: DirectoryTree,
  entry: StoredEntry,
  filter: Exclude<Filter, { kind: 'and' | 'or' | 'not' }>,
): boolean {
  const name = filter.attribute.toLowerCase();
  const values = valuesOf(tree, entry, name);
  switch (filter.kind) {
    case 'present':
      return values.length > 0;
    case 'equal':
      return values.some((value) => equals(name, value, filter.value));
    case 'atLeast':
      return values.some((value) => compare(String(value), filter.value.toString()) >= 0);
    case 'atMost':
      return values.some((value) => compare(String(value), filter.value.toString()) <= 0);
    case 'substrings':
      return values.some((value) => contains(String(value).toLowerCase(), filter.parts));
    case 'rule':
      return followsRule(tree, entry, filter.rule, name, filter.value.toString());
  }
}

const NAME_VALUED: ReadonlySet<string> = new Set([
  'member',
  'memberof',
  'manager',
  'directreports',
  'distinguishedname',
]);

function equals(name: string, value: string | Buffer, wanted: Buffer): boolean {
  if (Buffer.isBuffer(value)) return value.equals(wanted);
  const text = wanted.toString();
  if (name === 'objectcategory' && !text.includes('=')) return categoryName(value) === text.toLowerCase();
  if (NAME_VALUED.has(name)) return squeezed(value) === squeezed(text);
  return value.toLowerCase() === text.toLowerCase();
}

/** `person` stands for `CN=Person,CN=Schema,...`. */
const categoryName = (dn: string): string => (/^CN=([^,]*)/.exec(dn)?.[1] ?? '').replaceAll('-', '').toLowerCase();

/** Blanks behind commas do not count in a name. */
const squeezed = (dn: string): string => dn.toLowerCase().replaceAll(/,\s+/g, ',');

function compare(one: string, other: string): number {
  const [first, second] = [Number(one), Number(other)];
  if (!Number.isNaN(first) && !Number.isNaN(second)) return first - second;
  return one.toLowerCase() < other.toLowerCase() ? -1 : Number(one.toLowerCase() !== other.toLowerCase());
}

function contains(value: string, { initial, any, final }: Substrings): boolean {
  if (!value.startsWith(initial.toLowerCase())) return false;
  let at = initial.length;
  for (const part of any) {
    const found = value.indexOf(part.toLowerCase(), at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - at >= final.length && value.endsWith(final.toLowerCase());
}

function followsRule(tree: DirectoryTree, entry: StoredEntry, rule: string, name: string, value: string): boolean {
  if (rule === IN_CHAIN) return name === 'memberof' && isNestedIn(tree, entry, idOf(tree, value), new Set());
  const bits = Number(value);
  const flags = Number(entry.attributes[name]?.[0] ?? 0);
  if (rule === BIT_AND) return (flags & bits) === bits;
  return rule === BIT_OR && (flags & bits) !== 0;
}

function isNestedIn(tree: DirectoryTree, entry: StoredEntry, group: string | undefined, seen: Set<string>): boolean {
  return tree.having('member', entry.id).some((holder) => {
    if (holder.id === group) return true;
    if (seen.has(holder.id)) return false;
    seen.add(holder.id);
    return isNestedIn(tree, holder, group, seen);
  });
}
