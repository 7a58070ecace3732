import { z } from 'zod';

import { about, nonEmpty } from './settings.js';
import { addDuplicates } from './unique-names.js';

const oktaGroupSchema = z.strictObject({
  id: nonEmpty.meta(about('Id of the group in Okta.', '00g1example0atlas0ed')),
  displayName: nonEmpty.meta(about('Its name there, and the name of the group in the application.', 'Atlas Editors')),
});

/** One row of `app-group-sync-settings`: the groups whose members an instance gets. */
export const appGroupSyncRowSchema = z.strictObject({
  instance_name: nonEmpty.meta(about('An instance of `ilm.yaml`. Each has at most one row.', 'Atlas Wiki')),
  okta_groups: z
    .array(oktaGroupSchema)
    .superRefine((groups, context) => addDuplicates(groups, 'id', context))
    .meta(about('The groups, in the order in which they are synchronised.')),
});

/** The settings list `app-group-sync-settings`; instance names are unique, and so are the groups of each. */
export const appGroupSyncSettingsSchema = z
  .array(appGroupSyncRowSchema)
  .superRefine((rows, context) => addDuplicates(rows, 'instance_name', context));
export type AppGroupSyncSettings = z.infer<typeof appGroupSyncSettingsSchema>;
