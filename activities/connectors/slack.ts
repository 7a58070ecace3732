import { z } from 'zod';

import { about } from '../../domain/config/settings.js';
import { checkedSettings } from './brand.js';
import { createScimConnector } from './scim.js';
import { SCIM_DIALECTS } from './scim/dialect.js';
import { guestOf } from './slack/guest.js';
import { slackFault } from './slack/faults.js';
import { DEFAULT_SLACK_MAPPER_IN, DEFAULT_SLACK_MAPPER_OUT } from './slack/maps.js';
import type { Brand } from './brand.js';

const BRAND_NAME = 'Slack';

const settingsSchema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'must be the http or https address of the SCIM API, version 2' })
    .default('https://api.slack.com/scim/v2/')
    .meta(about('Address of the SCIM API, version 2.', 'https://api.slack.com/scim/v2/')),
  token: z
    .string()
    .min(1, 'must not be empty')
    .meta(about('User token with the scope `admin`, made by an owner or administrator.', '${SLACK_TOKEN}')),
  emailFilter: z
    .string()
    .regex(/^[\w.]+$/, 'must be the name of an attribute')
    .default('email')
    .meta(about('What a search by mail address calls the address.', 'emails.value')),
});

/** Slack, over version 2 of its SCIM API (spec connectors 5). Disabling deactivates; nothing is ever deleted but groups. */
export const SLACK_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Members, multi-channel guests and groups of a Slack workspace or organization.',
  settings: settingsSchema,
  defaultMapperOut: DEFAULT_SLACK_MAPPER_OUT,
  defaultMapperIn: DEFAULT_SLACK_MAPPER_IN,
  create: (settings, options, fault) => {
    const { baseUrl, token, emailFilter } = checkedSettings(settingsSchema, settings, fault);
    return createScimConnector({ baseUrl, token }, options, {
      brand: BRAND_NAME,
      dialect: { ...SCIM_DIALECTS.slack, emailFilter },
      faultOf: slackFault,
      accessOf: guestOf,
    });
  },
};
