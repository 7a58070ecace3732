import { ignoresCase, isPresent, isRecord, sameValue } from './values.js';
import type { Resource } from './values.js';

/** The one entry that a list may hold: as wanted, with what else the service keeps of it. */
export const singleEntry = (wanted: unknown, before: unknown): unknown =>
  isRecord(wanted) && isRecord(before) ? { ...before, ...wanted } : wanted;

/** Puts the wanted entries in the place of those of the same type, or of the same value; other entries stay. */
export function mergedList(key: string, wanted: readonly unknown[], before: readonly unknown[]): readonly unknown[] {
  const merged = [...before];
  for (const entry of wanted) {
    const index = merged.findIndex((other) => describesSame(key, entry, other));
    if (index < 0) merged.push(entry);
    else merged[index] = isRecord(entry) && isRecord(merged[index]) ? { ...merged[index], ...entry } : entry;
  }
  const primary = wanted.find((entry) => isRecord(entry) && entry['primary'] === true);
  if (primary === undefined) return merged;
  // Only one entry may be primary (RFC 7643, 2.4).
  return merged.map((entry) =>
    isRecord(entry) && entry['primary'] === true && !describesSame(key, primary, entry)
      ? { ...entry, primary: false }
      : entry,
  );
}

function describesSame(key: string, wanted: unknown, other: unknown): boolean {
  if (!isRecord(wanted) || !isRecord(other)) return sameValue(wanted, other);
  if (typeof wanted['type'] === 'string') return sameValue(wanted['type'], other['type'] ?? wanted['type'], true);
  return sameValue(wanted['value'], other['value'], ignoresCase(key));
}

/** Whether a list holds its wanted entries already; what a service drops of an only entry can be taken for granted. */
export function sameList(key: string, merged: readonly unknown[], before: readonly unknown[]): boolean {
  const sameEntry = (entry: unknown, other: unknown): boolean => {
    if (!isRecord(entry) || !isRecord(other)) return sameValue(entry, other);
    return Object.entries(entry).every(
      ([name, value]) => isImplied(name, other, before.length) || sameValue(value, other[name], ignoresCase(key)),
    );
  };
  return merged.length === before.length && merged.every((entry, index) => sameEntry(entry, before[index]));
}

/** Services drop types that they do not keep, and of an only entry also that it is primary: both are taken for granted. */
const isImplied = (name: string, other: Resource, entries: number): boolean =>
  (name === 'type' || (name === 'primary' && entries === 1)) && !isPresent(other[name]);
