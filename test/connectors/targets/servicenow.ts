import { SERVICENOW_BRAND } from '../../../activities/connectors/servicenow.js';
import { appTarget } from '../support/app-target.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AccountSeen } from '../contract-application.js';
import type { AppTarget } from '../support/app-target.js';

/** How ServiceNow is tried: with a token that is fetched by the password grant. */
export const SERVICENOW_APP: AppTarget = {
  name: 'ServiceNow',
  brand: SERVICENOW_BRAND,
  app: { kind: 'servicenow' },
  settings: ({ baseUrl, url, credentials: { clientId, clientSecret, username, password } }) => ({
    baseUrl: baseUrl.replace(/\/api\/now$/, ''),
    username,
    password,
    // Left out where it is the usual one, so that the default is tried as well.
    oauth: { clientId, clientSecret, ...(baseUrl.startsWith(url) ? {} : { tokenUrl: `${url}/oauth_token.do` }) },
  }),
  record: serviceNowRecord,
  seen: serviceNowSeen,
  // Only a mail address can be shared.
  sharesKeys: true,
  fetchesToken: true,
};

export const SERVICENOW_TARGET = appTarget(SERVICENOW_APP);

/** A profile as a row of `sys_user`. */
export function serviceNowRecord(
  profile: UserProfile,
  { active, email }: { readonly active: boolean; readonly email: string },
): Readonly<Record<string, string>> {
  const texts = {
    user_name: profile.username,
    first_name: profile['givenName'],
    last_name: profile['surname'],
    employee_number: profile.employeeId,
    title: profile['title'],
    email,
    active: String(active),
    locked_out: String(!active),
  };
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** A row of `sys_user` as the cases look at it. */
function serviceNowSeen(user: Readonly<Record<string, unknown>>): AccountSeen {
  const text = (column: string): string => (typeof user[column] === 'string' ? user[column] : '');
  return {
    id: text('id'),
    username: text('user_name'),
    email: text('email'),
    active: text('active') === 'true',
    surname: text('last_name'),
    phone: text('mobile_phone') || undefined,
    title: text('title') || undefined,
  };
}
