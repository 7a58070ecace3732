import { z } from 'zod';

import { TaskKind } from '../incident.js';
import { about, duration, emailAddress, nonEmpty } from './settings.js';

/**
 * Who answers which question, and what happens while nobody does. Nothing here ever answers: a deadline only tells a
 * second address (design 7).
 */
const ruleSchemas = {
  roles: z
    .array(nonEmpty)
    .meta(about('Who may answer: people with one of these roles; empty, everybody.', ['iam-admin'])),
  reminders: z.number().int().min(0).max(20).meta(about('How often whoever may answer is reminded.', 3)),
  remindEvery: duration.meta(about('Time from the question to the first reminder, and between reminders.', '4h')),
  deadline: duration.meta(about('Time after which a second address is told. It never answers.', '2d')),
  escalateTo: emailAddress
    .optional()
    .meta(about('The second address; left out, `playbooks.itNotificationEmail`.', 'head-of-it@example.com')),
  secondApprover: z
    .boolean()
    .meta(about('Two people have to choose the same option, each by the link of their own mail.', true)),
} as const;

const ownRulesSchema = z.strictObject(ruleSchemas).partial();
export type OwnRules = z.infer<typeof ownRulesSchema>;

const defaultRulesSchema = z.strictObject({
  ...ruleSchemas,
  roles: ruleSchemas.roles.default([]),
  reminders: ruleSchemas.reminders.default(2),
  remindEvery: ruleSchemas.remindEvery.default('360m'),
  deadline: ruleSchemas.deadline.default('24h'),
  secondApprover: ruleSchemas.secondApprover.default(false),
});
export type TaskRules = z.infer<typeof defaultRulesSchema>;

/** Rules for every kind of question, what single kinds have of their own, and new hires. */
export const tasksSchema = z
  .strictObject({
    default: defaultRulesSchema.prefault({}).meta(about('Rules of every question.')),
    kinds: z
      .partialRecord(z.enum(TaskKind), ownRulesSchema)
      .default({})
      .meta(
        about('What single kinds of question have of their own: the same settings.', { D7: { roles: ['iam-admin'] } }),
      ),
    newHireEscalation: duration
      .default('2d')
      .meta(about("The second address is told this long before a new hire's activation at the latest.", '3d')),
  })
  .prefault({})
  .meta(about('Who answers which question, reminders and deadlines.'));
export type TaskSettings = z.infer<typeof tasksSchema>;

/** The decision page that mails link to. */
export const consoleSchema = z
  .strictObject({
    listen: z
      .string()
      .regex(/^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'must be host:port, such as 127.0.0.1:8090')
      .default('127.0.0.1:8090')
      .meta(about('Where `ilm console` listens.', '0.0.0.0:8090')),
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .optional()
      .meta(
        about(
          'Where people reach it; left out, `ILM_CONSOLE_URL` counts. Without both, mails name the command instead.',
          'https://iam.example.com',
        ),
      ),
    tokenKey: z
      .string()
      .regex(/^[^\s,]{32,}(,[^\s,]{32,})*$/, 'must be secrets of 32 characters or more, separated by commas')
      .optional()
      .meta(
        about(
          'Secrets that sign links, with commas between them: the first signs, all verify. Left out, `ILM_TOKEN_KEY` counts.',
          '${ILM_TOKEN_KEY}',
        ),
      ),
    linkValidFor: duration.default('7d').meta(about('How long a link can decide.', '3d')),
  })
  .prefault({})
  .meta(about('The decision page.'));
export type ConsoleSettings = z.infer<typeof consoleSchema>;

/** The rules of one kind of question. */
export function rulesOf(settings: TaskSettings, kind: TaskKind): TaskRules {
  return { ...settings.default, ...settings.kinds[kind] } as TaskRules;
}
