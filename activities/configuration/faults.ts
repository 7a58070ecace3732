/** One thing that is wrong in a configuration directory, told so that an operator can correct it at once. */
export interface ConfigurationFault {
  /** Path of the file, relative to the configuration directory. */
  readonly file: string;
  /** Line of the file, from 1; absent when it has none (a missing file). */
  readonly line?: number;
  /** Where in the file, e.g. `instances[0].name`; the empty text stands for the whole file. */
  readonly path: string;
  /** The value as it stands; `(hidden)` when it is or may be a secret. Absent when there is none. */
  readonly value?: string;
  /** The end of a sentence that begins with the path, e.g. `is no known time zone`. */
  readonly problem: string;
  /** A whole sentence. */
  readonly remedy: string;
}

/** Thrown for a configuration that cannot be used. Carries every fault that was found, not just the first. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError' as const;

  /**
   * @param faults at least one, in the order of files and lines
   * @param warnings what was found beside them
   */
  constructor(
    readonly faults: readonly ConfigurationFault[],
    readonly warnings: readonly ConfigurationFault[] = [],
  ) {
    super(`The configuration cannot be used. ${countOf(faults)}:\n${faults.map(formatFault).join('\n')}`);
  }
}

const countOf = (faults: readonly unknown[]): string => (faults.length === 1 ? 'One fault' : `${faults.length} faults`);

/** A fault in one line: place, path, value, problem, remedy. */
export function formatFault({ file, line, path, value, problem, remedy }: ConfigurationFault): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const what = [path, value].filter((part) => part !== undefined && part !== '').join(' = ');
  return `${place}: ${what === '' ? '' : `${what} `}${problem}. ${remedy}`;
}

/** A path as operators write it: `instances[0].settings.url`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

const SECRET_NAME = /password|passphrase|secret|token|credential|authorization|cookie|privatekey|apikey|smtpurl/i;
/** Settings whose names sound like a secret and are none. */
const NO_SECRETS: ReadonlySet<string> = new Set(['passwordGenerator', 'mustChangePasswordAtFirstLogon']);
const HIDDEN = '(hidden)';
const LONGEST_VALUE = 80;

/** A value for a fault: short, and hidden where the path sounds like a secret or an address carries credentials. */
export function shownValue(value: unknown, path: readonly PropertyKey[]): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const isSecret = path.some((step) => typeof step === 'string' && SECRET_NAME.test(step) && !NO_SECRETS.has(step));
  if (isSecret && typeof value !== 'boolean' && value !== null) return HIDDEN;
  const text = JSON.stringify(value).replace(/\/\/[^/@"]*@/, `//${HIDDEN}@`);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
}
