import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';

/** `settings` of an instance of the brand `Smartsheet`. */
export const smartsheetSettingsSchema = z
  .strictObject({
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'must be the http or https address that /users is relative to' })
      .default('https://api.smartsheet.com/2.0')
      .meta(about('Address of the API, which `/users` is relative to.', 'https://api.smartsheet.eu/2.0')),
    token: z.string().min(1, 'must not be empty').meta(about('Access token of a System Admin.', '${SMARTSHEET_TOKEN}')),
    sendMail: z.boolean().default(false).meta(about('Smartsheet sends a mail to new people.', true)),
    disableMode: z
      .enum(['deactivate', 'remove'])
      .default('deactivate')
      .meta(
        about(
          'What disabling does: `deactivate` keeps the account for a return, `remove` takes it out of the organization.',
          'remove',
        ),
      ),
    removeFromSharing: z
      .boolean()
      .default(false)
      .meta(about('With `remove`: the person also leaves every sheet and workspace that was shared with them.', true)),
    transferSheets: z
      .boolean()
      .default(false)
      .meta(about('With `remove`: sheets pass to the manager, else to `defaultTransferTo`.', true)),
    defaultTransferTo: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .meta(
        about(
          'With `remove`: address or id of the user whom groups and sheets pass to where the manager has no account.',
          'sheets@example.com',
        ),
      ),
  })
  .refine(({ transferSheets, defaultTransferTo }) => !transferSheets || defaultTransferTo !== undefined, {
    path: ['defaultTransferTo'],
    error: 'must name somebody when transferSheets is true, because not everybody has a manager with an account',
  });
export type SmartsheetSettings = z.infer<typeof smartsheetSettingsSchema>;
