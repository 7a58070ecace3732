import { flatText } from '../flat.js';
import { pathPart } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { HttpClient } from '../http.js';
import type { AppUser } from '../types.js';
import type { SmartsheetSettings } from './settings.js';
import type { SmartsheetUsers } from './users.js';

/** What a removal works with. */
export interface RemovalOptions {
  readonly http: HttpClient;
  readonly users: Pick<SmartsheetUsers, 'search'>;
  readonly settings: SmartsheetSettings;
  readonly instanceName: string;
}

/**
 * Takes an account out of the organization. What the person owns passes to the manager's account, else to the default
 * user. The account and its id do not exist afterwards.
 *
 * @throws ConnectorError of kind `Configuration` when sheets are to pass on and there is nobody to take them
 */
export async function removeUser(options: RemovalOptions, before: AppUser, profile?: UserProfile): Promise<AppUser> {
  const { http, settings } = options;
  const heir = await heirOf(options, before.id, profile);
  const query = {
    ...(heir === undefined ? {} : { transferTo: heir, transferSheets: String(settings.transferSheets) }),
    removeFromSharing: String(settings.removeFromSharing),
  };
  await http.request({ method: 'DELETE', path: `users/${pathPart(before.id)}`, label: 'users', query });
  return { ...before, active: false };
}

/** Id of the first active account, other than the leaver's own, that can take over. */
async function heirOf(
  { users, settings, instanceName }: RemovalOptions,
  leaver: string,
  profile: UserProfile | undefined,
): Promise<string | undefined> {
  const { transferSheets, defaultTransferTo } = settings;
  for (const name of [flatText(profile?.['managerEmailAddress']), defaultTransferTo]) {
    const id = name === undefined || /^\d+$/.test(name) ? name : await activeId(users, name);
    if (id !== undefined && id !== leaver) return id;
  }
  if (!transferSheets) return undefined;
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${instanceName}: nobody can take over the sheets; let settings.defaultTransferTo name an active user of Smartsheet.`,
    { code: 'no-heir' },
  );
}

async function activeId(users: RemovalOptions['users'], email: string): Promise<string | undefined> {
  const found = await users.search(email);
  return found?.active === true ? found.id : undefined;
}
