import { compileAttributes } from './attribute-map.js';
import type { AttributeMode } from './attribute-map.js';
import { compileExpression } from './expression.js';
import type { Expression } from './expression.js';
import { MappingError } from './mapper-definition.js';
import type { MapperDefinition, MapperPair } from './mapper-definition.js';
import type { ReportFields } from './profile.js';
import { NEEDS_LIBRARY } from './plain-expression.js';
import { parsePath, readPath } from './target-path.js';

/** What a mapper reads from: a report row, a profile, or an account. */
export type MapperSource = Readonly<Record<string, unknown>>;

/** Values of one mapped row, in the order of {@link CompiledMapper.targets}; `undefined` where the row has none. */
export type MappedValues = Array<string | undefined>;

/**
 * A mapper compiled to closures. The synchronous methods serve mappers without expressions and are the fast path;
 * `isAsync` says which to use. All of them are pure.
 */
export interface CompiledMapper {
  readonly name: string;
  readonly targets: readonly string[];
  /** Whether some attribute needs JSONata; then only the `...Async` methods work. */
  readonly isAsync: boolean;
  /**
   * Incoming: the text of every target. A field that the row lacks (or carries as null) gives `undefined`, an empty
   * one the empty text; numbers and booleans become text.
   *
   * @param onFault is told of a value that is a list or an object, or of an expression that fails; its attribute stays
   * absent. Without it the fault is thrown.
   * @throws MappingError
   */
  toValues(row: MapperSource, onFault?: (fault: MappingError) => void): MappedValues;
  toValuesAsync(row: MapperSource, onFault?: (fault: MappingError) => void): Promise<MappedValues>;
  /**
   * The same for a portion of rows, with any mapper: expressions first, then everything else, which is much faster than
   * row by row. `onFault` also gets the row's position in the portion.
   */
  toValuesOfAll(
    rows: readonly MapperSource[],
    onFault: (fault: MappingError, position: number) => void,
  ): Promise<MappedValues[]>;
  /** Incoming, as a record without the absent fields. */
  toFields(row: MapperSource): ReportFields;
  toFieldsAsync(row: MapperSource): Promise<ReportFields>;
  /**
   * Outgoing: nested attributes of an application. An absent value is not sent; an empty one is not sent on create and
   * sent as `null` on update where the pair is clearable. A list element whose fields are all absent is left out with
   * its constants; a list that lost every element by clearing is `null`.
   */
  toAttributes(profile: MapperSource, mode: AttributeMode): Record<string, unknown>;
  toAttributesAsync(profile: MapperSource, mode: AttributeMode): Promise<Record<string, unknown>>;
}

/** A pair's source: a closure, or an expression that has to be awaited. */
export type Source = { readonly read: (source: MapperSource) => unknown } | Expression;

function fieldReader(field: string): (source: MapperSource) => unknown {
  if (field in Object.prototype) return (source) => (Object.hasOwn(source, field) ? source[field] : undefined);
  if (!/[.[]/.test(field)) return (source) => source[field];
  // Report columns may contain dots themselves, so the exact name goes first, and need not be a path at all.
  const steps = pathOf(field);
  return (source) => source[field] ?? (steps === undefined ? undefined : readPath(source, steps));
}

function pathOf(field: string): ReturnType<typeof parsePath> | undefined {
  try {
    return parsePath(field);
  } catch {
    return undefined;
  }
}

const lowercase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
const trim = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);

function compileSource(attribute: string, pair: MapperPair, mapper: string): Source {
  if (typeof pair === 'string') return { read: fieldReader(pair) };
  if ('value' in pair) return { read: () => pair.value };
  if ('expression' in pair) return compileExpression(pair.expression, `attribute '${attribute}' of mapper '${mapper}'`);
  const read = fieldReader(pair.field);
  if (pair.transform === 'lowercase') return { read: (source) => lowercase(read(source)) };
  if (pair.transform === 'trim') return { read: (source) => trim(read(source)) };
  return { read };
}

function textOf(value: unknown, attribute: string, onFault: (fault: MappingError) => void): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  onFault(new MappingError(attribute, `'${attribute}' is a list or an object where a text is needed`));
  return undefined;
}

const isExpression = (source: Source): source is Expression => 'evaluate' in source;

/**
 * Compiles a mapper once, so that mapping a row costs one closure per attribute.
 *
 * @param options.name the mapper's name for messages
 * @throws MappingError naming the attribute whose expression or path is faulty
 */
export function compileMapper(definition: MapperDefinition, options: { readonly name?: string } = {}): CompiledMapper {
  const name = options.name ?? 'mapper';
  const targets = Object.keys(definition);
  const sources = targets.map((attribute) => {
    try {
      return compileSource(attribute, definition[attribute] ?? '', name);
    } catch (error) {
      throw new MappingError(attribute, error instanceof Error ? error.message : String(error));
    }
  });
  return assemble(name, definition, targets, sources);
}

function assemble(
  name: string,
  definition: MapperDefinition,
  targets: readonly string[],
  sources: readonly Source[],
): CompiledMapper {
  const readers = sources.map((source) => (isExpression(source) ? undefined : source.read));
  const expressions = sources.flatMap((source, index) => (isExpression(source) ? [{ source, index }] : []));
  const isAsync = expressions.length > 0;
  const attributes = compileAttributes(definition, name);

  const raise = (fault: MappingError): never => {
    throw fault;
  };
  const readPlain = (row: MapperSource, onFault: (fault: MappingError) => void): MappedValues => {
    const values = new Array<string | undefined>(readers.length);
    for (let index = 0; index < readers.length; index += 1) {
      const value = readers[index]?.(row);
      values[index] = typeof value === 'string' ? value : textOf(value, targets[index] ?? '', onFault);
    }
    return values;
  };
  const refuseAsync = (): void => {
    const attribute = targets[expressions[0]?.index ?? 0] ?? '';
    if (isAsync)
      throw new MappingError(attribute, `'${attribute}' of mapper '${name}' is an expression: map asynchronously`);
  };
  const toValuesOfAll: CompiledMapper['toValuesOfAll'] = async (rows, onFault) => {
    const columns: unknown[][] = [];
    for (const { source, index } of expressions) {
      const column: unknown[] = [];
      for (const [position, row] of rows.entries()) {
        try {
          const value = source.evaluateNow(row);
          column.push(value === NEEDS_LIBRARY ? await source.evaluate(row) : value);
        } catch (error) {
          onFault(new MappingError(targets[index] ?? '', source.failure(error).message), position);
          column.push(undefined);
        }
      }
      columns.push(column);
    }
    return rows.map((row, position) => {
      const faulty = (fault: MappingError): void => onFault(fault, position);
      const values = readPlain(row, faulty);
      expressions.forEach(({ index }, order) => {
        values[index] = textOf(columns[order]?.[position], targets[index] ?? '', faulty);
      });
      return values;
    });
  };
  const toValuesAsync: CompiledMapper['toValuesAsync'] = async (row, onFault = raise) => {
    const [values = []] = await toValuesOfAll([row], onFault);
    return values;
  };
  const toValues: CompiledMapper['toValues'] = (row, onFault = raise) => {
    refuseAsync();
    return readPlain(row, onFault);
  };
  return {
    name,
    targets,
    isAsync,
    toValues,
    toValuesAsync,
    toValuesOfAll,
    toFields: (row) => recordOf(targets, toValues(row)),
    toFieldsAsync: async (row) => recordOf(targets, await toValuesAsync(row)),
    toAttributes: (profile, mode) => {
      refuseAsync();
      return attributes.build(
        sources.map((source) => (isExpression(source) ? undefined : source.read(profile))),
        mode,
      );
    },
    toAttributesAsync: async (profile, mode) => {
      const values: unknown[] = sources.map((source) => (isExpression(source) ? undefined : source.read(profile)));
      for (const { source, index } of expressions) {
        try {
          values[index] = await source.evaluate(profile);
        } catch (error) {
          throw new MappingError(targets[index] ?? '', source.failure(error).message);
        }
      }
      return attributes.build(values, mode);
    },
  };
}

function recordOf(targets: readonly string[], values: MappedValues): ReportFields {
  const fields: Record<string, string> = {};
  targets.forEach((target, index) => {
    const value = values[index];
    if (value !== undefined) fields[target] = value;
  });
  return fields;
}

export { MappingError, mapperPairSchema, mapperSchema } from './mapper-definition.js';
export type { MapperDefinition, MapperPair } from './mapper-definition.js';
export { WORKDAY_MAPPER } from './workday-mapper.js';
