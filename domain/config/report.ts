import { z } from 'zod';

import { about, connectionSettings, duration, nonEmpty, positive } from './settings.js';

const days = z.number().int().min(0, 'must be empty (at once) or 0 and more days');

/** What a value of the report's employment status means. */
export const employmentStatusSchema = z.enum(['active', 'leave', 'terminated', 'prehire']);

/** When a deactivation date takes effect, in the person's zone: the day's start, its end, or a time `HH:mm`. */
export const deactivateAtSchema = z.union([
  z.enum(['startOfDay', 'endOfDay']),
  z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be startOfDay, endOfDay or HH:mm'),
]);

const timeZone = nonEmpty.meta(
  about(
    'Zone in which days begin and end for everybody whose row names none; otherwise that of the file.',
    'Europe/Berlin',
  ),
);

/** How detection reads one report (spec workday-cycle 1 and design 6). `ilm report preview --params` takes the same. */
export const detectionSchema = z.strictObject({
  workdayDateFormat: nonEmpty
    .default('%m/%d/%Y')
    .meta(about('How the report writes dates, as a strptime pattern.', '%Y-%m-%d')),
  deactivationDateField: z
    .enum(['terminationDate', 'lastDayOfWork'])
    .default('terminationDate')
    .meta(about('The date that ends an employment.')),
  daysBeforeHireToSync: days
    .nullish()
    .meta(about('Days before the hire date from which on a hire is taken in; left out, at once.', 14)),
  daysBeforeHireToEnableAd: days
    .nullish()
    .meta(
      about('Days before the hire date from which on the Active Directory account is enabled; left out, at once.', 2),
    ),
  sourcePriority: z
    .number()
    .int()
    .default(1)
    .meta(about('Rank of this report where several contain a person; the lower number wins.', 2)),
  sourceOfTruth: nonEmpty
    .default('Workday')
    .meta(about('Name of the source. Employee ids are unique within it.', 'Workday Contractors')),
  timeZone: timeZone.default('UTC'),
  deactivateAt: deactivateAtSchema
    .default('startOfDay')
    .meta(about('When on that day the date takes effect: `startOfDay`, `endOfDay` or a time.', '18:00')),
  employmentStatuses: z
    .record(z.string(), employmentStatusSchema)
    .default({ Active: 'active', 'Leave of Absence': 'leave', Terminated: 'terminated' })
    .meta(
      about('What each employment status of the report means. A status that is not listed rejects the row.', {
        Aktiv: 'active',
        Ruhend: 'leave',
        Ausgeschieden: 'terminated',
      }),
    ),
  leavePolicy: z
    .enum(['keep', 'disable'])
    .default('keep')
    .meta(about('What a leave of absence does to the Active Directory account.')),
  reportScope: z
    .enum(['full', 'partial'])
    .default('full')
    .meta(
      about('Whether somebody missing from the report has left (`full`), or a missing row says nothing (`partial`).'),
    ),
});
export type DetectionSettings = z.infer<typeof detectionSchema>;

const schedule = z.union([
  z.strictObject({ every: duration.meta(about('Pause between the end of a run and the next one.', '5m')) }),
  z.strictObject({
    cron: nonEmpty.meta(about('Cron expression of the runs, instead of `every`.', '0 6 * * 1-5')),
    timeZone: nonEmpty.default('UTC').meta(about('Zone of the cron expression.', 'Europe/Berlin')),
  }),
]);

/** One Workday instance: one report. */
export const workdayInstanceSchema = detectionSchema.extend({
  name: nonEmpty.meta(about('Name of the instance, as commands take it.', 'Workday')),
  reportUrl: z
    .url('must be the full address of the report')
    .meta(about('Address of the report, in its JSON form.', '${WORKDAY_REPORT_URL}')),
  username: z.string().optional().meta(about('User name for Basic authentication.', '${WORKDAY_USERNAME}')),
  password: z.string().optional().meta(about('Its password.', '${WORKDAY_PASSWORD}')),
  timeZone: timeZone.optional(),
  mapper: nonEmpty.meta(about('Mapper file: which column fills which profile field.', 'mappers/workday.yaml')),
  fetchLimit: positive.max(199, 'must be below 200').default(50).meta(about('Most incidents that one run opens.', 100)),
  processedEntriesPercentage: z
    .number()
    .min(1)
    .max(100)
    .default(50)
    .meta(about('Share of the entries that one run looks at; the rest follows in the next ones.', 100)),
  syncUserProfilesOnFirstRun: z
    .boolean()
    .default(true)
    .meta(about('The very first run only makes profiles and opens no incident.')),
  fetchSamples: z
    .boolean()
    .default(false)
    .meta(about('The first run records the first five entries as closed sample incidents. Not with real people.')),
  schedule: schedule.default({ every: '1m' }).meta(about('When the report is read.', { every: '5m' })),
  snapshotMaxAge: duration
    .default('24h')
    .meta(about('Oldest download a cycle may go on with; an older one is dropped and the report read anew.', '4h')),
  requestTimeout: duration.default('300s').meta(about('How long a download may take.', '10m')),
  requireApproval: z
    .boolean()
    .default(false)
    .meta(about('Hold each plan until somebody has released it (`ilm held`).')),
  ...connectionSettings,
});
export type WorkdayInstance = z.infer<typeof workdayInstanceSchema>;
