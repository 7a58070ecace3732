import type { Request } from 'express';

import { attributeOf, operationsOf } from '../scim/patch.js';

const MOST_MEMBERS = 100;

/** What is wrong with a change of a group, or null. */
export function groupFault({ method, path, body }: Request): string | null {
  if (method !== 'PATCH' || !path.startsWith('/Groups')) return null;
  const members = operationsOf(body).filter((operation) => attributeOf(operation.path) === 'members');
  for (const operation of members) {
    if (operation.op === 'replace') return 'Members cannot be replaced.';
    if (operation.op === 'remove' && operation.path === 'members' && !Array.isArray(operation.value)) {
      return 'Members cannot be removed all at once.';
    }
  }
  const changes = members.reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 1), 0);
  return changes > MOST_MEMBERS ? `More than ${MOST_MEMBERS} members in one request.` : null;
}
