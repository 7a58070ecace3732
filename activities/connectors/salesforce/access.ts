import { z } from 'zod';

import { literal, query } from './soql.js';
import { gone, read } from './users.js';
import type { AccessSnapshot } from '../types.js';
import type { SalesforceContext } from './users.js';

const named = z.looseObject({ Name: z.string().nullish() });
const profileSchema = z.looseObject({ Profile: named.nullish(), UserRole: named.nullish() });
const permissionSetSchema = z.looseObject({
  PermissionSet: z.looseObject({ Name: z.string().nullish(), IsOwnedByProfile: z.boolean() }),
});
const groupSchema = z.looseObject({
  Group: z.looseObject({ Name: z.string().nullish(), DeveloperName: z.string().nullish(), Type: z.string() }),
});

/** What a user could reach: profile, role, permission sets, and public groups and queues, by name. */
export async function readAccess(context: SalesforceContext, id: string): Promise<AccessSnapshot> {
  const user = await read(context, id);
  if (user === null) throw gone(context);
  const ask = <T extends z.ZodType>(what: string, schema: T, soql: string) =>
    query(context.http, soql, schema, { label: what, what: `${context.instanceName}: GET ${what}` });
  const owner = literal(id);
  const [profile] = await ask(
    'User',
    profileSchema,
    `SELECT Profile.Name, UserRole.Name FROM User WHERE Id = ${owner}`,
  );
  const sets = await ask(
    'PermissionSetAssignment',
    permissionSetSchema,
    `SELECT PermissionSet.Name, PermissionSet.IsOwnedByProfile FROM PermissionSetAssignment WHERE AssigneeId = ${owner}`,
  );
  const groups = await ask(
    'GroupMember',
    groupSchema,
    `SELECT Group.Name, Group.DeveloperName, Group.Type FROM GroupMember WHERE UserOrGroupId = ${owner}`,
  );
  return {
    active: user.active,
    profile: profile?.Profile?.Name ?? null,
    role: profile?.UserRole?.Name ?? null,
    // Each profile is a permission set of its own as well.
    permissionSets: sets.flatMap(({ PermissionSet: { Name: name, IsOwnedByProfile: ofProfile } }) =>
      ofProfile || typeof name !== 'string' ? [] : [name],
    ),
    groups: groups.map(({ Group: { Name: name, DeveloperName: developerName, Type: type } }) => ({
      name: name ?? developerName ?? '',
      type,
    })),
  };
}
