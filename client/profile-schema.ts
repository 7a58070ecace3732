import { z } from 'zod';

const text = z.string();
const known = {
  email: z.email('must be an e-mail address').optional(),
  username: text.optional(),
  employeeId: text.optional(),
  displayName: text.optional(),
  adAccountStatus: z.enum(['Enabled', 'Disabled', 'Pending', '']).optional(),
  isProcessed: z.boolean().optional(),
  isTemporaryUser: z.boolean().optional(),
  forceSync: z.boolean().optional(),
  sourcePriority: z.number().int().optional(),
  sourceOfTruth: text.optional(),
  sourceInstance: text.optional(),
  sourceReleased: z.boolean().optional(),
  conversionHire: z.boolean().optional(),
  terminationTrigger: z.enum(['Workday', 'Wand', 'TUFE', 'Orphan', '']).optional(),
  active: z.boolean().optional(),
  keptAs: z.enum(['orphan', 'limit', '']).optional(),
  keptUntil: text.optional(),
  lastSeenAt: text.optional(),
  personId: text.optional(),
  processedBy: text.optional(),
  applications: text.optional(),
  sourceKeys: z.array(z.strictObject({ source: text, employeeId: text, correlationId: text.optional() })).optional(),
};

/** One profile as `ilm profile export` writes it: known fields typed, every other one a plain value. */
export const profileSchema = z
  .object(known)
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()], 'must be a text, number or boolean'));

/** A whole export. */
export const profilesSchema = z.array(profileSchema, 'must be a list of profiles, as `ilm profile export` writes it');

/** Fields that `ilm profile set` may write, with their types. */
export const SETTABLE = {
  forceSync: known.forceSync,
  adAccountStatus: known.adAccountStatus,
  isProcessed: known.isProcessed,
  conversionHire: known.conversionHire,
  terminationTrigger: known.terminationTrigger,
  active: known.active,
  keptAs: known.keptAs,
  sourceReleased: known.sourceReleased,
} as const;
