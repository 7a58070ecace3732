import { z } from 'zod';

import { about, nonEmpty } from './settings.js';
import { addDuplicates } from './unique-names.js';

const addresses = (event: string) =>
  z
    .string()
    .optional()
    .meta(about(`Who is told that an account was ${event}: addresses with a comma between them.`, 'it@example.com'));

/** One row of `app-provisioning-settings`, exactly the guide's shape. */
export const appProvisioningRowSchema = z.strictObject({
  instance_name: nonEmpty.meta(about('An instance of `ilm.yaml`. Each has at most one row.', 'Atlas Wiki')),
  create_user_enabled: z.boolean().meta(about('Whether new hires get an account.', true)),
  create_user_group: z
    .string()
    .default('All')
    .meta(about('Who gets one: `All`, or a group that `ilm.yaml` defines under `groups`.', 'Employees')),
  update_user_enabled: z.boolean().meta(about('Whether updates are passed on.', true)),
  disable_user_enabled: z.boolean().meta(about('Whether a termination disables the account.', true)),
  enable_user_enabled: z
    .boolean()
    .optional()
    .meta(about('Whether a rehire enables the account; left out, as `create_user_enabled`.', true)),
  create_user_email_notification_ids: addresses('created'),
  enable_user_email_notification_ids: addresses('enabled'),
  disable_user_email_notification_ids: addresses('disabled'),
  update_user_email_notification_ids: addresses('updated'),
});
export type AppProvisioningRow = z.infer<typeof appProvisioningRowSchema>;

/** The settings list `app-provisioning-settings`; instance names are unique. */
export const appProvisioningSettingsSchema = z
  .array(appProvisioningRowSchema)
  .superRefine((rows, context) => addDuplicates(rows, 'instance_name', context));
export type AppProvisioningSettings = z.infer<typeof appProvisioningSettingsSchema>;
