import { shownValue } from '../activities/configuration/faults.js';

/**
 * One thing that is wrong with what a person typed or handed over, in the terms of a configuration fault: where, what
 * stands there, what is wrong with it, what to do.
 */
export interface InputFault {
  /** Option or argument, spelled as `--help` spells it. */
  readonly option?: string;
  /** File, as it was named. */
  readonly file?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
  /** Where in the file, e.g. `fetchLimit` or `[3].email`. */
  readonly path?: string;
  /** The value as it stands, shortened; `(hidden)` when it may be a secret. */
  readonly value?: string;
  /** The end of a sentence that begins with the value. */
  readonly problem: string;
  /** A whole sentence. */
  readonly remedy: string;
}

/** Thrown for faulty input, with every fault at once; the command ends with exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError' as const;

  /** @param faults at least one */
  constructor(readonly faults: readonly InputFault[]) {
    super(faults.map(formatInputFault).join('\n'));
  }
}

/** Thrown when a command could not do what it was asked for; exit code 1. The message names the next step. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed' as const;
}

/** A fault on one line: place, path, value, problem, remedy. */
export function formatInputFault({ option, file, line, path, value, problem, remedy }: InputFault): string {
  const place = file === undefined ? option : line === undefined ? file : `${file}:${line}`;
  const what = [path, value].filter((part) => part !== undefined && part !== '').join(' = ');
  return [...(place === undefined ? [] : [`${place}:`]), ...(what === '' ? [] : [what]), `${problem}. ${remedy}`].join(
    ' ',
  );
}

/** A fault of an option or argument. */
export function optionFault(option: string, problem: string, remedy: string, value?: unknown): InputFault {
  const shown = shownValue(value, [option]);
  return { option, ...(shown === undefined ? {} : { value: shown }), problem, remedy };
}

/** One fault of an option or argument as an error. */
export const inputError = (option: string, problem: string, remedy: string, value?: unknown): InputError =>
  new InputError([optionFault(option, problem, remedy, value)]);

/**
 * Does several things, one after another, that can find faulty input, so that the faults of all of them are reported at once.
 *
 * @throws InputError with every fault
 */
export async function allOf<T extends readonly unknown[]>(
  ...works: { readonly [K in keyof T]: () => Promise<T[K]> | T[K] }
): Promise<T> {
  const faults: InputFault[] = [];
  const results: unknown[] = [];
  for (const work of works) {
    try {
      results.push(await work());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  return results as unknown as T;
}
