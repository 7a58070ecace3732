/** What is read of a JSON schema, its references resolved. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/**
 * Places of a value, such as `/name/nickName`, that a schema does not mention. Schemas let through what they do not
 * mention; vendors ignore it, or refuse it. Objects without listed properties, or declared open, take any name.
 */
export function undocumentedNames(schema: Schema | undefined, value: unknown): string[] {
  return schema === undefined ? [] : namesIn([schema], value, '');
}

function namesIn(schemas: readonly Schema[], value: unknown, place: string): string[] {
  const alternatives = schemas.flatMap(parts);
  if (Array.isArray(value)) {
    const items = alternatives.flatMap(({ items }) => items ?? []);
    return value.flatMap((entry, index) => namesIn(items, entry, `${place}/${index}`));
  }
  if (typeof value !== 'object' || value === null || isOpen(alternatives)) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const known = alternatives.flatMap(({ properties = {} }) =>
      Object.hasOwn(properties, name) ? properties[name]! : [],
    );
    return known.length === 0 ? [`${place}/${name}`] : namesIn(known, part, `${place}/${name}`);
  });
}

const isOpen = (schemas: readonly Schema[]): boolean =>
  schemas.every(({ properties }) => properties === undefined) ||
  schemas.some(({ additionalProperties = false }) => additionalProperties !== false);

/** A schema with all that it is combined of. */
function parts(schema: Schema): readonly Schema[] {
  const { allOf = [], oneOf = [], anyOf = [] } = schema;
  return [schema, ...[...allOf, ...oneOf, ...anyOf].flatMap(parts)];
}
