import { z } from 'zod';
import { applicationInstanceSchema } from './config/application.js';
import { groupSyncSchema } from './config/group-sync.js';
import { limitsSchema } from './config/limits.js';
import type { GatedAction } from './config/limits.js';
import { oktaEventsSchema } from './config/okta-events.js';
import { reviewerSchema } from './config/people.js';
import { hooksSchema, playbookInputsSchema } from './config/playbooks.js';
import { workdayInstanceSchema } from './config/report.js';
import { about, emailAddress, nonEmpty } from './config/settings.js';
import { consoleSchema, tasksSchema } from './config/tasks.js';
import { IncidentType } from './incident.js';

export type { ApplicationInstance } from './config/application.js';
export { appGroupSyncRowSchema, appGroupSyncSettingsSchema } from './config/group-sync-list.js';
export type { AppGroupSyncSettings } from './config/group-sync-list.js';
export { GATED_ACTIONS, gateSchema, reportGuardSchema } from './config/limits.js';
export type { GateLimits, GatedAction, ReportGuardLimits } from './config/limits.js';
export type { OktaEventsSettings } from './config/okta-events.js';
export type { Reviewer } from './config/people.js';
export type { AssignmentMethod, Hook, PlaybookInputs } from './config/playbooks.js';
export { appProvisioningRowSchema, appProvisioningSettingsSchema } from './config/provisioning-list.js';
export type { AppProvisioningRow, AppProvisioningSettings } from './config/provisioning-list.js';
export { detectionSchema, workdayInstanceSchema } from './config/report.js';
export type { DetectionSettings, WorkdayInstance } from './config/report.js';

/**
 * The shape of `config/ilm.yaml`, put together from its parts. One schema checks the whole file, so that every fault is
 * reported at once. Secrets are references to the environment (`${NAME}`), resolved by the loader before this schema
 * sees them.
 */

/** A profile field of the customer's own, declared once (guide, *Fields and Mappers*). */
export const customFieldSchema = z.strictObject({
  name: nonEmpty
    .regex(/^[a-z][A-Za-z0-9]*$/, 'must be camelCase letters and digits')
    .meta(about('Name of the field, as mappers, expressions and templates use it.', 'preferredLanguage')),
  label: nonEmpty.optional().meta(about('How people read it; left out, its name.', 'Preferred language')),
  personal: z.boolean().default(false).meta(about('Personal data: its values stay out of event texts and logs.')),
});
export type CustomField = z.infer<typeof customFieldSchema>;

/** People and accounts that are never disabled or changed without a decision (design 7). */
export const protectedSchema = z
  .strictObject({
    emails: z
      .array(emailAddress)
      .default([])
      .meta(about('Protected people.', ['chief@example.com'])),
    expression: z
      .string()
      .optional()
      .meta(
        about('JSONata over profile fields; whoever it is true for is protected, too.', "title = 'Chief Executive'"),
      ),
  })
  .prefault({})
  .meta(about('People and accounts that nothing disables or changes without a decision.'));

const mailSchema = z
  .strictObject({
    from: nonEmpty
      .default('IAM team <iam@localhost>')
      .meta(about('Sender of every mail.', 'IAM team <iam@example.com>')),
    smtpUrl: z
      .string()
      .optional()
      .meta(
        about('Address of the mail server; left out, `SMTP_URL` counts.', 'smtps://user:password@mail.example.com'),
      ),
    linkBaseUrl: z
      .string()
      .optional()
      .meta(
        about(
          'Address in front of links to incidents, normally that of the Temporal UI.',
          'https://temporal.example.com/namespaces/default',
        ),
      ),
  })
  .prefault({})
  .meta(about('How mails are sent.'));

/** A part of a layout: a title and the fields below it. */
export const layoutSectionSchema = z.strictObject({
  title: nonEmpty.meta(about('Title of the section.', 'Personal and contact information')),
  fields: z
    .array(nonEmpty)
    .min(1)
    .meta(about('Profile fields, in the order in which they are shown.', ['displayName', 'email'])),
});
export type LayoutSection = z.infer<typeof layoutSectionSchema>;

const layout = (text: string) => z.array(layoutSectionSchema).default([]).meta(about(text));

/** The whole file. */
export const configSchema = z.strictObject({
  timeZone: nonEmpty
    .default('UTC')
    .meta(about('Zone in which days begin and end, for everybody and everything that names none.', 'Europe/Berlin')),
  workday: z.array(workdayInstanceSchema).default([]).meta(about('The reports, one entry for each.')),
  instances: z.array(applicationInstanceSchema).default([]).meta(about('The applications that accounts are kept in.')),
  oktaEvents: z.array(oktaEventsSchema).default([]).meta(about('The Okta instances whose events are read.')),
  playbooks: playbookInputsSchema.prefault({}).meta(about('Inputs of the playbooks.')),
  hooks: hooksSchema,
  people: z.array(reviewerSchema).default([]).meta(about('People who answer questions and own failures.')),
  customFields: z.array(customFieldSchema).default([]).meta(about('Profile fields of your own.')),
  layouts: z
    .strictObject({
      profile: layout('Sections of `ilm profile show`; fields that no section names follow at the end.'),
      incident: layout('Sections of `ilm incident show`, with what the report said about the person.'),
    })
    .prefault({})
    .meta(about('In which sections a person is shown.')),
  mail: mailSchema,
  tasks: tasksSchema,
  console: consoleSchema,
  groupSync: groupSyncSchema,
  limits: limitsSchema.meta(about('What may happen without a person.')),
  protected: protectedSchema,
  groups: z
    .record(z.string(), nonEmpty)
    .default({})
    .meta(
      about('Groups that `create_user_group` of the settings list may name: JSONata over profile fields.', {
        Employees: "employeeType != 'Contractor'",
      }),
    ),
});
export type IlmConfig = z.infer<typeof configSchema>;

/** The gated action of an incident type, for the gate and its ledger. An Update that changes the e-mail counts apart. */
export function gatedActionOf(type: IncidentType, changesEmail: boolean): GatedAction {
  switch (type) {
    case IncidentType.NewHire:
      return 'hire';
    case IncidentType.RehireUser:
      return 'rehire';
    case IncidentType.TerminateUser:
      return 'terminate';
    case IncidentType.AdUserActivation:
      return 'adActivation';
    case IncidentType.AdUserDeactivation:
      return 'adDeactivation';
    case IncidentType.UpdateUser:
    case IncidentType.SyncUser:
    case IncidentType.AppAdd:
    case IncidentType.AppRemove:
    case IncidentType.AppUpdate:
    case IncidentType.TestInstances:
      return changesEmail ? 'emailChange' : 'update';
  }
}
