import type { Request } from 'express';

import type { StoredRecord } from '../account-store.js';
import { faultOf } from '../gate.js';
import { parseFilter } from './filter.js';
import { profileOf, textOf } from './organisation.js';
import type { Organisation } from './organisation.js';
import { OktaRefusal } from './refusal.js';

/** The only properties that a `filter` of users takes. */
const FILTERED = [
  'status',
  'lastUpdated',
  'id',
  'profile.login',
  'profile.email',
  'profile.firstName',
  'profile.lastName',
];

/**
 * Users that a request for a list asks for: by `filter`, which shows deactivated users, by the beginning of a name, or all
 * that are not deactivated. New and deactivated users may show late, and hits may be wrong, where the application is told so.
 *
 * @throws OktaRefusal when the filter is malformed
 */
export function findUsers(organisation: Organisation, request: Request): readonly StoredRecord[] {
  const { state } = organisation;
  const hits = state.asFound(searched(organisation, request)).map((user) => asRead(organisation, user));
  switch (faultOf(request)?.kind) {
    case 'duplicate-hits':
      return hits.flatMap((user) => [user, { ...user, id: `${user.id.slice(0, -1)}~` }]);
    case 'wrong-hit':
      return state.users
        .all()
        .filter(({ id }) => !hits.some((hit) => hit.id === id))
        .slice(0, 1);
    default:
      return hits;
  }
}

/** A deactivation is asynchronous: where reads lag behind, they show the former status and where it leads. */
export function asRead({ state }: Organisation, user: StoredRecord): StoredRecord {
  const active = user['status'] !== 'DEPROVISIONED';
  const isBehind = state.asRead({ ...user, active })['active'] !== active;
  return isBehind ? { ...user, status: 'ACTIVE', transitioningToStatus: 'DEPROVISIONED' } : user;
}

function searched({ state }: Organisation, request: Request): readonly StoredRecord[] {
  const { filter, q } = request.query;
  const users = state.users.all();
  if (typeof filter === 'string') {
    const satisfies = parseFilter(filter, FILTERED);
    if (satisfies === null) throw new OktaRefusal('E0000031');
    return users.filter(satisfies);
  }
  // A plain list leaves deactivated users out.
  const living = users.filter((user) => user['status'] !== 'DEPROVISIONED');
  if (typeof q !== 'string') return living;
  return living.filter((user) => {
    const { firstName, lastName, email } = profileOf(user);
    return [firstName, lastName, email].some((value) => textOf(value).toLowerCase().startsWith(q.toLowerCase()));
  });
}
