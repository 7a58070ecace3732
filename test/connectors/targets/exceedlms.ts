import { EXCEEDLMS_BRAND } from '../../../activities/connectors/exceedlms.js';
import { appTarget } from '../support/app-target.js';
import type { Brand } from '../../../activities/connectors/brand.js';
import type { UserProfile } from '../../../domain/profile.js';

/** With the title in a column of the customer's own: the default map has none. */
const WITH_TITLE: Brand = {
  ...EXCEEDLMS_BRAND,
  defaultMapperOut: {
    ...(EXCEEDLMS_BRAND.defaultMapperOut as object),
    custom_a: { field: 'title', clearable: true },
  },
};

/** An ExceedLMS site. */
export const EXCEEDLMS_TARGET = appTarget({
  name: 'ExceedLMS',
  brand: WITH_TITLE,
  app: { kind: 'exceedlms' },
  settings: ({ url, token }) => ({ url, apiKey: token }),
  record: exceedLmsRecord,
  seen: (user) => ({
    id: String(user['id']),
    username: String(user['login']),
    email: String(user['email']),
    active: user['is_active'] === true,
    surname: String(user['last_name']),
    phone: undefined,
    title: typeof user['custom_a'] === 'string' ? user['custom_a'] : undefined,
  }),
  // Logins are unique; addresses are not.
  sharesKeys: true,
  fetchesToken: false,
});

/** A profile as an ExceedLMS user. */
export function exceedLmsRecord(
  profile: UserProfile,
  { active, email }: { readonly active: boolean; readonly email: string },
): Record<string, unknown> {
  return {
    login: profile.username,
    email,
    first_name: profile['givenName'],
    last_name: profile['surname'],
    code: profile.employeeId,
    is_active: active,
    ...(typeof profile['title'] === 'string' ? { custom_a: profile['title'] } : {}),
  };
}
