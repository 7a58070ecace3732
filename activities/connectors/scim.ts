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
import type { HttpAuth } from './http-auth.js';
import type { HttpClient, HttpClientOptions } from './http.js';
import type { HttpTransport } from './http-transport.js';
import type { ScimUser } from './scim/answers.js';
import type { ScimDialect } from './scim/dialect.js';
import type { ScimConnection } from './scim/settings.js';
import type { PrepareAttributes } from './scim/users.js';
import type { AccessSnapshot, ConnectionReport, GroupConnector, UserConnector } from './types.js';

/** What tells one service that speaks SCIM 2.0 from another. */
export interface ScimVariant {
  readonly brand: string;
  readonly dialect: ScimDialect;
  /** Reads the service's own error bodies; by default those of SCIM and its kin. */
  readonly faultOf?: HttpClientOptions['faultOf'];
  /** Attributes that can be written, for a service that does not describe itself. */
  readonly describes?: Readonly<Record<string, string>>;
  /** What else of an account belongs into the snapshot of a leaver. */
  readonly accessOf?: (resource: ScimUser) => AccessSnapshot;
  /** How requests prove who we are, where the settings of plain SCIM do not say it. */
  readonly auth?: (transport: HttpTransport) => HttpAuth;
  readonly prepare?: PrepareAttributes;
}

/** A connector of users and groups over SCIM 2.0. */
export type ScimConnector = UserConnector & GroupConnector;

const BRAND_NAME = 'SCIM 2.0';

/** Makes a connector for one service; opens no connection. Other brands reuse it with a dialect of their own. */
export function createScimConnector(
  connection: ScimConnection,
  options: ConnectorOptions,
  variant: ScimVariant,
): ScimConnector {
  const http = httpOf(connection, options, variant);
  const { instanceName } = options;
  return {
    ...scimGroups({ http, dialect: variant.dialect, instanceName }),
    ...userConnector(http, options, variant),
  };
}

/** As {@link createScimConnector}, for a service whose groups are not kept by this one. */
export function createScimUserConnector(
  connection: ScimConnection,
  options: ConnectorOptions,
  variant: ScimVariant,
): UserConnector {
  return userConnector(httpOf(connection, options, variant), options, variant);
}

function userConnector(http: HttpClient, options: ConnectorOptions, variant: ScimVariant): UserConnector {
  const { instanceName, outgoing, incoming } = options;
  const { brand, dialect, describes, prepare } = variant;
  const users = scimUsers({ http, dialect, outgoing, instanceName, ...(prepare === undefined ? {} : { prepare }) });

  return {
    brand,
    ...(dialect.disableBy === 'deletion' ? { disablingDeletes: true } : {}),
    lookupKeys: users.lookupKeys,
    find: users.find,
    create: users.create,
    update: users.update,
    enable: (id, before) => users.setActive(id, true, before),
    disable: async (id, before) => {
      if (dialect.disableBy === 'status') return users.setActive(id, false, before);
      await users.remove(id);
      return { ...before, active: false };
    },
    describe: () => (describes === undefined ? describeUsers(http, dialect.describedAt) : Promise.resolve(describes)),
    readAccess: async (id) => {
      const resource = await users.read(id);
      if (resource === null) {
        throw new ConnectorError(ConnectorErrorKind.NotFound, `${instanceName}: the account is gone.`, { code: '404' });
      }
      return { ...(await readScimAccess(http, instanceName, resource, dialect)), ...variant.accessOf?.(resource) };
    },
    toProfile: (user) => incoming.map(primaryFirst(parseUser(user.raw, `${instanceName}: the account`))),
    test: async () => {
      const answer = await http.request({ method: 'GET', path: 'Users', label: 'Users', query: { count: '1' } });
      parseUsers(answer.body, `${instanceName}: GET Users`);
      return { ...quotaReport(http), ...rightsOf(answer.headers) };
    },
    close: () => http.close(),
  };
}

/** The scopes of the token, where the service tells them (GitHub's classic tokens, Slack). */
function rightsOf(headers: Headers): Pick<ConnectionReport, 'rights'> {
  const scopes = headers.get('x-oauth-scopes')?.split(',') ?? [];
  const rights = scopes.map((scope) => scope.trim()).filter((scope) => scope !== '');
  return rights.length === 0 ? {} : { rights };
}

function httpOf(connection: ScimConnection, options: ConnectorOptions, { faultOf, auth }: ScimVariant): HttpClient {
  const transport = transportOptions(options);
  return createHttpClient({
    ...transport,
    baseUrl: connection.baseUrl,
    auth: auth?.(transport) ?? authOf(connection, transport),
    headers: {
      accept: 'application/scim+json, application/json',
      'content-type': 'application/scim+json',
      ...connection.headers,
    },
    faultOf: faultOf ?? scimFault,
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
