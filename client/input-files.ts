import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import type { z } from 'zod';

import { InputError } from './faults.js';
import type { InputFault } from './faults.js';

/** Collects the faults of several inputs, so that they are reported all at once. */
export class InputFiles {
  readonly #faults: InputFault[] = [];

  add(fault: InputFault): void {
    this.#faults.push(fault);
  }

  /** The content of a JSON file; undefined when it is faulty. */
  json(option: string, file: string): unknown {
    return this.#read(option, file, (text) => JSON.parse(text) as unknown, 'JSON');
  }

  /** The content of a YAML or JSON file; undefined when it is faulty. */
  yaml(option: string, file: string): unknown {
    return this.#read(option, file, (text) => parse(text) as unknown, 'YAML or JSON');
  }

  #read(option: string, file: string, parser: (text: string) => unknown, kind: string): unknown {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      const { code } = error as { code?: string };
      this.add({
        place: option,
        value: file,
        problem: `the file cannot be read (${code ?? 'unknown'})`,
        remedy: 'name a file that exists and may be read',
      });
      return undefined;
    }
    try {
      return parser(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : 'unknown';
      this.add({ place: file, problem: `the file is no ${kind} (${reason})`, remedy: 'correct the file' });
      return undefined;
    }
  }

  /** Checks a value against a schema; every issue becomes a fault of the file. */
  check<T extends z.ZodType>(file: string, schema: T, value: unknown, remedy: string): z.infer<T> | undefined {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const found = valueAt(value, issue.path);
      this.add({
        place: file,
        path: issue.path.map(String).join('.'),
        ...(found === undefined ? {} : { value: found }),
        problem: issue.message,
        remedy,
      });
    }
    return undefined;
  }

  /** @throws InputError when anything was faulty */
  throwIfFaulty(): void {
    if (this.#faults.length > 0) throw new InputError(this.#faults);
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let part = value;
  for (const key of path) {
    if (typeof part !== 'object' || part === null) return undefined;
    part = (part as Record<PropertyKey, unknown>)[key];
  }
  return part;
}
