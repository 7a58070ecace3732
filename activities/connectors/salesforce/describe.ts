import { z } from 'zod';

import { parseAnswer } from '../answers.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { query, REMEDY } from './soql.js';
import type { ConnectionReport } from '../types.js';
import { quotaReport } from '../quota.js';
import type { SalesforceContext } from './users.js';

const describeSchema = z.looseObject({
  fields: z.array(
    z.looseObject({
      name: z.string().min(1),
      label: z.string().nullish(),
      createable: z.boolean(),
      updateable: z.boolean(),
    }),
  ),
});

/** Writable fields of users, the organization's own among them, with their labels. */
export async function describeFields({
  http,
  instanceName,
}: SalesforceContext): Promise<Readonly<Record<string, string>>> {
  const label = 'the description of User';
  const answer = await http.request({ method: 'GET', path: 'sobjects/User/describe', label });
  const { fields } = parseAnswer(describeSchema, answer.body, `${instanceName}: GET ${label}`, REMEDY);
  return Object.fromEntries(
    fields
      .filter(({ createable, updateable }) => createable || updateable)
      .map(({ name, label: title }) => [name, title ?? '']),
  );
}

const rightsSchema = z.looseObject({ PermissionsManageUsers: z.boolean() });

/** Reads what the user behind the credentials may do; without Manage Users no command would succeed. */
export async function testRights({ http, instanceName }: SalesforceContext): Promise<ConnectionReport> {
  const soql = 'SELECT PermissionsManageUsers FROM UserPermissionAccess LIMIT 1';
  const names = { label: 'UserPermissionAccess', what: `${instanceName}: GET UserPermissionAccess` };
  const [rights] = await query(http, soql, rightsSchema, names);
  if (rights?.PermissionsManageUsers !== true) {
    throw new ConnectorError(
      ConnectorErrorKind.Unauthorized,
      `${instanceName}: the user that requests run as lacks the permission Manage Users; give it a permission set with it.`,
      { code: '403' },
    );
  }
  return { rights: ['Manage Users'], ...quotaReport(http) };
}
