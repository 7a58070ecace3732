/** One thing that is wrong with what a person typed or handed over. */
export interface InputFault {
  /** File, option or argument. */
  readonly place: string;
  /** Path inside a file, e.g. `fetchLimit` or `3.email`. */
  readonly path?: string;
  readonly value?: unknown;
  readonly problem: string;
  readonly remedy: string;
}

/** Thrown for faulty input, with every fault at once; the command ends with exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError' as const;

  constructor(readonly faults: readonly InputFault[]) {
    super(faults.map(formatInputFault).join('\n'));
  }
}

/** Thrown when a command could not do what it was asked for; exit code 1. The message names the next step. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed' as const;
}

const LONGEST_VALUE = 60;

/** A fault on one line: place, path, value, problem, remedy. */
export function formatInputFault({ place, path, value, problem, remedy }: InputFault): string {
  const where = path === undefined || path === '' ? place : `${place} (${path})`;
  const shown = value === undefined ? '' : ` ${shorten(JSON.stringify(value) ?? String(value))}`;
  return `${where}:${shown} ${problem}. Remedy: ${remedy}.`;
}

const shorten = (text: string): string => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);

/** One fault as an error. */
export const inputError = (place: string, problem: string, remedy: string, value?: unknown): InputError =>
  new InputError([{ place, problem, remedy, ...(value === undefined ? {} : { value }) }]);
