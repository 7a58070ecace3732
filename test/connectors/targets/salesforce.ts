import { SALESFORCE_BRAND } from '../../../activities/connectors/salesforce.js';
import { SALESFORCE_PROFILES } from '../../../sandbox/apps/salesforce/organization.js';
import { appTarget } from '../support/app-target.js';
import type { AppAddress } from '../support/app-target.js';
import type { UserProfile } from '../../../domain/profile.js';

/** A Salesforce organization, with a token of client credentials. */
export const SALESFORCE_TARGET = appTarget({
  name: 'Salesforce',
  brand: SALESFORCE_BRAND,
  app: { kind: 'salesforce' },
  settings: salesforceSettings,
  record: salesforceRecord,
  seen: (user) => ({
    id: String(user['id']),
    username: String(user['Username']),
    email: String(user['Email']),
    active: user['IsActive'] === true,
    surname: String(user['LastName']),
    phone: optional(user['MobilePhone']),
    title: optional(user['Title']),
  }),
  // Usernames are unique; addresses are not.
  sharesKeys: true,
  fetchesToken: true,
  // The answer to a change is empty, so the user is read again.
  leastRequestsPerUpdate: 3,
});

const optional = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The settings of an instance for one simulated organization. */
export function salesforceSettings({ url, credentials }: AppAddress): Readonly<Record<string, unknown>> {
  return {
    url,
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    profileId: { default: SALESFORCE_PROFILES.standard.id },
    timeZone: { default: 'Europe/Berlin' },
  };
}

/** A profile as a Salesforce user. */
export function salesforceRecord(
  profile: UserProfile,
  { active, email }: { readonly active: boolean; readonly email: string },
): Record<string, unknown> {
  return {
    Username: profile.username,
    Email: email,
    FirstName: profile['givenName'],
    LastName: profile['surname'],
    Alias: 'pat',
    ProfileId: SALESFORCE_PROFILES.standard.id,
    TimeZoneSidKey: 'Europe/Berlin',
    LocaleSidKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
    LanguageLocaleKey: 'en_US',
    IsActive: active,
    ...(typeof profile['title'] === 'string' ? { Title: profile['title'] } : {}),
  };
}
