import { z } from 'zod';

import { about } from '../../domain/config/settings.js';
import { AWS_ATTRIBUTES, AWS_MAPPER_OUT, awsAttributes, refuseUnsupported } from './aws/attributes.js';
import { checkedSettings } from './brand.js';
import { createScimConnector } from './scim.js';
import { SCIM_DIALECTS } from './scim/dialect.js';
import { DEFAULT_SCIM_MAPPER_IN } from './scim/maps.js';
import type { Brand } from './brand.js';

const BRAND_NAME = 'AWS IAM Identity Center';

/** The console lets a token live for a year; a month is enough to make a new one. */
const WARN_BEFORE_DAYS = 30;
const DAY_MS = 86_400_000;

const settingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be the https address of the SCIM endpoint' })
    .meta(
      about(
        'The SCIM endpoint that the console shows, up to the host; it holds the region.',
        'https://scim.eu-central-1.amazonaws.com',
      ),
    ),
  tenantId: z
    .string()
    .regex(/^[\w-]+$/, 'must be the part of the SCIM endpoint between the host and /scim/v2')
    .meta(
      about('The part of the SCIM endpoint between the host and `/scim/v2`.', 'f3a1b2c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d'),
    ),
  token: z.string().min(1, 'must not be empty').meta(about('Access token of automatic provisioning.', '${AWS_TOKEN}')),
  tokenExpires: z.iso
    .date('must be a date such as 2027-03-31')
    .optional()
    .meta(about('Day on which the token ends; `ilm check` warns 30 days before.', '2027-03-31')),
  extensionUpdates: z
    .enum(['path', 'put'])
    .default('path')
    .meta(
      about(
        'How attributes of the enterprise extension are changed: each by its path, or with the complete account.',
        'put',
      ),
    ),
});

/** AWS IAM Identity Center, over its subset of SCIM 2.0. */
export const AWS_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Users and groups of AWS IAM Identity Center, whose identity source is an external provider.',
  settings: settingsSchema,
  defaultMapperOut: AWS_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SCIM_MAPPER_IN,
  create: (settings, options, fault) => {
    const { url, tenantId, token, tokenExpires, extensionUpdates } = checkedSettings(settingsSchema, settings, fault);
    refuseUnsupported(options.instanceName, options.outgoing);
    const baseUrl = `${url.replace(/\/+$/, '')}/${tenantId}/scim/v2`;
    const connector = createScimConnector({ baseUrl, token }, options, {
      brand: BRAND_NAME,
      dialect: { ...SCIM_DIALECTS.aws, extensionUpdates },
      describes: AWS_ATTRIBUTES,
      prepare: awsAttributes,
    });
    return {
      ...connector,
      test: async () => {
        const report = await connector.test();
        return { ...report, warnings: expiryWarnings(tokenExpires, Date.now()) };
      },
    };
  },
};

/** What to say about a token that ends soon; nothing when it lives on or nobody said when it ends. */
function expiryWarnings(expires: string | undefined, now: number): readonly string[] {
  if (expires === undefined) return [];
  const days = Math.ceil((Date.parse(expires) - now) / DAY_MS);
  if (days > WARN_BEFORE_DAYS) return [];
  const when = days > 0 ? `ends in ${days} days, on ${expires}` : `was to end on ${expires}`;
  return [`The token ${when}. Make a new one in the console, then set token and tokenExpires.`];
}
