import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';

/** The administrators' site of an organisation, which serves no API to tokens. */
const ADMIN_SITE = /-admin\.(okta|oktapreview|okta-emea)\.com$/i;

/** `settings` of an instance of the brand `Okta IAM`. */
export const oktaSettingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "must be the organisation's https address, e.g. https://example.okta.com" })
    .refine((url) => !/\/api(\/v1)?\/?$/.test(url), { error: 'must not end with /api/v1, which is added' })
    .refine((url) => !(URL.canParse(url) && ADMIN_SITE.test(new URL(url).hostname)), {
      error: "must be the organisation's own address, without -admin",
    })
    .meta(about("The organisation's address, without a path.", 'https://example.okta.com')),
  apiToken: z
    .string()
    .min(1, 'must not be empty')
    .meta(about('API token of a service administrator; sent as `SSWS`.', '${OKTA_TOKEN}')),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(200)
    .default(200)
    .meta(about('Entries that one answer of a list holds at most; all pages are read.', 100)),
});
export type OktaSettings = z.infer<typeof oktaSettingsSchema>;
