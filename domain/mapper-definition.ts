import { z } from 'zod';

const outgoing = {
  /** On update an empty value is sent as "clear" only when the pair says so (spec connectors 1.7). */
  clearable: z.boolean().optional(),
  /** The pair belongs to one way of writing only; without it, to both. */
  only: z.enum(['create', 'update']).optional(),
};

/** One pair of a mapper: where the value of an attribute comes from. */
export const mapperPairSchema = z.union(
  [
    z.string().min(1, 'must name a field'),
    z.strictObject({ field: z.string().min(1), transform: z.enum(['lowercase', 'trim']).optional(), ...outgoing }),
    z.strictObject({ expression: z.string().min(1), ...outgoing }),
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean(), z.null()]), only: outgoing.only }),
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
