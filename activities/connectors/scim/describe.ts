import { z } from 'zod';

import { CORE_ATTRIBUTES } from './users.js';
import type { HttpClient } from '../http.js';

const attributeSchema = z.looseObject({
  name: z.string().min(1),
  description: z.string().nullish(),
  mutability: z.string().nullish(),
  multiValued: z.boolean().nullish(),
  subAttributes: z.array(z.unknown()).nullish(),
});

const schemaSchema = z.looseObject({ id: z.string(), attributes: z.array(attributeSchema).nullish() });

/** Several schemas, or the one that was asked for. */
const schemasSchema = z.union([
  z.looseObject({ Resources: z.array(schemaSchema) }),
  schemaSchema.transform((schema) => ({ Resources: [schema] })),
]);

type Attribute = z.infer<typeof attributeSchema>;

/** Statuses with which a service says that it does not describe itself. */
const NO_DESCRIPTION: readonly number[] = [400, 403, 404, 405, 501];

/**
 * Writable attributes of users in the spelling that mappers use, from the service's own schemas, else the core ones.
 *
 * @param path where the service describes its users
 */
export async function describeUsers(http: HttpClient, path: string): Promise<Readonly<Record<string, string>>> {
  const answer = await http.request({ method: 'GET', path, label: 'Schemas', accept: NO_DESCRIPTION });
  const parsed = schemasSchema.safeParse(answer.body);
  const schemas = parsed.success ? parsed.data.Resources.filter(({ id }) => id.endsWith(':User')) : [];
  if (schemas.length === 0) return CORE_ATTRIBUTES;
  const pairs = schemas.flatMap(({ id, attributes }) => {
    const prefix = id.includes(':extension:') ? `${id}.` : '';
    return (attributes ?? []).flatMap((attribute) => describeAttribute(attribute, prefix));
  });
  return Object.fromEntries(pairs);
}

function describeAttribute(attribute: Attribute, prefix: string): readonly (readonly [string, string])[] {
  if (attribute.mutability === 'readOnly') return [];
  const name = `${prefix}${attribute.name}${attribute.multiValued === true ? '[0]' : ''}`;
  const parts = (attribute.subAttributes ?? []).flatMap((part) => {
    const parsed = attributeSchema.safeParse(part);
    return parsed.success ? describeAttribute(parsed.data, `${name}.`) : [];
  });
  return parts.length > 0 ? parts : [[name, attribute.description ?? '']];
}
