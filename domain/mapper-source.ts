import { compileExpression } from './expression.js';
import type { Expression } from './expression.js';
import type { MapperPair } from './mapper-definition.js';
import { parsePath, readPath } from './target-path.js';

/** What a mapper reads from: a report row, a profile, or an account. */
export type MapperSource = Readonly<Record<string, unknown>>;

/**
 * Where one attribute's value comes from. `column` is a plain property, read without a call; the other two are a closure
 * and an expression that may have to be awaited.
 */
export type PairSource =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'closure'; readonly read: (source: MapperSource) => unknown }
  | { readonly kind: 'expression'; readonly expression: Expression };

function fieldSource(field: string): Exclude<PairSource, { kind: 'expression' }> {
  if (field in Object.prototype) {
    return { kind: 'closure', read: (source) => (Object.hasOwn(source, field) ? source[field] : undefined) };
  }
  // Report columns may contain dots themselves, so the exact name goes first, and need not be a path at all.
  const steps = /[.[]/.test(field) ? pathOf(field) : undefined;
  if (steps === undefined) return { kind: 'column', column: field };
  return { kind: 'closure', read: (source) => source[field] ?? readPath(source, steps) };
}

function pathOf(field: string): ReturnType<typeof parsePath> | undefined {
  try {
    return parsePath(field);
  } catch {
    return undefined;
  }
}

/**
 * Compiles the source of one pair.
 *
 * @throws ExpressionError when its expression is not valid JSONata
 */
export function compileSource(attribute: string, pair: MapperPair, mapper: string): PairSource {
  if (typeof pair === 'string') return fieldSource(pair);
  if ('value' in pair) return { kind: 'closure', read: () => pair.value };
  if ('expression' in pair) {
    const place = `attribute '${attribute}' of mapper '${mapper}'`;
    return { kind: 'expression', expression: compileExpression(pair.expression, place) };
  }
  const source = fieldSource(pair.field);
  const { transform } = pair;
  if (transform === undefined) return source;
  const read = source.kind === 'column' ? (from: MapperSource) => from[source.column] : source.read;
  return {
    kind: 'closure',
    read: (from) => {
      const value = read(from);
      if (typeof value !== 'string') return value;
      return transform === 'lowercase' ? value.toLowerCase() : value.trim();
    },
  };
}
