import { SMARTSHEET_BRAND } from '../../../activities/connectors/smartsheet.js';
import { DEFAULT_SMARTSHEET_MAPPER_OUT } from '../../../activities/connectors/smartsheet/maps.js';
import { appTarget } from '../support/app-target.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AccountSeen } from '../contract-application.js';
import type { AppTarget } from '../support/app-target.js';

/** How Smartsheet is tried, with the default map. */
export const SMARTSHEET_APP = {
  name: 'Smartsheet',
  brand: SMARTSHEET_BRAND,
  app: { kind: 'smartsheet' },
  settings: ({ baseUrl, token }) => ({ baseUrl, token }),
  record: smartsheetRecord,
  seen: smartsheetSeen,
  // An address belongs to one user, and there is no other key.
  sharesKeys: false,
  fetchesToken: false,
  // A read by id shows no status, so that a search has to.
  leastRequestsPerUpdate: 3,
} satisfies AppTarget;

/** Smartsheet keeps no title that could be written. This customer's map shows it in the place of the first name. */
const mapperOut: MapperDefinition = {
  ...DEFAULT_SMARTSHEET_MAPPER_OUT,
  firstName: { expression: 'title ? title : givenName' },
};

export const SMARTSHEET_TARGET = appTarget({ ...SMARTSHEET_APP, mapperOut });

/** Where disabling removes the account. */
export const SMARTSHEET_REMOVAL_TARGET = appTarget({
  ...SMARTSHEET_APP,
  name: 'Smartsheet removal',
  mapperOut,
  settings: (app) => ({ ...SMARTSHEET_APP.settings(app), disableMode: 'remove' }),
  differences: { disabledIsGone: true },
});

/** A profile as a user of Smartsheet. */
export function smartsheetRecord(
  profile: UserProfile,
  { active, email }: { readonly active: boolean; readonly email: string },
): Readonly<Record<string, unknown>> {
  return {
    email,
    firstName: typeof profile['title'] === 'string' ? profile['title'] : profile['givenName'],
    lastName: profile['surname'],
    status: active ? 'ACTIVE' : 'DEACTIVATED',
  };
}

/** A user as the cases look at it. */
function smartsheetSeen(user: Readonly<Record<string, unknown>>): AccountSeen {
  const text = (name: string): string => (typeof user[name] === 'string' ? user[name] : '');
  return {
    id: text('id'),
    username: text('email'),
    email: text('email'),
    active: text('status') === 'ACTIVE',
    surname: text('lastName'),
    phone: undefined,
    title: text('firstName') === 'Pat' ? undefined : text('firstName'),
  };
}
