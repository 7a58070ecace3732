import { PATCH_SCHEMA, USER_SCHEMA } from './answers.js';
import { completed, takenOf } from './attributes.js';
import { mergedList, sameList, singleEntry } from './lists.js';
import { ignoresCase, isPresent, isRecord, sameValue } from './values.js';
import type { ScimDialect } from './dialect.js';
import type { Resource } from './values.js';

/** One operation of a PATCH. Names are lower case, because several services refuse capitals. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path?: string;
  readonly value?: unknown;
}

/** One attribute that differs. `value` null = it is to be cleared. */
interface Change {
  /** Steps of the attribute: the key, and for parts of a complex attribute or an extension the part's name. */
  readonly key: string;
  readonly part?: string;
  readonly value: unknown;
  readonly present: boolean;
}

/** Attributes that have commands of their own or belong to the service. */
const NOT_UPDATED: ReadonlySet<string> = new Set(['id', 'schemas', 'meta', 'active', 'groups', 'password']);

/** Server-made attributes that a PUT must not send back. */
const SERVER_MADE: ReadonlySet<string> = new Set(['meta', 'groups']);

/**
 * How an account becomes what the map asks for: by operations (none when it is so already), or by its complete resource
 * where operations cannot say it. Entries of lists that the map does not mention stay.
 */
export type Update =
  | { readonly method: 'PATCH'; readonly operations: readonly PatchOperation[] }
  | { readonly method: 'PUT'; readonly resource: Resource };

/** What a service shows otherwise while an account is disabled; changing it has to wait until it is enabled. */
const HIDDEN: ReadonlySet<string> = new Set(['userName', 'emails']);

/** The update for a dialect. */
export function updateOf(wanted: Resource, current: Resource, dialect: ScimDialect): Update {
  const written = Object.entries(takenOf(wanted, dialect.attributes));
  const isHidden = ([key]: readonly [string, unknown]): boolean =>
    dialect.hidesInactive && current['active'] === false && HIDDEN.has(key);
  const changes = changesOf(Object.fromEntries(written.filter((pair) => !isHidden(pair))), current, dialect);
  if (changes.length === 0) return { method: 'PATCH', operations: [] };
  if (dialect.updateWith === 'put' || !changes.every(expressible(dialect))) {
    // What is shown in the place of hidden values must not be written back.
    const shown = Object.entries(current).filter((pair) => !isHidden(pair));
    const known = Object.fromEntries([...shown, ...written.filter(isHidden)]);
    return { method: 'PUT', resource: replacement(changes, known, dialect) };
  }
  if (dialect.patchForm === 'path') return { method: 'PATCH', operations: pathOperations(changes, current, dialect) };
  return { method: 'PATCH', operations: [{ op: 'replace', value: valueOf(changes, dialect) }] };
}

/**
 * Whether an operation can carry a change. Without paths it can neither remove an attribute nor name an entry of a list,
 * and some services take parts of an extension only with the complete account.
 */
const expressible =
  ({ patchForm, extensionUpdates, attributes: { valueNames } }: ScimDialect) =>
  ({ key, part, value }: Change): boolean => {
    if (isExtension(key) && extensionUpdates === 'put') return false;
    if (patchForm === 'path') return true;
    return value !== null && !Array.isArray(value) && (valueNames === undefined || nameOf(key, part) in valueNames);
  };

const nameOf = (key: string, part: string | undefined): string => (part === undefined ? key : `${key}.${part}`);

function valueOf(changes: readonly Change[], { attributes: { valueNames } }: ScimDialect): Resource {
  if (valueNames === undefined) return Object.fromEntries(grouped(changes));
  return Object.fromEntries(changes.map(({ key, part, value }) => [valueNames[nameOf(key, part)] ?? key, value]));
}

/** The body of a PATCH. */
export const patchBody = (operations: readonly PatchOperation[]): unknown => ({
  schemas: [PATCH_SCHEMA],
  Operations: operations,
});

function replacement(changes: readonly Change[], current: Resource, dialect: ScimDialect): Resource {
  const { attributes, disableBy } = dialect;
  const kept = Object.fromEntries(Object.entries(current).filter(([key]) => !SERVER_MADE.has(key)));
  for (const { key, part, value } of changes) {
    if (part !== undefined) kept[key] = withPart(kept[key], part, value);
    else if (value === null) delete kept[key];
    else kept[key] = value;
  }
  if (attributes.taken === undefined) return withSchemas(kept);
  const repeated = (attributes.repeated ?? []).flatMap((key) => (key in kept ? [[key, kept[key]] as const] : []));
  // Where disabling deletes, an update must never do so by the way.
  const status = disableBy === 'deletion' ? { active: true } : {};
  const taken = { ...takenOf(kept, attributes), ...Object.fromEntries(repeated), ...status };
  return completed({ ...taken, schemas: [USER_SCHEMA] }, attributes);
}

/** An extension that an account did not have before is one of its schemas from now on. */
function withSchemas(resource: Resource): Resource {
  const schemas = Array.isArray(resource['schemas']) ? (resource['schemas'] as readonly unknown[]) : [];
  const extensions = Object.keys(resource).filter(isExtension);
  return extensions.length === 0 ? resource : { ...resource, schemas: [...new Set([...schemas, ...extensions])] };
}

function changesOf(wanted: Resource, current: Resource, { singleValues }: ScimDialect): readonly Change[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    // No account can be without its name, whatever the map says.
    if (NOT_UPDATED.has(key) || (key === 'userName' && value === null)) return [];
    const before = current[key];
    if (isRecord(value)) return partChanges(key, value, isRecord(before) ? before : {});
    if (Array.isArray(value)) return listChange(key, value, Array.isArray(before) ? before : [], singleValues);
    return sameValue(value, before, ignoresCase(key)) ? [] : [{ key, value, present: isPresent(before) }];
  });
}

function partChanges(key: string, wanted: Resource, before: Resource): readonly Change[] {
  return Object.entries(wanted)
    .filter(([part, value]) => !sameValue(value, before[part]))
    .map(([part, value]) => ({ key, part, value, present: isPresent(before[part]) }));
}

function listChange(
  key: string,
  wanted: readonly unknown[],
  before: readonly unknown[],
  singleValues: boolean,
): readonly Change[] {
  const merged = singleValues ? [singleEntry(wanted[0], before[0])] : mergedList(key, wanted, before);
  return sameList(key, merged, before) ? [] : [{ key, value: merged, present: before.length > 0 }];
}

function pathOperations(
  changes: readonly Change[],
  current: Resource,
  { wholeExtensions }: ScimDialect,
): readonly PatchOperation[] {
  const isWhole = ({ key }: Change): boolean => wholeExtensions.includes(key);
  const extensions = [...new Set(changes.filter(isWhole).map(({ key }) => key))];
  return [
    ...changes.filter((change) => !isWhole(change)).map(pathOperation),
    ...extensions.flatMap((key) => extensionOperations(key, changes, current[key])),
  ];
}

/** An extension with everything that it is to hold; without anything it is taken away. */
function extensionOperations(key: string, changes: readonly Change[], before: unknown): readonly PatchOperation[] {
  const own = changes.filter((change) => change.key === key && change.part !== undefined);
  const after = own.reduce<Resource>(
    (rest, { part = '', value }) => withPart(rest, part, value),
    isRecord(before) ? before : {},
  );
  if (Object.values(after).every((value) => !isPresent(value))) return [{ op: 'remove', path: key }];
  const removed = own.filter(({ value }) => value === null);
  const removals = removed.map(({ part = '' }) => ({ op: 'remove', path: `${key}.${part}` }) as const);
  return removed.length === own.length ? removals : [...removals, { op: 'add', path: key, value: after }];
}

function pathOperation({ key, part, value, present }: Change): PatchOperation {
  const path = pathOf(key, part);
  if (value === null) return { op: 'remove', path };
  return { op: present ? 'replace' : 'add', path, value };
}

/** Parts of an extension are divided from its URN by a colon, parts of a complex attribute by a dot (RFC 7644, 3.10). */
function pathOf(key: string, part: string | undefined): string {
  if (part === undefined) return key;
  return isExtension(key) ? `${key}:${part}` : `${key}.${part}`;
}

const isExtension = (key: string): boolean => key.startsWith('urn:');

function grouped(changes: readonly Change[]): readonly (readonly [string, unknown])[] {
  const values = new Map<string, unknown>();
  for (const { key, part, value } of changes) {
    values.set(key, part === undefined ? value : withPart(values.get(key), part, value));
  }
  return [...values];
}

function withPart(complex: unknown, part: string, value: unknown): Resource {
  const rest = Object.entries(isRecord(complex) ? complex : {}).filter(([key]) => key !== part);
  return Object.fromEntries(value === null ? rest : [...rest, [part, value]]);
}
