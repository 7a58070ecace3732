import type { StoredRecord } from '../account-store.js';
import type { AccountView, AppKind } from '../kind.js';
import { refuse } from './refusal.js';
import { scimHandler } from './service.js';
import type { ScimHabit } from './service.js';

/** What sets a vendor's SCIM apart. */
export type ScimKindOptions = Partial<
  Pick<AppKind, 'root' | 'tokens' | 'dialect' | 'newId' | 'isAuthorized' | 'refuse'>
> & {
  readonly habit?: ScimHabit;
};

/** A kind of application that speaks SCIM 2.0, each with the vendor's habits. */
export function scimKind({ habit, ...differences }: ScimKindOptions = {}): AppKind {
  return {
    root: '/scim/v2',
    refuse,
    isSearch: (method, path) => method === 'GET' && /\/Users\/?\?/.test(path),
    view: scimView,
    serve: (state, origin) => ({ handler: scimHandler(state, origin, habit) }),
    ...differences,
  };
}

/** A SCIM user in common words. */
export function scimView(user: StoredRecord): AccountView {
  const emails = (user['emails'] ?? []) as readonly { readonly value?: string; readonly primary?: boolean }[];
  return {
    username: textOf(user['userName']),
    email: (emails.find(({ primary }) => primary === true) ?? emails[0])?.value ?? '',
    displayName: textOf(user['displayName']),
    title: textOf(user['title']),
    active: user['active'] === true,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Plain SCIM 2.0. */
export const SCIM_KIND = scimKind();
