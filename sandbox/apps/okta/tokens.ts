import type { Request } from 'express';

import type { AppState } from '../app-state.js';

/** Who a token of the organisation belongs to. Owners are no users that anybody provisions. */
export interface TokenOwner {
  readonly id: string;
  readonly login: string;
  readonly displayName: string;
  readonly role: string;
}

const SERVICE: TokenOwner = {
  id: '00uservice0000000001',
  login: 'lifecycle.service@example.com',
  displayName: 'Lifecycle Service',
  role: 'ORG_ADMIN',
};

const ADMINISTRATOR: TokenOwner = {
  id: '00uadmin000000000001',
  login: 'administrator@example.com',
  displayName: 'Okta Administrator',
  role: 'SUPER_ADMIN',
};

/** The token of a person who works in Okta beside the service: what it changes is not the service's doing. */
export const administratorToken = ({ slug }: Pick<AppState, 'slug'>): string => `${slug}-administrator-token`;

/** The owner of a request's token; null when it has none that is known. */
export function ownerOf(state: AppState, request: Pick<Request, 'headers'>): TokenOwner | null {
  switch (request.headers.authorization) {
    case `SSWS ${state.token}`:
      return SERVICE;
    case `SSWS ${administratorToken(state)}`:
      return ADMINISTRATOR;
    default:
      return null;
  }
}

/** An owner as a user. */
export function ownerAsUser({ id, login, displayName }: TokenOwner): Readonly<Record<string, unknown>> {
  const [firstName = '', lastName = ''] = displayName.split(' ');
  return { id, status: 'ACTIVE', profile: { login, email: login, firstName, lastName, displayName } };
}
