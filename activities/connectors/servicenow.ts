import { createHttpClient } from './http.js';
import { transportOptions } from './http-transport.js';
import { checkedSettings } from './brand.js';
import { quotaReport } from './quota.js';
import { readServiceNowAccess, rolesOf } from './servicenow/access.js';
import { accountsOf } from './servicenow/accounts.js';
import { accountOf, serviceNowFault } from './servicenow/answers.js';
import { describeServiceNowUsers } from './servicenow/describe.js';
import { DEFAULT_SERVICENOW_MAPPER_IN, DEFAULT_SERVICENOW_MAPPER_OUT } from './servicenow/maps.js';
import { apiUrl, authOf, serviceNowSettingsSchema } from './servicenow/settings.js';
import { tableApi } from './servicenow/table.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { Row } from './servicenow/answers.js';
import type { ServiceNowSettings } from './servicenow/settings.js';
import type { TableApi } from './servicenow/table.js';
import type { UserConnector } from './types.js';

const BRAND_NAME = 'ServiceNow';

function createServiceNowConnector(settings: ServiceNowSettings, options: ConnectorOptions): UserConnector {
  const { instanceName, incoming, outgoing } = options;
  const transport = transportOptions(options);
  const http = createHttpClient({
    ...transport,
    baseUrl: apiUrl(settings),
    auth: authOf(settings, transport),
    faultOf: serviceNowFault,
  });
  const table = tableApi(http, instanceName);
  const accounts = accountsOf({ table, outgoing, sources: incoming.sources, instanceName });

  return {
    brand: BRAND_NAME,
    lookupKeys: accounts.lookupKeys,
    find: accounts.find,
    create: accounts.create,
    update: accounts.update,
    enable: (id) => accounts.setActive(id, true),
    disable: (id) => accounts.setActive(id, false),
    describe: () => describeServiceNowUsers(table, instanceName),
    readAccess: (id) => readServiceNowAccess(table, instanceName, id),
    toProfile: ({ raw }) => incoming.map(nested(raw as Row, incoming.sources)),
    test: async () => {
      await seeUsers(table, instanceName);
      const roles = settings.username === undefined ? [] : await rolesOf(table, settings.username);
      return { ...(roles.length === 0 ? {} : { rights: roles }), ...quotaReport(http) };
    },
    close: () => http.close(),
  };
}

/** At least the service account itself is a user, so that seeing none means having no right to look. */
async function seeUsers(table: TableApi, instanceName: string): Promise<void> {
  const fields = ['sys_id', 'user_name', 'email', 'active'];
  const [row] = await table.rows('sys_user', { conditions: [], fields, limit: 1 });
  const what = `${instanceName}: GET sys_user`;
  if (row !== undefined) return void accountOf(row, what);
  throw new ConnectorError(
    ConnectorErrorKind.Unauthorized,
    `${what} shows nobody; let the service account read sys_user (role user_admin).`,
    { code: 'hidden-column' },
  );
}

/** A row in which the columns of referenced records that the map reads, `manager.email`, stand inside an object. */
function nested(row: Row, sources: readonly string[]): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = { ...row };
  for (const source of sources) {
    const [column = '', ...rest] = source.split('.');
    const part = rest.join('.');
    if (part === '' || row[source] === undefined) continue;
    const before = record[column];
    record[column] = { ...(typeof before === 'object' ? before : { value: before }), [part]: row[source] };
  }
  return record;
}

/** ServiceNow over its Table API. */
export const SERVICENOW_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Accounts of ServiceNow (`sys_user`) over its Table API.',
  settings: serviceNowSettingsSchema,
  defaultMapperOut: DEFAULT_SERVICENOW_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SERVICENOW_MAPPER_IN,
  create: (settings, options, fault) =>
    createServiceNowConnector(checkedSettings(serviceNowSettingsSchema, settings, fault), options),
};
