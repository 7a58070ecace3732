import { z } from 'zod';

import { about, duration, emailAddress, nonEmpty, positive } from './settings.js';

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

const template = (text: string, example: string) =>
  z
    .string()
    .optional()
    .meta(about(`${text}, by its file name below \`templates/\`; left out, a plain text.`, example));

/** Playbook inputs of the guide, camelCase. */
export const playbookInputsSchema = z.strictObject({
  itNotificationEmail: emailAddress
    .optional()
    .meta(about('Told about every failure. Without it every incident stops and asks for it.', 'it@example.com')),
  secondsToWaitBeforeWelcomeEmail: z
    .number()
    .int()
    .min(0)
    .default(30)
    .meta(about('Time for the mailbox to appear between the enabling of an account and the welcome mail.', 120)),
  userRoleToAssignForFailures: z
    .array(nonEmpty)
    .default([])
    .meta(about('Roles among which the owner of a failed incident is chosen; empty, everybody.', ['it-operations'])),
  userAssignmentMethod: z.enum(ASSIGNMENT_METHODS).default('random').meta(about('How that owner is chosen.')),
  assignOnlyOnCall: z.boolean().default(false).meta(about('Choose only among people whose shift it is.')),
  approveEmailChange: z.boolean().default(true).meta(about('Ask before a person gets another e-mail address (D3).')),
  managerEmailHtmlList: template("Template of the manager's mail with the first password", 'manager.html'),
  serviceDeskEmailHtmlList: template(
    "Template of the service desk's mail with the first password",
    'service-desk.html',
  ),
  notificationEmailHtmlList: template(
    'Template of the mails to the addresses of the settings list',
    'provisioning-notification.html',
  ),
  welcomeEmailHtmlList: template('Template of the welcome mail', 'welcome.html'),
  adNotificationEmails: z
    .array(emailAddress)
    .default([])
    .meta(about('Told that a directory account was made, without its password.', ['it@example.com'])),
  serviceDeskEmail: emailAddress
    .optional()
    .meta(about('Gets first passwords, to prepare equipment. The manager gets them, too.', 'servicedesk@example.com')),
  sendEmail: z
    .boolean()
    .default(true)
    .meta(about('Whether first passwords are mailed at all. Off, nobody is ever told one.')),
  passwordGenerator: z
    .string()
    .optional()
    .meta(about('Module with a `generatePassword` of your own, relative to the directory.', 'password.mjs')),
  mustChangePasswordAtFirstLogon: z
    .union([z.boolean(), nonEmpty])
    .default(true)
    .meta(
      about(
        'Whether the first password must be changed at the first logon: a switch, or JSONata over profile fields.',
        "employeeType != 'Contractor'",
      ),
    ),
  manuallyApprovePastHireDates: z
    .boolean()
    .default(true)
    .meta(about('Ask before the account of somebody is enabled whose hire date has passed.')),
  pastHireDateGraceDays: z
    .number()
    .int()
    .min(0)
    .default(0)
    .meta(about('Days after the hire date in which nobody is asked.', 14)),
  maxDeactivationLimit: positive
    .optional()
    .meta(
      about(
        'Directory accounts that terminations may disable per day of `timeZone` before each further one is asked about ' +
          '(D7); `ilm counter reset` starts the count anew. Without it only the limits of the gate apply.',
        50,
      ),
    ),
});
export type PlaybookInputs = z.infer<typeof playbookInputsSchema>;

/** A customer's own workflow at one of the three hook points (design, *Custom hooks*). */
export const hookSchema = z.strictObject({
  workflowType: nonEmpty.meta(about('Type of your workflow.', 'checkEquipment')),
  taskQueue: nonEmpty.meta(about('Task queue of your worker.', 'our-hooks')),
  timeout: duration.default('10m').meta(about('How long it may take.', '1h')),
});
export type Hook = z.infer<typeof hookSchema>;

const hook = (moment: string) =>
  hookSchema.optional().meta(
    about(`Your workflow ${moment}; left out, nothing happens there.`, {
      workflowType: 'checkEquipment',
      taskQueue: 'our-hooks',
    }),
  );

/** The three hook points. */
export const hooksSchema = z
  .strictObject({
    customPreProvisioning: hook('before the accounts of an incident are touched'),
    customUserSync: hook('after the accounts of an incident were touched'),
    customPostProvisioning: hook('after that, before the incident is closed'),
    ownerSuggestion: hookSchema
      .extend({ timeout: duration.default('5s').meta(about('How long it may take, ten seconds at most.', '8s')) })
      .optional()
      .meta(
        about('Your workflow that suggests the owner of a failed incident, for `machine-learning`.', {
          workflowType: 'suggestOwner',
          taskQueue: 'our-hooks',
        }),
      ),
  })
  .prefault({})
  .meta(about('Your own workflows at three points of every incident, in any language.'));
