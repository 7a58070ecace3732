import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

import type { ConfigurationFault } from './faults.js';
import type { SourceFile } from './source-file.js';

type Issue = z.core.$ZodIssue;

/** A JSON Schema, as far as it is walked here. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly additionalProperties?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
}

/** What a check found. */
export interface Checked<T> {
  /** The value with its defaults; absent when there is a fault. */
  readonly value?: T;
  /** Where there are faults: what is left without the faulty settings, when that can stand. To look for more faults. */
  readonly rest?: T;
  readonly faults: readonly ConfigurationFault[];
}

/**
 * Checks a value against a schema and tells every fault with its place, the value and a remedy.
 *
 * @param source the file, for lines; the value may differ from the file's own by resolved references
 */
export function checkSchema<T extends z.ZodType>(schema: T, value: unknown, source: SourceFile): Checked<z.infer<T>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, faults: [] };
  const { issues } = parsed.error;
  const faults = issueFaults(schema, value, issues, source);
  const rest = usableRest(schema, value, issues, source);
  return { faults, ...(rest === undefined ? {} : { rest }) };
}

/** First only the faulty settings go; where that is not enough, whole items of lists do. */
function usableRest<T extends z.ZodType>(
  schema: T,
  value: unknown,
  issues: readonly Issue[],
  source: SourceFile,
): z.infer<T> | undefined {
  const copy = structuredClone(value);
  for (const path of issues.flatMap(faultyPaths)) {
    const parent = valueAt(copy, path.slice(0, -1));
    if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, path.at(-1) ?? '');
  }
  const trimmed = schema.safeParse(copy);
  if (trimmed.success) return trimmed.data;
  for (const { path } of trimmed.error.issues) {
    const depth = path.findIndex((step) => typeof step === 'number');
    const list = valueAt(copy, path.slice(0, Math.max(depth, 0)));
    if (depth >= 0 && Array.isArray(list)) list[path[depth] as number] = LEFT_OUT;
  }
  const left = schema.safeParse(closeGaps(copy, [], source));
  return left.success ? left.data : undefined;
}

const LEFT_OUT = Symbol('left out');

function closeGaps(value: unknown, path: readonly PropertyKey[], source: SourceFile): unknown {
  if (Array.isArray(value)) {
    const kept = value.flatMap((item, index) => (item === LEFT_OUT ? [] : [index]));
    source.renumber(path, kept);
    return kept.map((index) => value[index] as unknown);
  }
  if (typeof value !== 'object' || value === null || path.length > 0) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closeGaps(item, [key], source)]));
}

const faultyPaths = ({ path, ...issue }: Issue): PropertyKey[][] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];

/** The faults of a failed check, one per wrong or unknown setting. */
export function issueFaults(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
  source: Pick<SourceFile, 'fault'>,
): ConfigurationFault[] {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  return issues.flatMap((issue) => faultsOf(issue, [], { shape, value, source }));
}

interface Context {
  readonly shape: Shape;
  readonly value: unknown;
  readonly source: Pick<SourceFile, 'fault'>;
}

function faultsOf(issue: Issue, prefix: readonly PropertyKey[], checked: Context): ConfigurationFault[] {
  const { shape, value, source } = checked;
  const path = [...prefix, ...issue.path];
  const found = valueAt(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        source.fault([...path, key], {
          value: valueAt(value, [...path, key]),
          problem: 'is not a known setting',
          remedy: suggestion(key, knownKeys(shapeAt(shape, path))),
        }),
      );
    case 'invalid_union': {
      // The branch that failed the least is the one that was meant.
      const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
      const isUseful = found !== undefined && typeof found === 'object' && closest !== undefined && closest.length > 0;
      if (isUseful) return closest.flatMap((inner) => faultsOf(inner, path, checked));
      const expected = issue.errors.flatMap((branch) => branch.slice(0, 1)).map(expectation);
      return [source.fault(path, { value: found, ...textOf(issue, found, [...new Set(expected)].join(', or ')) })];
    }
    default:
      return [source.fault(path, { value: found, ...textOf(issue, found, expectation(issue)) })];
  }
}

const OWN_MESSAGE = /^(must|is|has|cannot|'|")/;

function textOf(issue: Issue, found: unknown, expected: string): { problem: string; remedy: string } {
  if (found === undefined && issue.code !== 'custom') {
    return { problem: 'is missing', remedy: expected === '' ? 'Add it.' : `Add it: it ${expected}.` };
  }
  if (OWN_MESSAGE.test(issue.message)) return { problem: issue.message, remedy: 'Correct the value.' };
  const needsQuotes = issue.code === 'invalid_type' && issue.expected === 'string' && typeof found !== 'object';
  return {
    problem: expected === '' ? 'is not valid' : expected,
    remedy: needsQuotes ? 'Put it in quotes.' : 'Correct the value.',
  };
}

/** What a value must be, as the end of a sentence that begins with its name. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}`;
    default:
      return OWN_MESSAGE.test(issue.message) ? issue.message : '';
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with named settings',
  record: 'an object with named settings',
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<PropertyKey, unknown>>)[step] : undefined,
    value,
  );
}

function shapeAt(shape: Shape, path: readonly PropertyKey[]): Shape {
  return path.reduce<Shape>((inner, step) => {
    const branches = inner.anyOf ?? [inner];
    const next = branches.map((branch) => (typeof step === 'number' ? branch.items : propertyOf(branch, String(step))));
    return { anyOf: next.filter((branch) => branch !== undefined) };
  }, shape);
}

function propertyOf({ properties, additionalProperties }: Shape, name: string): Shape | undefined {
  return properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

function knownKeys(shape: Shape): string[] {
  const own = Object.keys(shape.properties ?? {});
  return [...own, ...(shape.anyOf ?? []).flatMap(knownKeys)];
}

/** The nearest known name, or all of them when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const plain = (text: string): string => text.replace(/[-_\s]/g, '').toLowerCase();
  const [best] = known
    .map((key) => ({ key, far: distance(plain(name), plain(key)) }))
    .sort((a, b) => a.far - b.far)
    .filter(({ key, far }) => far <= Math.max(2, key.length / 3));
  if (best !== undefined) return `Did you mean '${best.key}'? Otherwise remove it.`;
  return known.length === 0 ? 'Remove it.' : `Remove it; known are ${known.join(', ')}.`;
}
