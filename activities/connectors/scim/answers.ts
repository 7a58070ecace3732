import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { ConnectorErrorKind } from '../types.js';
import type { AppGroup, AppUser } from '../types.js';
import type { VendorFault } from '../http-errors.js';

/** The message format of RFC 7644 for changes. */
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** Core user. */
export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** Core group. */
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** Enterprise extension of users; the 2.0 name, whatever older connectors sent. */
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const emailSchema = z.looseObject({ value: z.string().nullish(), primary: z.boolean().nullish() });

const userSchema = z.looseObject({
  id: z.string().min(1),
  userName: z.string().nullish(),
  externalId: z.string().nullish(),
  active: z.boolean().nullish(),
  emails: z.array(emailSchema).nullish(),
});

const groupSchema = z.looseObject({
  id: z.string().min(1),
  displayName: z.string().min(1),
  members: z.array(z.looseObject({ value: z.string().min(1) })).nullish(),
});

const listOf = <T extends z.ZodType>(resource: T) =>
  z
    .looseObject({ totalResults: z.number().int().min(0), Resources: z.array(resource).nullish() })
    .refine(({ totalResults, Resources }) => totalResults === 0 || (Resources ?? []).length > 0, {
      error: 'counts results and holds none',
      path: ['Resources'],
    });

const userListSchema = listOf(userSchema);
const groupListSchema = listOf(groupSchema);

/** A user resource that was checked; keys beyond the checked ones are the service's own. */
export type ScimUser = z.infer<typeof userSchema>;
export type ScimGroup = z.infer<typeof groupSchema>;

/** Checks the answer to a read or write of one user. An unexpected shape is a `Validation` error naming the place. */
export const parseUser = (body: unknown, what: string): ScimUser => parse(userSchema, body, what);

/** Checks the answer to a search for users. `isComplete` is false when the service found more than it showed. */
export function parseUsers(
  body: unknown,
  what: string,
): { readonly users: readonly ScimUser[]; readonly isComplete: boolean } {
  const { totalResults, Resources } = parse(userListSchema, body, what);
  const users = Resources ?? [];
  return { users, isComplete: totalResults <= users.length };
}

/** Checks the answer to a read or write of one group. */
export const parseGroup = (body: unknown, what: string): ScimGroup => parse(groupSchema, body, what);

/** Checks the answer to a search for groups. */
export const parseGroups = (body: unknown, what: string): readonly ScimGroup[] =>
  parse(groupListSchema, body, what).Resources ?? [];

const parse = <T extends z.ZodType>(schema: T, body: unknown, what: string): z.infer<T> =>
  parseAnswer(schema, body, what, 'check that the address is a SCIM 2.0 service');

/** The account of a resource. An answer that carries no status keeps `activeBefore` (spec connectors 1.4). */
export function userOf(resource: ScimUser, activeBefore = true): AppUser {
  return {
    id: resource.id,
    username: resource.userName ?? null,
    email: primaryEmail(resource),
    active: resource.active ?? activeBefore,
    raw: resource,
  };
}

/** The group of a resource, with its members only when asked for. */
export function groupOf(resource: ScimGroup, withMembers: boolean): AppGroup {
  return {
    id: resource.id,
    displayName: resource.displayName,
    ...(withMembers ? { members: (resource.members ?? []).map(({ value }) => value) } : {}),
  };
}

/** All addresses of a user, for comparing a hit with the address that was asked for. */
export const emailsOf = (resource: ScimUser): readonly string[] =>
  (resource.emails ?? []).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));

/** The resource with the primary entry of each list first, so that a map can name it as `emails[0]`. */
export function primaryFirst(resource: ScimUser): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(resource).map(([key, value]) => [
      key,
      Array.isArray(value) ? [...(value as readonly unknown[])].sort((one, other) => rank(one) - rank(other)) : value,
    ]),
  );
}

const rank = (entry: unknown): number =>
  typeof entry === 'object' && entry !== null && 'primary' in entry && entry.primary === true ? 0 : 1;

function primaryEmail(resource: ScimUser): string | null {
  const emails = resource.emails ?? [];
  const chosen = emails.find(({ primary }) => primary === true) ?? emails[0];
  return chosen?.value ?? null;
}

const faultSchema = z.looseObject({
  detail: z.string().nullish(),
  message: z.string().nullish(),
  scimType: z.string().nullish(),
  Errors: z.looseObject({ description: z.string().nullish() }).nullish(),
});

/** Reads the error bodies of SCIM services: `detail`, GitHub's `message`, Slack's `Errors.description`. */
export function scimFault(_status: number, body: unknown): VendorFault {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return {};
  const { detail, message, scimType, Errors } = parsed.data;
  const text = detail ?? message ?? Errors?.description ?? undefined;
  return {
    ...(text === undefined ? {} : { text }),
    ...(scimType === 'uniqueness' ? { kind: ConnectorErrorKind.Conflict } : {}),
  };
}
