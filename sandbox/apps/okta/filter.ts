/** Whether a record satisfies a filter. */
export type Predicate = (record: unknown) => boolean;

const TOKEN = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y;

interface Token {
  readonly text: string;
  readonly isLiteral: boolean;
}

/**
 * Reads a filter as Okta takes it (RFC 7644, 3.4.2.2): comparisons with `and`, `or`, `not` and parentheses. Values are
 * compared without case; an attribute of a list, such as `target.id`, satisfies when any entry does.
 *
 * @param allowed the attributes that may be named; empty = all
 * @returns null when the filter is malformed or names another attribute
 */
export function parseFilter(text: string, allowed: readonly string[] = []): Predicate | null {
  const tokens = tokenize(text);
  if (tokens === null || tokens.length === 0) return null;
  const parser = new Parser(tokens, allowed);
  const predicate = parser.either();
  return parser.isAtEnd && !parser.failed ? predicate : null;
}

function tokenize(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const trimmed = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return null;
    const [, bracket, literal, word] = match;
    if (literal !== undefined) tokens.push({ text: literal.replace(/\\(.)/g, '$1'), isLiteral: true });
    else tokens.push({ text: bracket ?? word ?? '', isLiteral: false });
  }
  return tokens;
}

const NEVER: Predicate = () => false;

class Parser {
  #position = 0;
  failed = false;

  constructor(
    readonly tokens: readonly Token[],
    readonly allowed: readonly string[],
  ) {}

  get isAtEnd(): boolean {
    return this.#position === this.tokens.length;
  }

  either(): Predicate {
    const parts = [this.#both()];
    while (this.#take('or')) parts.push(this.#both());
    return (record) => parts.some((part) => part(record));
  }

  #both(): Predicate {
    const parts = [this.#one()];
    while (this.#take('and')) parts.push(this.#one());
    return (record) => parts.every((part) => part(record));
  }

  #one(): Predicate {
    if (this.#take('not')) {
      const inner = this.#one();
      return (record) => !inner(record);
    }
    if (!this.#take('(')) return this.#comparison();
    const inner = this.either();
    if (!this.#take(')')) this.failed = true;
    return inner;
  }

  #comparison(): Predicate {
    const attribute = this.#next();
    const operator = this.#next()?.text.toLowerCase() ?? '';
    if (attribute === undefined || attribute.isLiteral || !this.#isAllowed(attribute.text)) return this.#fail();
    const path = attribute.text.split('.');
    if (operator === 'pr') return (record) => valuesAt(record, path).length > 0;
    const compare = COMPARISONS[operator];
    const value = this.#next();
    if (compare === undefined || value === undefined) return this.#fail();
    const wanted = value.text.toLowerCase();
    return (record) => {
      const held = valuesAt(record, path).map((one) => String(one as string).toLowerCase());
      return operator === 'ne' ? !held.includes(wanted) : held.some((one) => compare(one, wanted));
    };
  }

  #isAllowed(attribute: string): boolean {
    return this.allowed.length === 0 || this.allowed.includes(attribute);
  }

  #fail(): Predicate {
    this.failed = true;
    return NEVER;
  }

  #next(): Token | undefined {
    return this.tokens[this.#position++];
  }

  #take(word: string): boolean {
    const token = this.tokens[this.#position];
    if (token === undefined || token.isLiteral || token.text.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }
}

const COMPARISONS: Readonly<Record<string, (held: string, wanted: string) => boolean>> = {
  eq: (held, wanted) => held === wanted,
  ne: (held, wanted) => held !== wanted,
  co: (held, wanted) => held.includes(wanted),
  sw: (held, wanted) => held.startsWith(wanted),
  ew: (held, wanted) => held.endsWith(wanted),
  gt: (held, wanted) => held > wanted,
  ge: (held, wanted) => held >= wanted,
  lt: (held, wanted) => held < wanted,
  le: (held, wanted) => held <= wanted,
};

/** Every value at a path; lists on the way are entered. */
function valuesAt(record: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(record)) return record.flatMap((entry) => valuesAt(entry, path));
  const [step, ...rest] = path;
  if (step === undefined) return record === undefined || record === null ? [] : [record];
  if (typeof record !== 'object' || record === null) return [];
  return valuesAt((record as Readonly<Record<string, unknown>>)[step], rest);
}
