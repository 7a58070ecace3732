import { z } from 'zod';
import { detectionSchema, workdayInstanceSchema } from './config.js';
import { datePatternFault, isTimeZone } from './dates.js';

/** `Termination_Date`, `terminationdate` and the like are the report's spellings of `terminationDate`. */
function profileSpelling(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  switch (value.replace(/[^A-Za-z]/g, '').toLowerCase()) {
    case 'terminationdate':
      return 'terminationDate';
    case 'lastdayofwork':
      return 'lastDayOfWork';
    default:
      return value;
  }
}

const emptyAsAbsent = (value: unknown): unknown => (value === '' ? null : value);

const { shape } = detectionSchema;

/**
 * `ilm report preview --params`: the settings of one Workday instance (spec workday-cycle 1), camelCase, all optional.
 * Settings that preview has no use for (address, credentials, schedule) are accepted and ignored; unknown ones are
 * refused.
 */
export const previewParamsSchema = z.strictObject({
  ...workdayInstanceSchema.partial().shape,
  ...shape,
  workdayDateFormat: shape.workdayDateFormat.superRefine((pattern, context) => {
    const fault = datePatternFault(pattern);
    if (fault !== null) context.addIssue({ code: 'custom', message: `cannot be used: ${fault}` });
  }),
  timeZone: shape.timeZone.refine(isTimeZone, 'is no time zone of the IANA database'),
  deactivationDateField: z.preprocess(profileSpelling, shape.deactivationDateField),
  daysBeforeHireToSync: z.preprocess(emptyAsAbsent, shape.daysBeforeHireToSync),
  daysBeforeHireToEnableAd: z.preprocess(emptyAsAbsent, shape.daysBeforeHireToEnableAd),
  fetchLimit: z.number().int().min(1).default(50),
  processedEntriesPercentage: z.number().min(1).max(100).default(50),
});
export type PreviewParams = z.infer<typeof previewParamsSchema>;
