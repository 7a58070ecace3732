import jsonata from 'jsonata';
import { compilePlainExpression, NEEDS_LIBRARY } from './plain-expression.js';
import type { PlainExpression } from './plain-expression.js';

/** A JSONata expression that was compiled once. Evaluation is asynchronous, because JSONata is. */
export interface Expression {
  readonly text: string;
  /**
   * The value for one input; `undefined` when the expression finds nothing. Rejects with JSONata's own error, which may
   * quote the input: {@link Expression.failure} turns it into one that can be shown.
   */
  evaluate(input: unknown): Promise<unknown>;
  /**
   * The same value without waiting, where plain code can tell; otherwise {@link NEEDS_LIBRARY}, and `evaluate` has to be
   * asked. Never throws.
   */
  readonly evaluateNow: PlainExpression;
  /** The error to show for one that `evaluate` threw: the place and JSONata's code, no data. */
  failure(error: unknown): ExpressionError;
}

/** An expression of the configuration that does not compile, or that failed on an input. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError' as const;

  /** @param place where the expression stands, e.g. `attribute 'displayName' of mapper 'workday'` */
  constructor(
    readonly place: string,
    message: string,
  ) {
    super(message);
  }
}

// JSONata throws plain objects; its message can quote the data, its code cannot.
function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return 'unknown error';
}

function positionOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'position' in error && typeof error.position === 'number') {
    return ` at character ${error.position}`;
  }
  return '';
}

/**
 * Compiles a JSONata expression.
 *
 * @param place where it stands, for error messages
 * @throws ExpressionError when the text is no valid expression
 */
export function compileExpression(text: string, place: string): Expression {
  let compiled: ReturnType<typeof jsonata>;
  try {
    compiled = jsonata(text);
  } catch (error) {
    throw new ExpressionError(
      place,
      `The expression of ${place} is not valid JSONata${positionOf(error)} (${codeOf(error)}). Correct the expression.`,
    );
  }
  return {
    text,
    evaluateNow: compilePlainExpression(compiled.ast()) ?? (() => NEEDS_LIBRARY),
    // Handed through as it is: a report awaits one of these per row, and every wrapper costs a promise.
    evaluate: (input) => compiled.evaluate(input) as Promise<unknown>,
    failure: (error) =>
      new ExpressionError(
        place,
        `The expression of ${place} failed (JSONata ${codeOf(error)}). Correct the expression.`,
      ),
  };
}
