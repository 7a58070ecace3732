import { MappingError } from './mapper-definition.js';
import type { MapperDefinition, MapperPair } from './mapper-definition.js';
import { parsePath, readPath, writePath } from './target-path.js';
import type { PathStep } from './target-path.js';

/** The two ways of writing an account (spec connectors 1.7). */
export type AttributeMode = 'create' | 'update';

/** Where one outgoing pair writes to. */
interface Target {
  readonly attribute: string;
  readonly steps: readonly PathStep[];
  readonly clearable: boolean;
  readonly constant: boolean;
  readonly only: AttributeMode | undefined;
  /** The innermost list element the pair lies in, and the list itself; `undefined` outside of lists. */
  readonly element: string | undefined;
  readonly list: readonly PathStep[] | undefined;
}

/** The shape of an application's attributes, compiled from a mapper's targets. */
export interface AttributeMap {
  /** Nests values, given in the order of the mapper's attributes, by the null rules of {@link AttributeMode}. */
  build(values: readonly unknown[], mode: AttributeMode): Record<string, unknown>;
}

function targetOf(attribute: string, pair: MapperPair): Target {
  const steps = parsePath(attribute);
  const last = steps.findLastIndex((step) => typeof step === 'number');
  const options: { only?: AttributeMode | undefined } = typeof pair === 'string' ? {} : pair;
  return {
    attribute,
    steps,
    clearable: 'clearable' in options && options.clearable === true,
    constant: 'value' in options,
    only: options.only,
    element: last < 0 ? undefined : JSON.stringify(steps.slice(0, last + 1)),
    list: last < 0 ? undefined : steps.slice(0, last),
  };
}

/** A target may not be both a value and a parent of other values. */
function refuseOverlaps(targets: readonly Target[], mapper: string): void {
  const paths = new Map(targets.map((target) => [JSON.stringify(target.steps), target.attribute]));
  for (const { attribute, steps } of targets) {
    for (let length = 1; length < steps.length; length += 1) {
      const parent = paths.get(JSON.stringify(steps.slice(0, length)));
      if (parent !== undefined) {
        throw new MappingError(
          attribute,
          `'${attribute}' of mapper '${mapper}' lies inside '${parent}', which is mapped too`,
        );
      }
    }
  }
}

const isEmpty = (value: unknown): boolean => value === null || value === '';

/**
 * Compiles the targets of a mapper.
 *
 * @param mapper the mapper's name for messages
 * @throws MappingError when an attribute is no path, or lies inside another one
 */
export function compileAttributes(definition: MapperDefinition, mapper: string): AttributeMap {
  const targets = Object.entries(definition).map(([attribute, pair]) => {
    try {
      return targetOf(attribute, pair);
    } catch (error) {
      throw new MappingError(attribute, error instanceof Error ? error.message : String(error));
    }
  });
  refuseOverlaps(targets, mapper);
  // An element that only constants make up stands by itself; any other needs a value of the person's.
  const standing = new Set(targets.filter((target) => target.constant).map((target) => target.element));
  for (const target of targets) if (!target.constant) standing.delete(target.element);

  return {
    build(values, mode) {
      const applies = targets.map(({ only }) => only === undefined || only === mode);
      const present = (index: number): boolean => {
        const value = values[index];
        return applies[index] === true && value !== undefined && !isEmpty(value);
      };
      const living = new Set(standing);
      targets.forEach((target, index) => {
        if (!target.constant && present(index)) living.add(target.element);
      });
      const attributes: Record<string, unknown> = {};
      const cleared: Target[] = [];
      targets.forEach((target, index) => {
        const lives = target.element === undefined || living.has(target.element);
        if (present(index)) {
          if (lives) writePath(attributes, target.steps, values[index]);
        } else if (applies[index] && isEmpty(values[index]) && mode === 'update' && target.clearable) {
          cleared.push(target);
        }
      });
      clear(attributes, cleared);
      return compacted(attributes);
    },
  };
}

/** Clears single values by null; a list is replaced as a whole, so it is cleared only when no element is left. */
function clear(attributes: Record<string, unknown>, cleared: readonly Target[]): void {
  for (const { steps, list } of cleared) {
    if (list === undefined) writePath(attributes, steps, null);
    else if (readPath(attributes, list) === undefined) writePath(attributes, list, null);
  }
}

/** Closes the gaps that left-out elements leave in lists. */
function compacted(attributes: Record<string, unknown>): Record<string, unknown> {
  for (const [key, value] of Object.entries(attributes)) attributes[key] = compactedValue(value);
  return attributes;
}

function compactedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((element) => element !== undefined).map(compactedValue);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return compacted(value as Record<string, unknown>);
  }
  return value;
}
