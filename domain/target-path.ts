/** One step into a nested attribute: a key of an object, or a position in a list. */
export type PathStep = string | number;

const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

/**
 * Splits an attribute such as `name.givenName`, `emails[0].value` or
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department` into its steps. The dots inside a URN belong
 * to its name: only a dot behind its last colon divides.
 *
 * @throws Error naming the fault when the path is malformed or would reach into an object's prototype
 */
export function parsePath(path: string): readonly PathStep[] {
  const start = path.startsWith('urn:') ? path.lastIndexOf(':') : 0;
  const steps: PathStep[] = [];
  for (const [position, part] of splitFrom(path, start).entries()) {
    const match = /^([^[\]]+)((?:\[\d{1,4}\])*)$/.exec(part);
    if (match === null) throw new Error(`'${path}' is not an attribute path: part ${position + 1} is malformed`);
    const key = match[1] ?? '';
    if (UNSAFE_KEYS.has(key)) throw new Error(`'${path}' is not an attribute path: '${key}' is reserved`);
    steps.push(key);
    for (const index of (match[2] ?? '').matchAll(/\d+/g)) steps.push(Number(index[0]));
  }
  return steps;
}

function splitFrom(path: string, start: number): readonly string[] {
  const firstDot = path.indexOf('.', start);
  if (firstDot < 0) return [path];
  return [path.slice(0, firstDot), ...path.slice(firstDot + 1).split('.')];
}

/** The value at a path, or `undefined` where the path leads nowhere. Only own keys are followed. */
export function readPath(source: unknown, steps: readonly PathStep[]): unknown {
  let current = source;
  for (const step of steps) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PathStep, unknown>)[step];
  }
  return current;
}

/** Writes a value at a path, creating objects and lists on the way. */
export function writePath(target: Record<string, unknown>, steps: readonly PathStep[], value: unknown): void {
  let current = target as Record<PathStep, unknown>;
  steps.forEach((step, position) => {
    const next = steps[position + 1];
    if (next === undefined) {
      current[step] = value;
      return;
    }
    current[step] ??= typeof next === 'number' ? [] : {};
    current = current[step] as Record<PathStep, unknown>;
  });
}
