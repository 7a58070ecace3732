import { z } from 'zod';

const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const texts = z.array(z.string());

const operation = <T extends z.ZodRawShape>(attributes: T, ...others: readonly z.ZodType[]) =>
  z.strictObject({
    schemas: texts.optional(),
    Operations: z
      .array(
        z.strictObject({
          op: z.enum(['add', 'remove', 'replace']),
          path: z
            .string()
            .regex(/^[\w.:-]+$/, 'must not hold a filter')
            .optional(),
          value: z.union([z.strictObject(attributes), z.string(), ...others]).optional(),
        }),
      )
      .min(1),
  });

/** What the two interfaces take. Whatever is not listed is refused. */
export interface GithubBodies {
  readonly user: z.ZodType;
  readonly patch: z.ZodType;
}

/** Members of an organization. */
export const ORGANIZATION_BODIES: GithubBodies = {
  user: z.strictObject({
    schemas: texts.optional(),
    userName: z.string().min(1),
    externalId: z.string().optional(),
    displayName: z.string().optional(),
    active: z.boolean().optional(),
    groups: texts.optional(),
    name: z.strictObject({ givenName: z.string(), familyName: z.string(), formatted: z.string().optional() }),
    emails: z
      .array(z.strictObject({ value: z.string().min(1), type: z.string().optional(), primary: z.boolean().optional() }))
      .min(1),
  }),
  patch: operation(
    {
      active: z.boolean().optional(),
      userName: z.string().optional(),
      externalId: z.string().optional(),
      givenName: z.string().optional(),
      familyName: z.string().optional(),
    },
    z.array(z.strictObject({ value: z.string(), primary: z.boolean().optional() })),
  ),
};

/** Managed users of an enterprise. */
export const ENTERPRISE_BODIES: GithubBodies = {
  user: z.strictObject({
    schemas: z.array(z.literal(USER_SCHEMA)).min(1),
    userName: z.string().min(1),
    externalId: z.string().min(1),
    displayName: z.string().min(1),
    active: z.boolean(),
    name: z
      .strictObject({
        givenName: z.string(),
        familyName: z.string(),
        formatted: z.string().optional(),
        middleName: z.string().optional(),
      })
      .optional(),
    emails: z.array(z.strictObject({ value: z.string().min(1), type: z.string(), primary: z.boolean() })).min(1),
    roles: z.array(z.looseObject({ value: z.string() })).optional(),
  }),
  patch: operation({
    active: z.boolean().optional(),
    userName: z.string().optional(),
    externalId: z.string().optional(),
    displayName: z.string().optional(),
  }),
};

/** What is wrong with a body, in a sentence; null when nothing is. */
export function faultOfBody(schema: z.ZodType, body: unknown): string | null {
  const parsed = schema.safeParse(body);
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  return `Invalid request: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
}
