import { compileAttributes } from './attribute-map.js';
import type { AttributeMap, AttributeMode } from './attribute-map.js';
import type { Expression } from './expression.js';
import { MappingError } from './mapper-definition.js';
import type { MapperDefinition } from './mapper-definition.js';
import { compileSource } from './mapper-source.js';
import type { MapperSource, PairSource } from './mapper-source.js';
import { NEEDS_LIBRARY } from './plain-expression.js';
import type { ReportFields } from './profile.js';

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

/** Told of a value that cannot be used. */
type FaultHandler = (fault: MappingError) => void;

const raise: FaultHandler = (fault) => {
  throw fault;
};

function textOf(value: unknown, attribute: string, onFault: FaultHandler): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  onFault(new MappingError(attribute, `'${attribute}' is a list or an object where a text is needed`));
  return undefined;
}

/** One attribute whose value needs JSONata. */
interface ExpressionPair {
  readonly index: number;
  readonly attribute: string;
  readonly expression: Expression;
}

/** Implements {@link CompiledMapper} by arrays in the order of the targets. */
class Mapper implements CompiledMapper {
  readonly targets: readonly string[];
  readonly isAsync: boolean;
  readonly #columns: ReadonlyArray<string | undefined>;
  readonly #readers: ReadonlyArray<((source: MapperSource) => unknown) | undefined>;
  readonly #expressions: readonly ExpressionPair[];
  readonly #attributes: AttributeMap;

  constructor(
    readonly name: string,
    definition: MapperDefinition,
    sources: readonly PairSource[],
  ) {
    const targets = Object.keys(definition);
    this.targets = targets;
    this.#columns = sources.map((source) => (source.kind === 'column' ? source.column : undefined));
    this.#readers = sources.map((source) => (source.kind === 'closure' ? source.read : undefined));
    this.#expressions = sources.flatMap((source, index) =>
      source.kind === 'expression' ? [{ index, attribute: targets[index] ?? '', expression: source.expression }] : [],
    );
    this.isAsync = this.#expressions.length > 0;
    this.#attributes = compileAttributes(definition, name);
  }

  toValues(row: MapperSource, onFault: FaultHandler = raise): MappedValues {
    this.#refuseExpressions();
    return this.#plainValues(row, onFault);
  }

  async toValuesAsync(row: MapperSource, onFault: FaultHandler = raise): Promise<MappedValues> {
    const [values = []] = await this.toValuesOfAll([row], onFault);
    return values;
  }

  async toValuesOfAll(
    rows: readonly MapperSource[],
    onFault: (fault: MappingError, position: number) => void,
  ): Promise<MappedValues[]> {
    const columns: unknown[][] = [];
    for (const pair of this.#expressions) columns.push(await evaluateColumn(pair, rows, onFault));
    return rows.map((row, position) => {
      const faulty: FaultHandler = (fault) => onFault(fault, position);
      const values = this.#plainValues(row, faulty);
      for (const [order, { index, attribute }] of this.#expressions.entries()) {
        values[index] = textOf(columns[order]?.[position], attribute, faulty);
      }
      return values;
    });
  }

  toFields(row: MapperSource): ReportFields {
    return recordOf(this.targets, this.toValues(row));
  }

  async toFieldsAsync(row: MapperSource): Promise<ReportFields> {
    return recordOf(this.targets, await this.toValuesAsync(row));
  }

  toAttributes(profile: MapperSource, mode: AttributeMode): Record<string, unknown> {
    this.#refuseExpressions();
    return this.#attributes.build(this.#rawValues(profile), mode);
  }

  async toAttributesAsync(profile: MapperSource, mode: AttributeMode): Promise<Record<string, unknown>> {
    const values = this.#rawValues(profile);
    for (const pair of this.#expressions) [values[pair.index]] = await evaluateColumn(pair, [profile], raise);
    return this.#attributes.build(values, mode);
  }

  // No closures in here: this runs for every row of every report.
  #plainValues(row: MapperSource, onFault: FaultHandler): MappedValues {
    const columns = this.#columns;
    const count = columns.length;
    const values = new Array<string | undefined>(count);
    for (let index = 0; index < count; index += 1) {
      const column = columns[index];
      const value = column === undefined ? this.#readers[index]?.(row) : row[column];
      values[index] = typeof value === 'string' ? value : textOf(value, this.targets[index] ?? '', onFault);
    }
    return values;
  }

  #rawValues(source: MapperSource): unknown[] {
    return this.#columns.map((column, index) =>
      column === undefined ? this.#readers[index]?.(source) : source[column],
    );
  }

  #refuseExpressions(): void {
    const [pair] = this.#expressions;
    if (pair === undefined) return;
    const { attribute } = pair;
    throw new MappingError(attribute, `'${attribute}' of mapper '${this.name}' is an expression: map asynchronously`);
  }
}

/** Evaluates one expression for a portion of rows, one after the other. */
async function evaluateColumn(
  { attribute, expression }: ExpressionPair,
  rows: readonly MapperSource[],
  onFault: (fault: MappingError, position: number) => void,
): Promise<unknown[]> {
  const column: unknown[] = [];
  for (const [position, row] of rows.entries()) {
    let value: unknown = expression.evaluateNow(row);
    if (value === NEEDS_LIBRARY) {
      try {
        value = await expression.evaluate(row);
      } catch (error) {
        value = undefined;
        onFault(new MappingError(attribute, expression.failure(error).message), position);
      }
    }
    column.push(value);
  }
  return column;
}

function recordOf(targets: readonly string[], values: MappedValues): ReportFields {
  const fields: Record<string, string> = {};
  targets.forEach((target, index) => {
    const value = values[index];
    if (value !== undefined) fields[target] = value;
  });
  return fields;
}

/**
 * Compiles a mapper once, so that mapping a row costs one read per attribute.
 *
 * @param options.name the mapper's name for messages
 * @throws MappingError naming the attribute whose expression or path is faulty
 */
export function compileMapper(definition: MapperDefinition, options: { readonly name?: string } = {}): CompiledMapper {
  const name = options.name ?? 'mapper';
  const sources = Object.entries(definition).map(([attribute, pair]) => {
    try {
      return compileSource(attribute, pair, name);
    } catch (error) {
      throw new MappingError(attribute, error instanceof Error ? error.message : String(error));
    }
  });
  return new Mapper(name, definition, sources);
}

export { MappingError, mapperSchema } from './mapper-definition.js';
export type { MapperDefinition } from './mapper-definition.js';
export { WORKDAY_MAPPER } from './workday-mapper.js';
export type { MapperSource } from './mapper-source.js';
