/** A reference to an environment variable that is not set. */
export interface MissingReference {
  readonly path: readonly string[];
  readonly name: string;
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Replaces `${NAME}` in every text of a value by the environment's. Keys are left alone. */
export function resolveReferences(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { readonly value: unknown; readonly missing: readonly MissingReference[] } {
  const missing: MissingReference[] = [];
  const resolve = (part: unknown, path: readonly string[]): unknown => {
    if (typeof part === 'string') {
      return part.replace(REFERENCE, (_, name: string) => {
        const found = env[name];
        if (found === undefined) missing.push({ path, name });
        return found ?? '';
      });
    }
    if (Array.isArray(part)) return part.map((item, index) => resolve(item, [...path, String(index)]));
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, resolve(item, [...path, key])]));
    }
    return part;
  };
  return { value: resolve(value, []), missing };
}
