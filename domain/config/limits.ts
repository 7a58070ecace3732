import { z } from 'zod';

import { about } from './settings.js';

const rows = (count: number, text: string) => z.number().int().min(0).default(count).meta(about(text, 50));
const percent = (share: number, text: string) => z.number().min(0).max(100).default(share).meta(about(text, 5));

/** Limits of the report guard (design 7): a trip refuses the whole report. */
export const reportGuardSchema = z
  .strictObject({
    missingRows: rows(
      5,
      'Most rows of the last good report that may be missing; the larger of number and share counts.',
    ),
    missingRowsPercent: percent(10, 'The same as a share of the last good report.'),
    rejectedRows: rows(5, 'Most rows that may be faulty; the larger of number and share counts.'),
    rejectedRowsPercent: percent(2, 'The same as a share of the report.'),
  })
  .prefault({})
  .meta(about('When a report looks broken and is refused as a whole.'));
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

const gateLimit = (action: string, count: number, share: number) =>
  z
    .strictObject({
      count: z
        .number()
        .int()
        .min(0)
        .default(count)
        .meta(about(`Most ${action}; the larger of the two counts.`, 25)),
      percent: percent(share, 'The same as a share of the profiles that the report owns.'),
    })
    .prefault({})
    .meta(about(`Limit of ${action}.`));

/** Most items per action and cycle, and per rolling 24 hours: the larger of a number and a share of owned profiles. */
export const gateSchema = z
  .strictObject({
    hire: gateLimit('hires', 10, 5),
    rehire: gateLimit('rehires', 10, 5),
    terminate: gateLimit('terminations, orphans included', 10, 5),
    adActivation: gateLimit('activations in Active Directory', 10, 5),
    adDeactivation: gateLimit('deactivations in Active Directory', 10, 5),
    emailChange: gateLimit('changes of an e-mail address', 10, 5),
    update: gateLimit('other updates', 10, 20),
  })
  .prefault({})
  .meta(
    about(
      'What may happen per cycle, and per 24 hours, without an approver; beyond it, all items of the action are held.',
    ),
  );
export type GateLimits = z.infer<typeof gateSchema>;

/** Both guards in front of the first write of a cycle. */
export const limitsSchema = z.strictObject({ reportGuard: reportGuardSchema, gate: gateSchema }).prefault({});
