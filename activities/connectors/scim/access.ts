import { z } from 'zod';

import { ConnectorError } from '../types.js';
import { parseGroups } from './answers.js';
import { literal } from './users.js';
import type { HttpClient } from '../http.js';
import type { AccessSnapshot } from '../types.js';
import type { ScimUser } from './answers.js';
import type { ScimDialect } from './dialect.js';

const entrySchema = z.looseObject({ value: z.string(), display: z.string().nullish() });

/** Most groups that one snapshot lists by search; services list fewer per page. */
const MOST_GROUPS = 1_000;

/**
 * What an account could reach: status, groups, roles and entitlements, as ids with the names the service shows. Groups
 * come from the account itself, or by a search where the account does not list them and the service can be asked.
 */
export async function readScimAccess(
  http: HttpClient,
  instanceName: string,
  resource: ScimUser,
  dialect: ScimDialect,
): Promise<AccessSnapshot> {
  const listed = entriesOf(resource['groups']);
  return {
    active: resource.active ?? true,
    groups: listed ?? (await searchGroups(http, instanceName, resource.id, dialect)),
    roles: entriesOf(resource['roles']) ?? [],
    entitlements: entriesOf(resource['entitlements']) ?? [],
    ...(typeof resource['userType'] === 'string' ? { userType: resource['userType'] } : {}),
  };
}

type AccessEntry = { readonly id: string; readonly name?: string };

function entriesOf(value: unknown): readonly AccessEntry[] | null {
  const parsed = z.array(entrySchema).safeParse(value);
  if (!parsed.success) return null;
  return parsed.data.map(({ value: id, display }) => (typeof display === 'string' ? { id, name: display } : { id }));
}

/** `unknown` where the service has no such search or refuses it: a snapshot that admits a gap beats none. */
async function searchGroups(
  http: HttpClient,
  instanceName: string,
  userId: string,
  { searchesMemberships, membersOnRequest }: ScimDialect,
): Promise<readonly AccessEntry[] | 'unknown'> {
  if (!searchesMemberships) return 'unknown';
  const query = {
    filter: `members.value eq ${literal(userId)}`,
    ...(membersOnRequest ? { attributes: 'id,displayName' } : { excludedAttributes: 'members' }),
    count: String(MOST_GROUPS),
  };
  try {
    const answer = await http.request({ method: 'GET', path: 'Groups', label: 'Groups', query });
    const groups = parseGroups(answer.body, `${instanceName}: GET Groups`);
    return groups.map(({ id, displayName }) => ({ id, name: displayName }));
  } catch (error) {
    if (error instanceof ConnectorError && !error.retryable) return 'unknown';
    throw error;
  }
}
