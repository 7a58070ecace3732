import { z } from 'zod';

import { about } from '../../domain/config/settings.js';
import { checkedSettings } from './brand.js';
import { oauthAuth } from './oauth.js';
import { ORACLE_MAPPER_OUT, ORACLE_USER_TYPES, oracleAttributes } from './oracle/attributes.js';
import { createScimConnector } from './scim.js';
import { SCIM_DIALECTS } from './scim/dialect.js';
import { DEFAULT_SCIM_MAPPER_IN } from './scim/maps.js';
import type { Brand } from './brand.js';

const BRAND_NAME = 'Oracle identity domains';

const settingsSchema = z.strictObject({
  domainUrl: z
    .url({ protocol: /^https?$/, error: 'must be the https address of the identity domain' })
    .meta(about('Address of the identity domain.', 'https://idcs-0123456789abcdef.identity.oraclecloud.com')),
  clientId: z.string().min(1, 'must not be empty').meta(about('Id of the confidential application.', '${ORACLE_ID}')),
  clientSecret: z.string().min(1, 'must not be empty').meta(about('Its secret.', '${ORACLE_SECRET}')),
  scope: z
    .string()
    .min(1)
    .default('urn:opc:idm:__myscopes__')
    .meta(
      about(
        'Scope of the token; the default asks for everything that the application was granted.',
        'urn:opc:idm:__myscopes__',
      ),
    ),
  userTypes: z
    .record(z.string(), z.enum(ORACLE_USER_TYPES))
    .default({})
    .meta(
      about(
        "Employee types, compared without case, and the domain's user type of each, on top of the usual ones. What has " +
          'no user type is not sent.',
        { Regular: 'Employee', Agency: 'Contractor' },
      ),
    ),
});

/** Identity domains of Oracle Cloud Infrastructure, formerly Identity Cloud Service. */
export const ORACLE_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Users and groups of an identity domain of Oracle Cloud Infrastructure.',
  settings: settingsSchema,
  defaultMapperOut: ORACLE_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SCIM_MAPPER_IN,
  create: (settings, options, fault) => {
    const { domainUrl, clientId, clientSecret, scope, userTypes } = checkedSettings(settingsSchema, settings, fault);
    const domain = domainUrl.replace(/\/+$/, '');
    return createScimConnector({ baseUrl: `${domain}/admin/v1` }, options, {
      brand: BRAND_NAME,
      dialect: SCIM_DIALECTS.oracle,
      prepare: oracleAttributes(userTypes),
      auth: (transport) =>
        oauthAuth(
          {
            tokenUrl: `${domain}/oauth2/v1/token`,
            settingsPath: 'settings',
            addressSetting: 'settings.domainUrl',
            grant: { type: 'client-credentials', clientId, clientSecret, sendAs: 'basic' },
            scope,
          },
          transport,
        ),
    });
  },
};
