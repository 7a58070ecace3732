import { OKTA_BRAND } from '../../../activities/connectors/okta.js';
import { appTarget } from '../support/app-target.js';
import type { AppTarget } from '../support/app-target.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AccountSeen } from '../contract-application.js';

/** One Okta organisation. */
export const OKTA_APP: AppTarget = {
  name: 'Okta',
  brand: OKTA_BRAND,
  app: { kind: 'okta' },
  settings: ({ baseUrl, token }) => ({ url: baseUrl.replace(/\/api\/v1$/, ''), apiToken: token }),
  record: oktaRecord,
  seen: oktaSeen,
  // Logins and ids are unique, addresses are not.
  sharesKeys: true,
  fetchesToken: false,
  groups: { tellsMembersApart: true },
};

/** Its column of the conformance table. */
export const OKTA_TARGET = appTarget(OKTA_APP);

/** A profile as an Okta user. */
export function oktaRecord(
  profile: UserProfile,
  { active, email }: { readonly active: boolean; readonly email: string },
): Record<string, unknown> {
  return {
    status: active ? 'ACTIVE' : 'DEPROVISIONED',
    profile: {
      login: profile.username,
      email,
      firstName: profile['givenName'],
      lastName: profile['surname'],
      displayName: profile.displayName,
      employeeNumber: profile.employeeId,
      ...(typeof profile['title'] === 'string' ? { title: profile['title'] } : {}),
    },
  };
}

/** An Okta user as the cases look at it. */
export function oktaSeen(user: Readonly<Record<string, unknown>>): AccountSeen {
  const profile = user['profile'] as Readonly<Record<string, string | undefined>>;
  return {
    id: String(user['id']),
    username: profile['login'] ?? '',
    email: profile['email'] ?? '',
    active: user['status'] !== 'DEPROVISIONED',
    surname: profile['lastName'] ?? '',
    phone: profile['mobilePhone'],
    title: profile['title'],
  };
}
