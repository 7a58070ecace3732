import { SCIM_BRAND } from '../../../activities/connectors/scim.js';
import { appTarget } from '../support/app-target.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AccountSeen } from '../contract-application.js';

/** Plain SCIM 2.0, with a token that is fetched. */
export const SCIM_TARGET = appTarget({
  name: 'SCIM 2.0',
  brand: SCIM_BRAND,
  app: { kind: 'scim' },
  settings: ({ baseUrl, url, credentials: { clientId, clientSecret } }) => ({
    baseUrl,
    oauth: { tokenUrl: `${url}/oauth/token`, clientId, clientSecret },
  }),
  record: scimRecord,
  seen: scimSeen,
  // Only a mail address can be shared; names and ids are unique.
  sharesKeys: true,
  groups: { tellsMembersApart: false },
  fetchesToken: true,
});

/** A profile as a SCIM user. */
export function scimRecord(
  profile: UserProfile,
  { active, email }: { readonly active: boolean; readonly email: string },
): Record<string, unknown> {
  return {
    userName: profile.username,
    externalId: profile.employeeId,
    displayName: profile.displayName,
    active,
    emails: [{ value: email, type: 'work', primary: true }],
    name: { givenName: profile['givenName'], familyName: profile['surname'] },
    ...(typeof profile['title'] === 'string' ? { title: profile['title'] } : {}),
  };
}

/** A SCIM user as the cases look at it. */
export function scimSeen(user: Readonly<Record<string, unknown>>): AccountSeen {
  const entry = (list: unknown): string | undefined => (list as { value?: string }[] | undefined)?.[0]?.value;
  return {
    id: String(user['id']),
    username: String(user['userName']),
    email: entry(user['emails']) ?? '',
    active: user['active'] === true,
    surname: (user['name'] as { familyName?: string } | undefined)?.familyName ?? '',
    phone: entry(user['phoneNumbers']),
    title: typeof user['title'] === 'string' ? user['title'] : undefined,
  };
}
