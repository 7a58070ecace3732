/** A value that plain code and JSONata agree on. */
type PlainValue = string | boolean | undefined;
type Input = Readonly<Record<string, unknown>>;

/** Answer of a plain expression that meets something only JSONata can evaluate. */
export const NEEDS_LIBRARY: unique symbol = Symbol('needs JSONata');

/** Evaluates an expression at once, or answers {@link NEEDS_LIBRARY}. */
export type PlainExpression = (input: Input) => PlainValue | typeof NEEDS_LIBRARY;

/** A node of JSONata's syntax tree, as far as it is read here. */
interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly steps?: unknown;
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  readonly condition?: unknown;
  readonly then?: unknown;
  readonly else?: unknown;
  readonly expressions?: unknown;
  readonly procedure?: unknown;
  readonly arguments?: unknown;
}

type Step = (input: Input) => PlainValue;

// Thrown inside of plain code; one object, because a stack trace per row would cost more than the library.
const BEYOND = new Error('beyond plain values');

const KNOWN_KEYS = new Set(
  'type value position steps lhs rhs condition then else expressions procedure arguments name'.split(' '),
);

// Predicates, groupings, contexts and the like are all further keys of a node.
const isNode = (node: unknown): node is Node =>
  typeof node === 'object' && node !== null && Object.keys(node).every((key) => KNOWN_KEYS.has(key));

const isTrue = (value: PlainValue): boolean => value === true || (typeof value === 'string' && value !== '');

const textOf = (value: PlainValue): string => {
  if (typeof value === 'boolean') throw BEYOND;
  return value ?? '';
};

/** Functions of one to two texts; undefined in, undefined out, as in JSONata. */
const FUNCTIONS: Readonly<
  Record<string, { readonly arity: number; readonly call: (...texts: string[]) => PlainValue }>
> = {
  lowercase: { arity: 1, call: (text = '') => text.toLowerCase() },
  uppercase: { arity: 1, call: (text = '') => text.toUpperCase() },
  trim: { arity: 1, call: (text = '') => text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '') },
  contains: { arity: 2, call: (text = '', part = '') => text.includes(part) },
  substringBefore: {
    arity: 2,
    call: (text = '', mark = '') => (text.includes(mark) ? text.slice(0, text.indexOf(mark)) : text),
  },
  substringAfter: {
    arity: 2,
    call: (text = '', mark = '') => (text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : text),
  },
};

function compileName(steps: unknown): Step | undefined {
  if (!Array.isArray(steps) || steps.length !== 1) return undefined;
  const [step] = steps as readonly unknown[];
  if (!isNode(step) || step.type !== 'name' || typeof step.value !== 'string') return undefined;
  const name = step.value;
  const isInherited = name in Object.prototype;
  return (input) => {
    const value = isInherited && !Object.hasOwn(input, name) ? undefined : input[name];
    if (value === undefined || typeof value === 'string' || typeof value === 'boolean') return value;
    throw BEYOND;
  };
}

function compileBinary({ value: operator, lhs, rhs }: Node): Step | undefined {
  const left = compileStep(lhs);
  const right = compileStep(rhs);
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '&':
      return (input) => textOf(left(input)) + textOf(right(input));
    case 'and':
      return (input) => isTrue(left(input)) && isTrue(right(input));
    case 'or':
      return (input) => isTrue(left(input)) || isTrue(right(input));
    case '=':
    case '!=':
      return (input) => {
        const [a, b] = [left(input), right(input)];
        return a !== undefined && b !== undefined && (a === b) === (operator === '=');
      };
    default:
      return undefined;
  }
}

function compileCondition(node: Node): Step | undefined {
  const condition = compileStep(node.condition);
  const whenTrue = compileStep(node.then);
  const whenFalse = node.else === undefined ? () => undefined : compileStep(node.else);
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) return undefined;
  return (input) => (isTrue(condition(input)) ? whenTrue(input) : whenFalse(input));
}

function compileCall(node: Node): Step | undefined {
  if (!isNode(node.procedure) || node.procedure.type !== 'variable' || node.value !== '(') return undefined;
  const name = String(node.procedure.value);
  const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (called === undefined || !Array.isArray(node.arguments) || node.arguments.length !== called.arity)
    return undefined;
  const steps = node.arguments.map(compileStep);
  if (!steps.every((step) => step !== undefined)) return undefined;
  return (input) => {
    const texts: string[] = [];
    for (const step of steps) {
      const value = step(input);
      // Anything but a text is an error or a special case there.
      if (typeof value !== 'string') throw BEYOND;
      texts.push(value);
    }
    return called.call(...texts);
  };
}

function compileStep(node: unknown): Step | undefined {
  if (!isNode(node)) return undefined;
  switch (node.type) {
    case 'path':
      return compileName(node.steps);
    case 'string':
    case 'value': {
      const { value } = node;
      return typeof value === 'string' || typeof value === 'boolean' ? () => value : undefined;
    }
    case 'binary':
      return compileBinary(node);
    case 'condition':
      return compileCondition(node);
    case 'function':
      return compileCall(node);
    case 'block':
      return Array.isArray(node.expressions) && node.expressions.length === 1
        ? compileStep(node.expressions[0])
        : undefined;
    default:
      return undefined;
  }
}

/**
 * Compiles the everyday part of JSONata to closures: columns, texts, `&`, `=`, `!=`, `and`, `or`, conditions and a few
 * text functions. A report evaluates its expressions once per row, and JSONata's evaluation takes longer than
 * everything else that happens to the row. Whatever is not covered is left to the library, row by row if need be; a
 * property test holds the two equal.
 *
 * @param tree JSONata's syntax tree
 * @returns `undefined` when the expression goes beyond that part
 */
export function compilePlainExpression(tree: unknown): PlainExpression | undefined {
  const step = compileStep(tree);
  if (step === undefined) return undefined;
  return (input) => {
    try {
      return step(input);
    } catch (error) {
      if (error === BEYOND) return NEEDS_LIBRARY;
      throw error;
    }
  };
}
