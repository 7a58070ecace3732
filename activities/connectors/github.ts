import { checkedSettings } from './brand.js';
import { githubFault } from './github/faults.js';
import { DEFAULT_GITHUB_MAPPER_IN, DEFAULT_GITHUB_MAPPER_OUT, GITHUB_ATTRIBUTES } from './github/maps.js';
import { githubSettingsSchema, scimRootOf } from './github/settings.js';
import { SCIM_DIALECTS } from './scim/dialect.js';
import { createScimUserConnector } from './scim.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { GithubSettings } from './github/settings.js';
import type { UserConnector } from './types.js';

const BRAND_NAME = 'GitHub';

/**
 * Makes a connector for the members of an organization with SAML sign-on, or for the managed users of an enterprise
 * (spec connectors 4); opens no connection.
 *
 * In an organization a new account is an invitation, and disabling deletes: whoever comes back is invited anew under
 * another id. In an enterprise disabling suspends, and nothing here ever deletes.
 */
function createGithubConnector(settings: GithubSettings, options: ConnectorOptions): UserConnector {
  const { scope, token, apiVersion } = settings;
  const connection = {
    baseUrl: scimRootOf(settings),
    token,
    headers: {
      accept: 'application/scim+json',
      'content-type': 'application/json',
      'x-github-api-version': apiVersion,
    },
  };
  return createScimUserConnector(connection, options, {
    brand: BRAND_NAME,
    dialect: SCIM_DIALECTS[`github-${scope}`],
    faultOf: githubFault,
    describes: GITHUB_ATTRIBUTES,
  });
}

/** GitHub: organizations of Enterprise Cloud, enterprises with managed users, Enterprise Server. */
export const GITHUB_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'GitHub organizations with SAML sign-on, and enterprises with managed users.',
  settings: githubSettingsSchema,
  defaultMapperOut: DEFAULT_GITHUB_MAPPER_OUT,
  defaultMapperIn: DEFAULT_GITHUB_MAPPER_IN,
  create: (settings, options, fault) =>
    createGithubConnector(checkedSettings(githubSettingsSchema, settings, fault), options),
};
