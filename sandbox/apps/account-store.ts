import { randomUUID } from 'node:crypto';

/** An account or group as the application keeps it, in the vendor's own shape, with its id. */
export interface StoredRecord {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** One `attribute eq value` of a search. */
export interface EqualityClause {
  /** In the spelling of {@link searchName}. */
  readonly attribute: string;
  readonly value: string;
}

/** What an application keeps between two starts. */
export interface StoredAccounts {
  readonly users: readonly StoredRecord[];
  readonly groups: readonly StoredRecord[];
  /** What else this kind of application keeps. */
  readonly more?: unknown;
}

const INDEXED = ['username', 'externalid', 'emails', 'displayname', 'id', 'employeenumber', 'members'] as const;

/**
 * The name under which an attribute is searched: lower case, without the extension's URN, and `emails`, `email`,
 * `emails.value` and `emails[value` as one. Null when searches by it are left to the SCIM library.
 */
export function searchName(attribute: string): string | null {
  const plain = attribute.toLowerCase().replace(/^urn:.*:/, '');
  const name = plain
    .replace(/^email$/, 'emails')
    .replace(/^member$/, 'members')
    .replace(/(\.|\[)value\]?$/, '');
  return (INDEXED as readonly string[]).includes(name) ? name : null;
}

/** Resources of one kind, found at once by the attributes that connectors search by; names and addresses without case. */
export class ResourceStore {
  readonly #resources = new Map<string, StoredRecord>();
  readonly #newId: () => string;
  readonly #index = new Map<string, Set<string>>();

  constructor(newId: () => string = randomUUID) {
    this.#newId = newId;
  }

  get size(): number {
    return this.#resources.size;
  }

  all(): StoredRecord[] {
    return [...this.#resources.values()];
  }

  get(id: string): StoredRecord | undefined {
    return this.#resources.get(id);
  }

  /** Stores a resource under its id, or under a new one. */
  put(resource: Readonly<Record<string, unknown>>, id: string = this.#newId()): StoredRecord {
    this.remove(id);
    const stored = { ...resource, id };
    this.#resources.set(id, stored);
    for (const key of keysOf(stored)) this.#idsOf(key).add(id);
    return stored;
  }

  remove(id: string): boolean {
    const stored = this.#resources.get(id);
    if (stored === undefined) return false;
    for (const key of keysOf(stored)) this.#idsOf(key).delete(id);
    return this.#resources.delete(id);
  }

  /** Resources that match all clauses. */
  find(clauses: readonly EqualityClause[]): StoredRecord[] {
    const [first, ...others] = clauses.map(({ attribute, value }) => this.#index.get(keyOf(attribute, value)));
    const ids = [...(first ?? [])].filter((id) => others.every((set) => set?.has(id) === true));
    return ids.flatMap((id) => this.#resources.get(id) ?? []);
  }

  clear(): void {
    this.#resources.clear();
    this.#index.clear();
  }

  #idsOf(key: string): Set<string> {
    const ids = this.#index.get(key) ?? new Set();
    this.#index.set(key, ids);
    return ids;
  }
}

const keyOf = (attribute: string, value: string): string => `${attribute}=${value.toLowerCase()}`;

function keysOf(resource: StoredRecord): readonly string[] {
  const extension = Object.entries(resource).find(([name]) => name.startsWith('urn:'))?.[1] as
    { readonly employeeNumber?: unknown } | undefined;
  const values: Record<(typeof INDEXED)[number], unknown> = {
    id: resource.id,
    username: resource['userName'],
    externalid: resource['externalId'],
    displayname: resource['displayName'],
    employeenumber: extension?.employeeNumber,
    emails: valuesOf(resource['emails']),
    members: valuesOf(resource['members']),
  };
  return Object.entries(values).flatMap(([attribute, value]) =>
    [value].flat().flatMap((one) => (typeof one === 'string' ? [keyOf(attribute, one)] : [])),
  );
}

/** The `value` of each entry of a multi-valued attribute. */
export function valuesOf(entries: unknown): readonly unknown[] {
  return Array.isArray(entries) ? entries.map((entry: unknown) => (entry as { value?: unknown } | null)?.value) : [];
}
