import { readFileSync } from 'node:fs';

import type { z } from 'zod';

import { inOrder } from '../activities/configuration/findings.js';
import { lineOfJsonFault } from '../activities/configuration/json-fault.js';
import { checkSchema } from '../activities/configuration/schema-faults.js';
import { SourceFile } from '../activities/configuration/source-file.js';
import { InputError } from './faults.js';
import type { InputFault } from './faults.js';

/** Reads what a command was handed over and collects the faults of all of it, so that they are reported at once. */
export class InputFiles {
  readonly #faults: InputFault[] = [];

  add(...faults: readonly InputFault[]): void {
    this.#faults.push(...faults);
  }

  /**
   * The content of a JSON file of any size; undefined when it is faulty.
   *
   * @param whenEmpty stands for a file without text; otherwise that is a fault
   */
  json(option: string, file: string, whenEmpty?: string): unknown {
    const text = this.#text(option, file);
    if (text === undefined) return undefined;
    return whenEmpty !== undefined && text.trim() === '' ? whenEmpty : this.parse(file, text);
  }

  /** The value of a JSON text; undefined when it is faulty. */
  parse(file: string, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      const line = lineOfJsonFault(error, text);
      this.add({
        file,
        ...(line === undefined ? {} : { line }),
        problem: 'is not valid JSON',
        remedy: line === undefined ? 'Correct the file.' : 'Correct the text at this line.',
      });
      return undefined;
    }
  }

  /** The content of a small YAML or JSON file, checked against a schema and as it stands; undefined when it is faulty. */
  checked<T extends z.ZodType>(
    option: string,
    file: string,
    schema: T,
  ): { readonly value: z.infer<T>; readonly raw: unknown } | undefined {
    const text = this.#text(option, file);
    if (text === undefined) return undefined;
    const source = new SourceFile(file, text);
    this.add(...source.faults);
    if (source.faults.length > 0) return undefined;
    const raw = source.value ?? {};
    const { value, faults } = checkSchema(schema, raw, source);
    this.add(...inOrder(faults));
    return value === undefined ? undefined : { value, raw };
  }

  /** @throws InputError when anything was faulty */
  throwIfFaulty(): void {
    if (this.#faults.length > 0) throw new InputError(this.#faults);
  }

  #text(option: string, file: string): string | undefined {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      const { code } = error as { readonly code?: string };
      this.add({
        option,
        value: file,
        problem: `cannot be read (${code ?? 'unknown reason'})`,
        remedy: 'Name a file that exists and may be read.',
      });
      return undefined;
    }
  }
}
