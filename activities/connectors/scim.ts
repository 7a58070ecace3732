import { createHttpClient } from './http.js';
import { transportOptions } from './http-transport.js';
import { readScimAccess } from './scim/access.js';
import { parseUser, parseUsers, primaryFirst, scimFault } from './scim/answers.js';
import { describeUsers } from './scim/describe.js';
import { SCIM_DIALECTS } from './scim/dialect.js';
import { scimGroups } from './scim/groups.js';
import { DEFAULT_SCIM_MAPPER_IN, DEFAULT_SCIM_MAPPER_OUT } from './scim/maps.js';
import { authOf, scimSettingsSchema } from './scim/settings.js';
import { scimUsers } from './scim/users.js';
import { checkedSettings } from './brand.js';
import { quotaReport } from './quota.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { HttpClient } from './http.js';
import type { ScimDialect } from './scim/dialect.js';
import type { ScimSettings } from './scim/settings.js';
import type { GroupConnector, UserConnector } from './types.js';

/** What tells one service that speaks SCIM 2.0 from another. */
export interface ScimVariant {
  readonly brand: string;
  readonly dialect: ScimDialect;
}

/** A connector of users and groups over SCIM 2.0. */
export type ScimConnector = UserConnector & GroupConnector;

const BRAND_NAME = 'SCIM 2.0';

/** Makes a connector for one service; opens no connection. Other brands reuse it with a dialect of their own. */
export function createScimConnector(
  settings: ScimSettings,
  options: ConnectorOptions,
  variant: ScimVariant,
): ScimConnector {
  const { instanceName, outgoing, incoming } = options;
  const { dialect } = variant;
  const http = httpOf(settings, options);
  const users = scimUsers({ http, dialect, outgoing, instanceName });

  return {
    ...scimGroups({ http, dialect, instanceName }),
    brand: variant.brand,
    lookupKeys: users.lookupKeys,
    find: users.find,
    create: users.create,
    update: users.update,
    enable: (id, before) => users.setActive(id, true, before),
    disable: (id, before) => users.setActive(id, false, before),
    describe: () => describeUsers(http),
    readAccess: async (id) => {
      const resource = await users.read(id);
      if (resource === null) {
        throw new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the account is gone.`, { code: '404' });
      }
      return readScimAccess(http, instanceName, resource);
    },
    toProfile: (user) => incoming.map(primaryFirst(parseUser(user.raw, `${instanceName}: the account`))),
    test: async () => {
      const answer = await http.request({ method: 'GET', path: 'Users', label: 'Users', query: { count: '1' } });
      parseUsers(answer.body, `${instanceName}: GET Users`);
      return quotaReport(http);
    },
    close: () => http.close(),
  };
}

function httpOf(settings: ScimSettings, options: ConnectorOptions): HttpClient {
  const transport = transportOptions(options);
  return createHttpClient({
    ...transport,
    baseUrl: settings.baseUrl,
    auth: authOf(settings, transport),
    headers: {
      accept: 'application/scim+json, application/json',
      'content-type': 'application/scim+json',
      ...settings.headers,
    },
    faultOf: scimFault,
  });
}

/** Any service that speaks SCIM 2.0. */
export const SCIM_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Any application that speaks SCIM 2.0 (RFC 7643 and RFC 7644).',
  settings: scimSettingsSchema,
  defaultMapperOut: DEFAULT_SCIM_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SCIM_MAPPER_IN,
  create: (settings, options, fault) => {
    const checked = checkedSettings(scimSettingsSchema, settings, fault);
    return createScimConnector(checked, options, { brand: BRAND_NAME, dialect: SCIM_DIALECTS[checked.dialect] });
  },
};
