import { z } from 'zod';
import { IncidentType } from './incident.js';

/**
 * The shape of `config/ilm.yaml`. One schema checks the whole file, so that every fault is reported at once. Secrets
 * are references to the environment (`${NAME}`), resolved by the loader before this schema sees them.
 */

const emailAddress = z.email('must be an e-mail address');
const nonEmpty = z.string().min(1, 'must not be empty');
const positive = z.number().int().min(1);
const days = z.number().int().min(0, 'must be empty (at once) or 0 and more days');

/** A span of time as Temporal writes it: `30s`, `5 minutes`, `1h`. */
const duration = z
  .string()
  .regex(
    /^\d+(\.\d+)?\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/,
    'must be a duration such as 30s, 5m or 1h',
  );

/** Limits of the report guard (design 7): a trip refuses the whole report. */
export const reportGuardSchema = z
  .strictObject({
    /** Most rows of the last good report that may be missing: the larger of the number and the share. */
    missingRows: z.number().int().min(0).default(5),
    missingRowsPercent: z.number().min(0).max(100).default(10),
    rejectedRows: z.number().int().min(0).default(5),
    rejectedRowsPercent: z.number().min(0).max(100).default(2),
  })
  .prefault({});
export type ReportGuardLimits = z.infer<typeof reportGuardSchema>;

/** The actions that the gate counts. Orphans count as terminations. */
export const GATED_ACTIONS = [
  'hire',
  'rehire',
  'terminate',
  'adActivation',
  'adDeactivation',
  'emailChange',
  'update',
] as const;
export type GatedAction = (typeof GATED_ACTIONS)[number];

const gateLimit = (count: number, percent: number) =>
  z
    .strictObject({
      count: z.number().int().min(0).default(count),
      percent: z.number().min(0).max(100).default(percent),
    })
    .prefault({});

/** Most items per action and cycle, and per rolling 24 hours: the larger of a number and a share of owned profiles. */
export const gateSchema = z
  .strictObject({
    hire: gateLimit(10, 5),
    rehire: gateLimit(10, 5),
    terminate: gateLimit(10, 5),
    adActivation: gateLimit(10, 5),
    adDeactivation: gateLimit(10, 5),
    emailChange: gateLimit(10, 5),
    update: gateLimit(10, 20),
  })
  .prefault({});
export type GateLimits = z.infer<typeof gateSchema>;

/** What a value of the report's employment status means. */
export const employmentStatusSchema = z.enum(['active', 'leave', 'terminated', 'prehire']);

/** When a deactivation date takes effect, in the person's zone: the day's start, its end, or a time `HH:mm`. */
export const deactivateAtSchema = z.union([
  z.enum(['startOfDay', 'endOfDay']),
  z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be startOfDay, endOfDay or HH:mm'),
]);

/** How detection reads one report (spec workday-cycle 1 and design 6). `ilm report preview --params` takes the same. */
export const detectionSchema = z.strictObject({
  /** strptime pattern of dates in the report. */
  workdayDateFormat: nonEmpty.default('%m/%d/%Y'),
  deactivationDateField: z.enum(['terminationDate', 'lastDayOfWork']).default('terminationDate'),
  /** X: whole days before the hire date from which on a hire is synced; absent = at once. */
  daysBeforeHireToSync: days.nullish(),
  /** Y: whole days before the hire date from which on the AD account is enabled; absent = at once. */
  daysBeforeHireToEnableAd: days.nullish(),
  /** S: rank of this source; the lower number wins. */
  sourcePriority: z.number().int().default(1),
  /** Name of the source; employee ids are unique within it. */
  sourceOfTruth: nonEmpty.default('Workday'),
  timeZone: nonEmpty.default('UTC'),
  deactivateAt: deactivateAtSchema.default('startOfDay'),
  employmentStatuses: z
    .record(z.string(), employmentStatusSchema)
    .default({ Active: 'active', 'Leave of Absence': 'leave', Terminated: 'terminated' }),
  leavePolicy: z.enum(['keep', 'disable']).default('keep'),
  reportScope: z.enum(['full', 'partial']).default('full'),
});
export type DetectionSettings = z.infer<typeof detectionSchema>;

/** One Workday instance: one report. */
export const workdayInstanceSchema = detectionSchema.extend({
  name: nonEmpty,
  reportUrl: z.url('must be the full address of the report'),
  username: z.string().optional(),
  password: z.string().optional(),
  timeZone: nonEmpty.optional(),
  mapper: nonEmpty,
  fetchLimit: positive.max(199, 'must be below 200').default(50),
  processedEntriesPercentage: z.number().min(1).max(100).default(50),
  syncUserProfilesOnFirstRun: z.boolean().default(true),
  fetchSamples: z.boolean().default(false),
  /** Either a pause between two runs, or a cron expression in `timeZone` of the schedule. */
  schedule: z
    .union([z.strictObject({ every: duration }), z.strictObject({ cron: nonEmpty, timeZone: nonEmpty.default('UTC') })])
    .default({ every: '1m' }),
  /** Oldest snapshot a cycle may go on with; an older one is dropped and the report downloaded anew. */
  snapshotMaxAge: duration.default('24h'),
  requestTimeout: duration.default('300s'),
  /** Ask a person to approve each plan before anything is opened. */
  requireApproval: z.boolean().default(false),
  insecure: z.boolean().default(false),
  proxy: z.boolean().default(false),
  caFile: z.string().optional(),
});
export type WorkdayInstance = z.infer<typeof workdayInstanceSchema>;

/** Settings that every application instance has (spec connectors 1.2); its connector checks `settings` itself. */
export const applicationInstanceSchema = z.strictObject({
  name: nonEmpty,
  brand: nonEmpty,
  enabled: z.boolean().default(true),
  createUserEnabled: z.boolean().default(true),
  updateUserEnabled: z.boolean().default(true),
  enableUserEnabled: z.boolean().default(true),
  disableUserEnabled: z.boolean().default(true),
  createIfNotExists: z.boolean().default(true),
  /** Update User passes `allow-enable` (design decision 5). */
  allowEnableOnUpdate: z.boolean().default(false),
  mapperIn: z.string().optional(),
  mapperOut: z.string().optional(),
  /** Commands running at once, per worker process. */
  concurrency: positive.max(100).default(4),
  /** Commands per second over all workers, enforced by the Temporal server. */
  commandsPerSecond: z.number().positive().max(1000).default(20),
  requestTimeout: duration.default('30s'),
  insecure: z.boolean().default(false),
  proxy: z.boolean().default(false),
  caFile: z.string().optional(),
  /** What only this brand knows: address, credentials, base DN. Checked by the connector's own schema. */
  settings: z.record(z.string(), z.unknown()).default({}),
});
export type ApplicationInstance = z.infer<typeof applicationInstanceSchema>;

/** How a person is chosen to own a failed incident (guide, *UserAssignmentMethod*). */
export const ASSIGNMENT_METHODS = [
  'random',
  'machine-learning',
  'top-user',
  'less-busy-user',
  'online',
  'current',
] as const;
export type AssignmentMethod = (typeof ASSIGNMENT_METHODS)[number];

/** Playbook inputs of the guide, camelCase. */
export const playbookInputsSchema = z.strictObject({
  itNotificationEmail: emailAddress.optional(),
  secondsToWaitBeforeWelcomeEmail: z.number().int().min(0).default(30),
  userRoleToAssignForFailures: z.array(nonEmpty).default([]),
  userAssignmentMethod: z.enum(ASSIGNMENT_METHODS).default('random'),
  assignOnlyOnCall: z.boolean().default(false),
  /** Ask before an e-mail change (D3); off behaves as "Change Username" (register X3). */
  approveEmailChange: z.boolean().default(true),
  managerEmailHtmlList: z.string().optional(),
  serviceDeskEmailHtmlList: z.string().optional(),
  notificationEmailHtmlList: z.string().optional(),
  welcomeEmailHtmlList: z.string().optional(),
  adNotificationEmails: z.array(emailAddress).default([]),
  serviceDeskEmail: emailAddress.optional(),
  sendEmail: z.boolean().default(true),
  /** Module that generates passwords; empty = the built-in generator. Path relative to the configuration directory. */
  passwordGenerator: z.string().optional(),
  mustChangePasswordAtFirstLogon: z.boolean().default(true),
  manuallyApprovePastHireDates: z.boolean().default(true),
  pastHireDateGraceDays: z.number().int().min(0).default(0),
});
export type PlaybookInputs = z.infer<typeof playbookInputsSchema>;

/** A customer's own workflow at one of the three hook points (design, *Custom hooks*). */
export const hookSchema = z.strictObject({
  workflowType: nonEmpty,
  taskQueue: nonEmpty,
  timeout: duration.default('10m'),
});
export type Hook = z.infer<typeof hookSchema>;

/** Somebody who answers tasks or owns failures. `id` is opaque: it appears in search attributes. */
export const reviewerSchema = z.strictObject({
  id: nonEmpty.regex(/^[a-z0-9-]+$/, 'must be letters, digits and hyphens, and name nobody'),
  email: emailAddress,
  name: nonEmpty,
  roles: z.array(nonEmpty).default([]),
  /** Weekly shifts in the person's zone, e.g. `{ days: [mon, tue], from: "08:00", to: "16:00" }`. */
  shifts: z
    .array(
      z.strictObject({
        days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
        from: z.string().regex(/^\d{2}:\d{2}$/),
        to: z.string().regex(/^\d{2}:\d{2}$/),
      }),
    )
    .default([]),
  timeZone: nonEmpty.optional(),
});
export type Reviewer = z.infer<typeof reviewerSchema>;

/** A profile field of the customer's own, declared once (guide, *Fields and Mappers*). */
export const customFieldSchema = z.strictObject({
  name: nonEmpty.regex(/^[a-z][A-Za-z0-9]*$/, 'must be camelCase letters and digits'),
  label: nonEmpty.optional(),
  /** Personal data stays out of event texts and logs. */
  personal: z.boolean().default(false),
});
export type CustomField = z.infer<typeof customFieldSchema>;

/** People and accounts that are never disabled or changed without a decision (design 7). */
export const protectedSchema = z
  .strictObject({ emails: z.array(emailAddress).default([]), expression: z.string().optional() })
  .prefault({});

const mailSchema = z
  .strictObject({
    from: nonEmpty.default('IAM team <iam@localhost>'),
    /** Address of the mail server, normally `${SMTP_URL}`. */
    smtpUrl: z.string().optional(),
    /** Base address for links to incidents, normally that of the Temporal UI. */
    linkBaseUrl: z.string().optional(),
  })
  .prefault({});

/** The whole file. */
export const configSchema = z.strictObject({
  timeZone: nonEmpty.default('UTC'),
  workday: z.array(workdayInstanceSchema).default([]),
  instances: z.array(applicationInstanceSchema).default([]),
  playbooks: playbookInputsSchema.prefault({}),
  hooks: z
    .strictObject({
      customPreProvisioning: hookSchema.optional(),
      customUserSync: hookSchema.optional(),
      customPostProvisioning: hookSchema.optional(),
    })
    .prefault({}),
  people: z.array(reviewerSchema).default([]),
  customFields: z.array(customFieldSchema).default([]),
  mail: mailSchema,
  limits: z.strictObject({ reportGuard: reportGuardSchema, gate: gateSchema }).prefault({}),
  protected: protectedSchema,
  /** Named expressions (JSONata over profile fields) that `create_user_group` of the settings list may name. */
  groups: z.record(z.string(), nonEmpty).default({}),
});
export type IlmConfig = z.infer<typeof configSchema>;

/** One row of `app-provisioning-settings`, exactly the guide's shape. */
export const appProvisioningRowSchema = z.strictObject({
  instance_name: nonEmpty,
  create_user_enabled: z.boolean(),
  create_user_group: z.string().default('All'),
  update_user_enabled: z.boolean(),
  disable_user_enabled: z.boolean(),
  enable_user_enabled: z.boolean().optional(),
  create_user_email_notification_ids: z.string().optional(),
  enable_user_email_notification_ids: z.string().optional(),
  disable_user_email_notification_ids: z.string().optional(),
  update_user_email_notification_ids: z.string().optional(),
});
export type AppProvisioningRow = z.infer<typeof appProvisioningRowSchema>;

/** The settings list `app-provisioning-settings`; instance names are unique. */
export const appProvisioningSettingsSchema = z.array(appProvisioningRowSchema).superRefine((rows, context) => {
  const seen = new Set<string>();
  rows.forEach((row, index) => {
    if (seen.has(row.instance_name)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'instance_name'],
        message: `'${row.instance_name}' is listed twice`,
      });
    }
    seen.add(row.instance_name);
  });
});
export type AppProvisioningSettings = z.infer<typeof appProvisioningSettingsSchema>;

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
      return changesEmail ? 'emailChange' : 'update';
  }
}
