import { checkedSettings } from './brand.js';
import { exceedLmsFault, usersOf } from './exceedlms/answers.js';
import { DEFAULT_EXCEEDLMS_MAPPER_IN, DEFAULT_EXCEEDLMS_MAPPER_OUT } from './exceedlms/maps.js';
import { exceedLmsSettingsSchema } from './exceedlms/settings.js';
import { find, lookupKeys } from './exceedlms/search.js';
import { create, setActive, update } from './exceedlms/users.js';
import { queryAuth } from './http-auth.js';
import { transportOptions } from './http-transport.js';
import { createHttpClient } from './http.js';
import { quotaReport } from './quota.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { ExceedLmsSettings } from './exceedlms/settings.js';
import type { ExceedLmsContext } from './exceedlms/search.js';
import type { UserConnector } from './types.js';

const BRAND_NAME = 'ExceedLMS';

/** ExceedLMS does not describe itself. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  login: 'Name to sign in with',
  email: 'E-mail address',
  first_name: 'Given name',
  last_name: 'Family name',
  manager_email: 'E-mail address of the manager, whose id is written as manager_id beside it',
  code: 'Identifier of the person in the source',
  hired_on: 'Day of hire, YYYY-MM-DD',
  city: 'City',
};

function createExceedLmsConnector(settings: ExceedLmsSettings, options: ConnectorOptions): UserConnector {
  const { instanceName, outgoing, incoming } = options;
  const http = createHttpClient({
    ...transportOptions(options),
    baseUrl: `${settings.url.replace(/\/+$/, '')}/api/v2`,
    auth: queryAuth('api_key', settings.apiKey),
    largeIntegersAsText: true,
    faultOf: exceedLmsFault,
  });
  const context: ExceedLmsContext = { http, instanceName, outgoing };
  return {
    brand: BRAND_NAME,
    lookupKeys: (profile, known, old) => lookupKeys(context, profile, known, old),
    find: (key) => find(context, key),
    create: (profile) => create(context, profile),
    update: (_id, profile, before) => update(context, before, profile),
    enable: (_id, before) => setActive(context, before, true),
    disable: (_id, before) => setActive(context, before, false),
    describe: () => Promise.resolve(ATTRIBUTES),
    toProfile: (user) => incoming.map(user.raw as Readonly<Record<string, unknown>>),
    test: async () => {
      // Nobody has this id, so the answer is empty whatever the site holds.
      const query = { 'user[id]': '0' };
      const answer = await http.request({ method: 'GET', path: 'users.json', label: 'users', query, accept: [404] });
      if (answer.status !== 404) usersOf(answer.body, `${instanceName}: GET users`);
      return quotaReport(http);
    },
    close: () => http.close(),
  };
}

/** Users of an ExceedLMS site, now called Intellum (spec connectors 9). */
export const EXCEEDLMS_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Experimental: users of an ExceedLMS (Intellum) site, whose interface has no public description.',
  settings: exceedLmsSettingsSchema,
  defaultMapperOut: DEFAULT_EXCEEDLMS_MAPPER_OUT,
  defaultMapperIn: DEFAULT_EXCEEDLMS_MAPPER_IN,
  create: (settings, options, fault) =>
    createExceedLmsConnector(checkedSettings(exceedLmsSettingsSchema, settings, fault), options),
};
