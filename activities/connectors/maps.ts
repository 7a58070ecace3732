import { ConnectorError, ConnectorErrorKind } from './types.js';

/** A mapper file, compiled: from profile fields to application attributes, or the other way round. */
export interface AttributeMap {
  /** Names that the map writes, in the file's order. */
  readonly targets: readonly string[];
  /**
   * What the source holds for each target. A target without a value is left out; `null` says "clear it" and only occurs
   * where the map marks the pair `clearable` (spec connectors 1.7).
   */
  map(source: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Compiles a parsed mapper file.
 *
 * @throws ConnectorError of kind `Configuration` naming the mapper
 */
export function compileAttributeMap(definition: unknown, name: string): AttributeMap {
  if (typeof definition !== 'object' || definition === null) {
    throw new ConnectorError(ConnectorErrorKind.Configuration, `Mapper ${name} is not a list of pairs.`);
  }
  const pairs = Object.entries(definition);
  return {
    targets: pairs.map(([target]) => target),
    map: (source) => {
      const result: Record<string, unknown> = {};
      for (const [target, pair] of pairs) {
        const rule = typeof pair === 'string' ? { field: pair } : (pair as { field?: string; clearable?: boolean });
        const value = rule.field === undefined ? undefined : source[rule.field];
        if (value === undefined) continue;
        if (value !== null && value !== '') result[target] = value;
        else if ('clearable' in rule && rule.clearable === true) result[target] = null;
      }
      return Promise.resolve(result);
    },
  };
}
