import { checkedSettings } from './brand.js';
import { readAccess } from './salesforce/access.js';
import { salesforceAttributes } from './salesforce/attributes.js';
import { salesforceClient } from './salesforce/client.js';
import { describeFields, testRights } from './salesforce/describe.js';
import { DEFAULT_SALESFORCE_MAPPER_IN, DEFAULT_SALESFORCE_MAPPER_OUT } from './salesforce/maps.js';
import { salesforceSettingsSchema } from './salesforce/settings.js';
import { disable, enable } from './salesforce/status.js';
import { create, find, lookupKeys, update } from './salesforce/users.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { SalesforceSettings } from './salesforce/settings.js';
import type { SalesforceContext } from './salesforce/users.js';
import type { UserConnector } from './types.js';

const BRAND_NAME = 'Salesforce';

function createSalesforceConnector(settings: SalesforceSettings, options: ConnectorOptions): UserConnector {
  const { instanceName, outgoing, incoming } = options;
  const context: SalesforceContext = {
    http: salesforceClient(settings, options),
    instanceName,
    attributes: salesforceAttributes(settings, outgoing),
    freezeWhenRefused: settings.freezeWhenRefused,
  };
  return {
    brand: BRAND_NAME,
    lookupKeys: (profile, known, old) => lookupKeys(context, profile, known, old),
    find: (key) => find(context, key),
    create: (profile) => create(context, profile),
    update: (_id, profile, before, old) => update(context, before, profile, old),
    enable: (_id, before) => enable(context, before),
    disable: (_id, before) => disable(context, before),
    describe: () => describeFields(context),
    readAccess: (id) => readAccess(context, id),
    toProfile: (user) => incoming.map(user.raw as Readonly<Record<string, unknown>>),
    test: () => testRights(context),
    close: () => context.http.close(),
  };
}

/** Users of a Salesforce organization over its REST API (spec connectors 6). */
export const SALESFORCE_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Users of a Salesforce organization. They cannot be deleted; disabling deactivates them.',
  settings: salesforceSettingsSchema,
  defaultMapperOut: DEFAULT_SALESFORCE_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SALESFORCE_MAPPER_IN,
  create: (settings, options, fault) =>
    createSalesforceConnector(checkedSettings(salesforceSettingsSchema, settings, fault), options),
};
