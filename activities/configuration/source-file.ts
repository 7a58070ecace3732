import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, ParsedNode } from 'yaml';

import { pathText, shownValue } from './faults.js';
import type { ConfigurationFault } from './faults.js';
import { lineOfJsonFault } from './json-fault.js';

/** What a fault says beside its place. */
export interface FaultText {
  readonly problem: string;
  readonly remedy: string;
  /** Shown unless it is or may be a secret; the empty text of an absent value is left out. */
  readonly value?: unknown;
}

/**
 * A parsed YAML or JSON file that still knows the lines of its values. A file that cannot be parsed has faults and the
 * value `undefined`.
 */
export class SourceFile {
  readonly value: unknown;
  readonly faults: readonly ConfigurationFault[];
  readonly #lines: LineCounter;
  readonly #document: Document.Parsed;
  /** Paths whose values came from the environment: never shown. */
  readonly #hidden = new Set<string>();
  readonly #kept = new Map<string, readonly number[]>();

  /** @param file path relative to the configuration directory */
  constructor(
    readonly file: string,
    text: string,
  ) {
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    this.faults = isJson(file) ? this.#jsonFaults(text) : this.#parserFaults();
    this.value = this.faults.length > 0 ? undefined : this.#document.toJS();
  }

  #parserFaults(): ConfigurationFault[] {
    return this.#document.errors.map(({ message, pos }) => ({
      file: this.file,
      line: this.#lines.linePos(pos[0]).line,
      path: '',
      problem: `is not valid ${isJson(this.file) ? 'JSON' : 'YAML'}: ${message}`,
      remedy: 'Correct the text at this line.',
    }));
  }

  /** YAML takes more for JSON than JSON is, a comma too many for instance. Only a key that is there twice is its own. */
  #jsonFaults(text: string): ConfigurationFault[] {
    try {
      JSON.parse(text);
    } catch (error) {
      const line = lineOfJsonFault(error, text);
      return [
        {
          file: this.file,
          ...(line === undefined ? {} : { line }),
          path: '',
          problem: 'is not valid JSON',
          remedy: line === undefined ? 'Correct the file.' : 'Correct the text at this line.',
        },
      ];
    }
    return this.#parserFaults();
  }

  /** Declares that a list was shortened: from now on an index in a path means the item at that place of `kept`. */
  renumber(list: readonly PropertyKey[], kept: readonly number[]): void {
    this.#kept.set(pathText(list), kept);
  }

  #originalPath(path: readonly PropertyKey[]): readonly PropertyKey[] {
    const at = path.findIndex((step) => typeof step === 'number');
    const kept = at < 0 ? undefined : this.#kept.get(pathText(path.slice(0, at)));
    return kept === undefined ? path : path.map((step, depth) => (depth === at ? (kept[Number(step)] ?? step) : step));
  }

  /** Declares that a value holds something from the environment, so that no message shows it. */
  hide(path: readonly PropertyKey[]): void {
    this.#hidden.add(pathText(path));
  }

  /** A fault at a path; it gets the line of the value, of its key, or of the nearest parent that exists. */
  fault(place: readonly PropertyKey[], { problem, remedy, value }: FaultText): ConfigurationFault {
    const path = this.#originalPath(place);
    const text = pathText(path);
    const shown = this.#hidden.has(text) && value !== undefined ? '(hidden)' : shownValue(value, path);
    return {
      file: this.file,
      line: this.lineOf(path),
      path: text,
      ...(shown === undefined ? {} : { value: shown }),
      problem,
      remedy,
    };
  }

  /** Line of the deepest part of a path that exists, from 1. */
  lineOf(path: readonly PropertyKey[]): number {
    let node: unknown = this.#document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const step of path) {
      const next = childOf(node, step);
      if (next === undefined) break;
      offset = next.offset ?? offset;
      node = next.node;
    }
    return this.#lines.linePos(offset).line;
  }
}

const isJson = (file: string): boolean => file.endsWith('.json');

const offsetOf = (node: unknown): number | undefined => (node as ParsedNode | null)?.range?.[0];

function childOf(node: unknown, step: PropertyKey): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return item === undefined ? undefined : { node: item, offset: offsetOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
  return pair === undefined ? undefined : { node: pair.value, offset: offsetOf(pair.key) };
}

/** Reads a file of the configuration directory; a fault when it does not exist or cannot be read. */
export function readSource(directory: string, file: string, remedy: string): SourceFile | ConfigurationFault {
  const text = readText(directory, file);
  return text === undefined
    ? { file, path: '', problem: 'does not exist or cannot be read', remedy }
    : new SourceFile(file, text);
}

/** The text of a file; `undefined` when it cannot be read. */
export function readText(directory: string, file: string): string | undefined {
  try {
    return readFileSync(join(directory, file), 'utf8');
  } catch {
    return undefined;
  }
}
