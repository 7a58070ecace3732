import { isRecord } from './values.js';
import type { Resource } from './values.js';

/** What a service takes of an account. */
export interface WrittenAttributes {
  /** Attributes with their parts that may be written; `null` as parts = the whole value. Absent = everything. */
  readonly taken?: Readonly<Record<string, readonly string[] | null>>;
  /** Attributes that nothing here writes, but that a complete resource must repeat, because it would lose them. */
  readonly repeated?: readonly string[];
  /**
   * What a change without a path calls each attribute; one that is missing here makes the change a complete resource.
   * Absent = every attribute in its own place.
   */
  readonly valueNames?: Readonly<Record<string, string>>;
}

/** A service that takes whatever the map makes. */
export const ALL_ATTRIBUTES: WrittenAttributes = {};

const GITHUB_TAKEN = {
  schemas: null,
  externalId: null,
  userName: null,
  displayName: null,
  active: null,
  name: ['formatted', 'familyName', 'givenName'],
  emails: ['value', 'type', 'primary'],
} as const;

/** GitHub's schema of organization members. Its changes carry the parts of a name by themselves. */
export const GITHUB_ORGANIZATION_ATTRIBUTES: WrittenAttributes = {
  taken: GITHUB_TAKEN,
  valueNames: {
    userName: 'userName',
    externalId: 'externalId',
    'name.givenName': 'givenName',
    'name.familyName': 'familyName',
  },
};

/** GitHub's schema of managed users, whose roles are not ours to change. */
export const GITHUB_ENTERPRISE_ATTRIBUTES: WrittenAttributes = {
  taken: { ...GITHUB_TAKEN, name: [...GITHUB_TAKEN.name, 'middleName'] },
  repeated: ['roles'],
  valueNames: { userName: 'userName', externalId: 'externalId', displayName: 'displayName' },
};

/** An account without what the service does not take. */
export function takenOf(resource: Resource, { taken }: WrittenAttributes): Resource {
  if (taken === undefined) return resource;
  return Object.fromEntries(
    Object.entries(resource).flatMap(([key, value]) => {
      const parts = taken[key];
      if (parts === undefined) return [];
      return [[key, parts === null ? value : partsOf(value, parts)]];
    }),
  );
}

/**
 * A complete resource as a service with a closed schema wants it: no nulls, and each address with all of its parts.
 * Other services get it as it is.
 */
export function completed(resource: Resource, attributes: WrittenAttributes): Resource {
  if (attributes.taken === undefined) return resource;
  const present = withoutNulls(resource);
  const { emails } = present;
  if (!Array.isArray(emails)) return present;
  const entries = (emails as readonly unknown[]).filter(isRecord).map(withoutNulls);
  return { ...present, emails: entries.map((entry) => ({ type: 'work', primary: entries.length === 1, ...entry })) };
}

function partsOf(value: unknown, parts: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => partsOf(entry, parts));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([part]) => parts.includes(part)));
}

/** Clears attributes and parts that are null; lists are kept as they are. */
const withoutNulls = (resource: Resource): Resource =>
  Object.fromEntries(
    Object.entries(resource).flatMap(([key, value]) =>
      value === null ? [] : [[key, isRecord(value) ? withoutNulls(value) : value]],
    ),
  );
