import { z } from 'zod';

import { about } from '../../domain/config/settings.js';
import {
  ATLASSIAN_ATTRIBUTES,
  ATLASSIAN_MAPPER_OUT,
  ATLASSIAN_TAKEN,
  refuseWithoutAddress,
} from './atlassian/attributes.js';
import { checkedSettings } from './brand.js';
import { createScimConnector } from './scim.js';
import { SCIM_DIALECTS } from './scim/dialect.js';
import { DEFAULT_SCIM_MAPPER_IN } from './scim/maps.js';
import type { Brand } from './brand.js';
import type { ScimDialect } from './scim/dialect.js';

const BRAND_NAME = 'Atlassian Cloud';

/**
 * How a directory of Atlassian differs from plain SCIM: two attributes to search by, a closed list of attributes, and
 * groups that cannot be searched by member. Disabling must stay a change of the status, because a deletion cannot be
 * undone (https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users/).
 */
const DIALECT: ScimDialect = {
  ...SCIM_DIALECTS.standard,
  lookUpBy: ['userName', 'externalId'],
  attributes: ATLASSIAN_TAKEN,
  searchesMemberships: false,
};

const settingsSchema = z.strictObject({
  directoryUrl: z
    .url({ protocol: /^https?$/, error: 'must be the https address of the directory' })
    .regex(/\/scim\/directory\/[\w-]+\/?$/, 'must end in /scim/directory/ and the id of the directory')
    .meta(
      about(
        'Directory base URL, shown together with the API key.',
        'https://api.atlassian.com/scim/directory/5a6b7c8d-1e2f-4a3b-9c4d-5e6f7a8b9c0d',
      ),
    ),
  apiKey: z
    .string()
    .min(1, 'must not be empty')
    .meta(about('API key of the directory; the key of the organization is another one.', '${ATLASSIAN_API_KEY}')),
});

/**
 * Users and groups of Atlassian Cloud, over its user provisioning API
 * (https://developer.atlassian.com/cloud/admin/user-provisioning/rest/intro/).
 */
export const ATLASSIAN_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Users and groups of an Atlassian organization, in the directory of an identity provider.',
  settings: settingsSchema,
  defaultMapperOut: ATLASSIAN_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SCIM_MAPPER_IN,
  create: (settings, options, fault) => {
    const { directoryUrl, apiKey } = checkedSettings(settingsSchema, settings, fault);
    return createScimConnector({ baseUrl: directoryUrl.replace(/\/$/, ''), token: apiKey }, options, {
      brand: BRAND_NAME,
      dialect: DIALECT,
      describes: ATLASSIAN_ATTRIBUTES,
      prepare: refuseWithoutAddress,
    });
  },
};
