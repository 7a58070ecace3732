import { randomUUID } from 'node:crypto';

import { escapeDnValue, parseDn } from '../../activities/connectors/active-directory/dn.js';
import type { RelativeName } from '../../activities/connectors/active-directory/dn.js';
import { LdapRefusal, ResultCode } from './ldap-result.js';
import { ruleOf } from './schema.js';

/** One entry as it is stored. Ids name entries; places and links are ids, so they survive every move. Never changed, always replaced. */
export interface StoredEntry {
  /** 32 hex digits, the bytes of `objectGUID`. */
  readonly id: string;
  /** Null for the root of the domain. */
  readonly parent: string | null;
  /** Own name in the container, e.g. type `CN` and the decoded value. */
  readonly name: { readonly type: string; readonly value: string };
  /** By lower-case name: texts, ids for links. Computed attributes are not among them. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Last part of the security identifier of users and groups. */
  readonly rid?: number;
  /** What a password is checked against; never shown. */
  readonly secret?: string;
}

const INDEXED = ['samaccountname', 'userprincipalname', 'mail', 'employeeid', 'cn', 'member', 'manager'] as const;

/** The entries of one domain, with the look-ups that directories are quick at. It knows no rules. */
export class DirectoryTree {
  readonly baseDn: string;
  readonly #root: string;
  readonly #base: readonly RelativeName[];
  readonly #entries = new Map<string, StoredEntry>();
  readonly #children = new Map<string, Map<string, string>>();
  readonly #index = new Map<string, Set<string>>();
  #changes = 0;

  /** A domain without anything but its root, or the entries of an earlier one. */
  constructor(baseDn: string, kept: readonly StoredEntry[] = []) {
    this.baseDn = baseDn;
    this.#base = parseDn(baseDn) ?? [];
    for (const entry of kept) {
      this.put(entry);
      this.#changes = Math.max(this.#changes, Number(entry.attributes['usnchanged']?.[0] ?? 0));
    }
    const [own] = this.#base[0] ?? [];
    if (own === undefined) throw new Error(`${baseDn} is no distinguished name of a domain, such as DC=ilm,DC=test.`);
    const root = kept.find(({ parent }) => parent === null);
    this.#root = (root ?? this.put({ id: newId(), parent: null, name: { ...own }, attributes: {} })).id;
  }

  get root(): StoredEntry {
    const root = this.#entries.get(this.#root);
    if (root === undefined) throw new Error('The root of the domain is gone.');
    return root;
  }

  /** A number that grows with each change, also over restarts. */
  nextChangeNumber(): number {
    this.#changes += 1;
    return this.#changes;
  }

  all(): IterableIterator<StoredEntry> {
    return this.#entries.values();
  }

  get(id: string): StoredEntry | undefined {
    return this.#entries.get(id);
  }

  /** Stores an entry in place of the one with its id. */
  put(entry: StoredEntry): StoredEntry {
    this.#forget(entry.id);
    this.#entries.set(entry.id, entry);
    if (entry.parent !== null) this.#childrenOf(entry.parent).set(entry.name.value.toLowerCase(), entry.id);
    for (const key of keysOf(entry)) this.#idsOf(key).add(entry.id);
    return entry;
  }

  /** Removes an entry together with every link to it. */
  remove(id: string): void {
    for (const [attribute, holders] of [
      ['member', this.having('member', id)],
      ['manager', this.having('manager', id)],
    ] as const) {
      for (const holder of holders) {
        const left = (holder.attributes[attribute] ?? []).filter((value) => value !== id);
        const { [attribute]: _removed, ...others } = holder.attributes;
        this.put({ ...holder, attributes: left.length === 0 ? others : { ...others, [attribute]: left } });
      }
    }
    this.#forget(id);
    this.#children.delete(id);
  }

  children(id: string): StoredEntry[] {
    return [...this.#childrenOf(id).values()].flatMap((child) => this.#entries.get(child) ?? []);
  }

  child(parent: string, name: string): StoredEntry | undefined {
    return this.#entries.get(this.#childrenOf(parent).get(name.toLowerCase()) ?? '');
  }

  /** Entries with this value of an indexed attribute, without case; null when the attribute is not indexed. */
  lookUp(attribute: string, value: string): StoredEntry[] | null {
    const name = attribute.toLowerCase();
    return (INDEXED as readonly string[]).includes(name) ? this.having(name, value) : null;
  }

  /** The same for an attribute that is known to be indexed. */
  having(attribute: string, value: string): StoredEntry[] {
    const ids = this.#index.get(keyOf(attribute, value));
    return [...(ids ?? [])].flatMap((id) => this.#entries.get(id) ?? []);
  }

  dnOf(entry: StoredEntry): string {
    const parent = entry.parent === null ? undefined : this.#entries.get(entry.parent);
    if (parent === undefined) return this.baseDn;
    return `${entry.name.type}=${escapeDnValue(entry.name.value)},${this.dnOf(parent)}`;
  }

  isBelow(entry: StoredEntry, ancestor: string): boolean {
    for (let at: StoredEntry | undefined = entry; at !== undefined; at = this.#entries.get(at.parent ?? '')) {
      if (at.id === ancestor) return true;
    }
    return false;
  }

  /**
   * The entry that a distinguished name or `<GUID=...>` names; undefined when there is none.
   *
   * @throws LdapRefusal (34) for a text that is neither
   */
  resolve(dn: string): StoredEntry | undefined {
    const guid = /^<GUID=([\da-f-]+)>$/i.exec(dn.trim())?.[1];
    if (guid !== undefined) return this.#entries.get(idOfGuid(guid));
    return this.resolveNames(namesOf(dn));
  }

  /** The entry of parsed relative names, its own name first. */
  resolveNames(names: readonly RelativeName[]): StoredEntry | undefined {
    const below = names.length - this.#base.length;
    if (below < 0 || !sameNames(names.slice(below), this.#base)) return undefined;
    let entry: StoredEntry | undefined = this.root;
    for (const name of names.slice(0, below).reverse()) {
      const [own] = name;
      entry = entry === undefined ? undefined : this.child(entry.id, own?.value ?? '');
      if (entry?.name.type !== own?.type) return undefined;
    }
    return entry;
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    for (const key of keysOf(entry)) this.#idsOf(key).delete(id);
    if (entry.parent !== null) this.#childrenOf(entry.parent).delete(entry.name.value.toLowerCase());
    this.#entries.delete(id);
  }

  #childrenOf(id: string): Map<string, string> {
    const children = this.#children.get(id) ?? new Map<string, string>();
    this.#children.set(id, children);
    return children;
  }

  #idsOf(key: string): Set<string> {
    const ids = this.#index.get(key) ?? new Set();
    this.#index.set(key, ids);
    return ids;
  }
}

/** A new entry's id. */
export const newId = (): string => randomUUID().replaceAll('-', '');

/** Whether the entry is of a class, e.g. `user`. */
export const isOf = (entry: StoredEntry, objectClass: string): boolean =>
  (entry.attributes['objectclass'] ?? []).some((one) => one.toLowerCase() === objectClass.toLowerCase());

/** @throws LdapRefusal (34) for a text that is no distinguished name */
export function namesOf(dn: string): readonly RelativeName[] {
  const names = parseDn(dn);
  if (names !== null) return names;
  throw new LdapRefusal(ResultCode.InvalidDnSyntax, '00002032', 'NameErr: the distinguished name is malformed, data 0');
}

const keyOf = (attribute: string, value: string): string => `${attribute}=${value.toLowerCase()}`;

const keysOf = ({ attributes }: StoredEntry): readonly string[] =>
  INDEXED.flatMap((name) => (attributes[name] ?? []).map((value) => keyOf(name, value)));

const sameNames = (one: readonly RelativeName[], other: readonly RelativeName[]): boolean =>
  one.length === other.length &&
  one.every(([pair], index) => {
    const [against] = other[index] ?? [];
    return pair?.type === against?.type && pair?.value.toLowerCase() === against?.value.toLowerCase();
  });

/** The usual text of a GUID as the hex digits of its bytes: the first three groups are stored back to front. */
function idOfGuid(text: string): string {
  const groups = text.toLowerCase().split('-');
  return groups.map((group, index) => (index < 3 ? (group.match(/../g) ?? []).reverse().join('') : group)).join('');
}

/** Whether an attribute's values are ids of other entries. */
export const isLink = (attribute: string): boolean => ruleOf(attribute)?.link === true;
