import { checkedSettings } from './brand.js';
import { bearerAuth } from './http-auth.js';
import { createHttpClient } from './http.js';
import { transportOptions } from './http-transport.js';
import { quotaReport } from './quota.js';
import { parseUser, parseUsers, smartsheetFault } from './smartsheet/answers.js';
import { assertWritable } from './smartsheet/attributes.js';
import { DEFAULT_SMARTSHEET_MAPPER_IN, DEFAULT_SMARTSHEET_MAPPER_OUT, RIGHTS, WRITABLE } from './smartsheet/maps.js';
import { removeUser } from './smartsheet/removal.js';
import { smartsheetSettingsSchema } from './smartsheet/settings.js';
import { smartsheetUsers } from './smartsheet/users.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { HttpClient } from './http.js';
import type { SmartsheetUser } from './smartsheet/answers.js';
import type { SmartsheetSettings } from './smartsheet/settings.js';
import type { SmartsheetUsers } from './smartsheet/users.js';
import type { AccessSnapshot, ConnectionReport, UserConnector } from './types.js';

const BRAND_NAME = 'Smartsheet';

/** What only a read by id shows. */
const DETAILS: ReadonlySet<string> = new Set(['title', 'department', 'workPhone', 'mobilePhone', 'locale', 'timeZone']);

function createSmartsheetConnector(settings: SmartsheetSettings, options: ConnectorOptions): UserConnector {
  const { instanceName, incoming, outgoing } = options;
  assertWritable(outgoing, instanceName);
  const http = createHttpClient({
    ...transportOptions(options),
    baseUrl: settings.baseUrl,
    auth: bearerAuth(settings.token),
    largeIntegersAsText: true,
    faultOf: smartsheetFault,
  });
  const users = smartsheetUsers({ http, outgoing, instanceName, sendMail: settings.sendMail });
  const removes = settings.disableMode === 'remove';
  const needsDetails = incoming.sources.some((source) => DETAILS.has(source));

  return {
    brand: BRAND_NAME,
    disablingDeletes: removes,
    lookupKeys: users.lookupKeys,
    find: users.find,
    create: users.create,
    update: users.update,
    enable: users.reactivate,
    disable: (id, before, profile) =>
      removes ? removeUser({ http, users, settings, instanceName }, before, profile) : users.deactivate(id, before),
    describe: () => Promise.resolve(WRITABLE),
    readAccess: (id) => readAccess(users, id, instanceName),
    toProfile: async ({ id, raw }) =>
      incoming.map({ ...(needsDetails ? await users.read(id) : {}), ...(raw as SmartsheetUser) }),
    test: () => testConnection(http, instanceName),
    close: () => http.close(),
  };
}

/** Status, rights and seat as they were before a termination. */
async function readAccess(users: SmartsheetUsers, id: string, instanceName: string): Promise<AccessSnapshot> {
  const user = await users.find({ attribute: 'id', value: id });
  if (user === null) {
    throw new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the account is gone.`, { code: '404' });
  }
  const { status, seatType, ...shown } = user.raw as SmartsheetUser;
  return {
    ...(typeof status === 'string' ? { status } : {}),
    ...(typeof seatType === 'string' ? { seatType } : {}),
    rights: RIGHTS.filter((right) => shown[right] === true),
  };
}

/** A token of anybody else would see no status and take every leaver for active. */
async function testConnection(http: HttpClient, instanceName: string): Promise<ConnectionReport> {
  const what = `${instanceName}: GET users`;
  const query = { pageSize: '1', page: '1' };
  const { body } = await http.request({ method: 'GET', path: 'users', label: 'users', query });
  const [user] = parseUsers(body, what);
  if (typeof user?.status !== 'string') {
    throw new ConnectorError(
      ConnectorErrorKind.Unauthorized,
      `${what} shows no status; the connector needs a System Admin token.`,
      { code: 'no-status' },
    );
  }
  const own = await http.request({ method: 'GET', path: 'users/me', label: 'users/me' });
  const me = parseUser(own.body, `${instanceName}: GET users/me`);
  return { rights: RIGHTS.filter((right) => me[right] === true), ...quotaReport(http) };
}

/** Smartsheet over its API 2.0. */
export const SMARTSHEET_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Users of Smartsheet and their rights, over its API 2.0.',
  settings: smartsheetSettingsSchema,
  defaultMapperOut: DEFAULT_SMARTSHEET_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SMARTSHEET_MAPPER_IN,
  create: (settings, options, fault) =>
    createSmartsheetConnector(checkedSettings(smartsheetSettingsSchema, settings, fault), options),
};
