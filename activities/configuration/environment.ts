import type { ConfigurationFault } from './faults.js';
import type { SourceFile } from './source-file.js';

/** Variables of the process, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

const ONLY_REFERENCES = /^(\$\{[A-Za-z_][A-Za-z0-9_]*\})+$/;

/** JSONata and shell-like texts are left alone: a `${` in an expression is not ours. */
const isExpression = (path: readonly PropertyKey[]): boolean =>
  path[0] === 'groups' || path.at(-1) === 'expression' || path.at(-1) === 'cron';

/**
 * Replaces every `${NAME}` in the texts of a parsed file by the variable's value. A setting that is nothing but an empty
 * variable counts as left out. Each reference to a variable that is not set is a fault that names it; the values
 * themselves never appear in a message.
 */
export function resolveReferences(
  source: SourceFile,
  env: Environment,
): { readonly value: unknown; readonly faults: readonly ConfigurationFault[] } {
  const faults: ConfigurationFault[] = [];
  const resolveText = (text: string, path: readonly PropertyKey[]): string =>
    text.replace(REFERENCE, (_, name: string) => {
      source.hide(path);
      const value = env[name];
      if (value !== undefined) return value;
      faults.push(
        source.fault(path, {
          problem: `refers to the environment variable ${name}, which is not set`,
          remedy: `Set ${name} before starting, or write another reference.`,
        }),
      );
      return '';
    });
  const walk = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === 'string') return isExpression(path) ? value : resolveText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]): [string, unknown] => [key, walk(item, [...path, key])])
        .filter(([key, resolved]) => !(resolved === '' && ONLY_REFERENCES.test(String(value[key as keyof object])))),
    );
  };
  return { value: walk(source.value, []), faults };
}
