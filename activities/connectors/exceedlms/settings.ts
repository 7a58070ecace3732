import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';

/** `settings` of an instance of the brand `ExceedLMS`. */
export const exceedLmsSettingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be the http or https address of the site' })
    .meta(about('Address of the site, without `/api`.', 'https://learn.example.com')),
  apiKey: z
    .string()
    .min(1, 'must not be empty')
    .meta(about('API key; it travels in the address of every request.', '${EXCEEDLMS_API_KEY}')),
});
export type ExceedLmsSettings = z.infer<typeof exceedLmsSettingsSchema>;
