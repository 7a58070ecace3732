import { z } from 'zod';

import { about } from './config/settings.js';

const outgoing = {
  /** On update an empty value is sent as "clear" only when the pair says so (spec connectors 1.7). */
  clearable: z
    .boolean()
    .optional()
    .meta(about('Outgoing only: an emptied field is emptied in the application as well.', true)),
  only: z
    .enum(['create', 'update'])
    .optional()
    .meta(about('Outgoing only: the pair belongs to one way of writing; left out, to both.')),
};

/** One pair of a mapper: where the value of an attribute comes from. */
export const mapperPairSchema = z.union(
  [
    z.string().min(1, 'must name a field'),
    z.strictObject({
      field: z.string().min(1).meta(about('Name or path of the value that is taken over.', 'emails[0].value')),
      transform: z.enum(['lowercase', 'trim']).optional().meta(about('What is done to it.')),
      ...outgoing,
    }),
    z.strictObject({
      expression: z.string().min(1).meta(about('JSONata that makes the value.', "givenName & ' ' & surname")),
      ...outgoing,
    }),
    z.strictObject({
      value: z
        .union([z.string(), z.number(), z.boolean(), z.null()])
        .meta(about('The same value for everybody.', 'work')),
      only: outgoing.only,
    }),
  ],
  { error: 'must be a field name, { field, transform }, { expression } or { value }' },
);
export type MapperPair = z.infer<typeof mapperPairSchema>;

/** A mapper file: attribute <- pair, in the order in which attributes are written. */
export const mapperSchema = z.record(z.string().min(1), mapperPairSchema);
export type MapperDefinition = z.infer<typeof mapperSchema>;

/** A mapper that cannot be compiled, or a value that it cannot use. Names the attribute and never the data. */
export class MappingError extends Error {
  override readonly name = 'MappingError' as const;

  constructor(
    readonly attribute: string,
    message: string,
  ) {
    super(message);
  }
}
