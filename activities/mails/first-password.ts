import type { LoadedConfiguration } from '../configuration/types.js';
import type { Mail } from '../dependencies.js';
import { renderTemplate } from '../../domain/templates.js';
import type { UserProfile } from '../../domain/profile.js';
import { SIGNATURE, body, factsTable, paragraph } from './layout.js';

/** What the mails about a new account say. The password lives in this object only as long as the mails are built. */
export interface FirstPassword {
  readonly incidentId: string;
  readonly instance: string;
  readonly profile: UserProfile;
  readonly accountName: string;
  readonly password: string;
}

/**
 * The mails of initialising an account: manager and service desk get the first password, the notification receivers
 * the fact (spec active-directory 5, design decision 17). The manager is left out for acquisition hires.
 */
export function firstPasswordMails(configuration: LoadedConfiguration, about: FirstPassword): Mail[] {
  const { playbooks } = configuration.ilm;
  const manager = managerOf(about.profile);
  const withPassword = (to: string, kind: string, template: string | undefined): Mail => ({
    to: [to],
    subject: subjectOf(about),
    html: templateNamed(configuration, template, about) ?? builtIn(about, about.password),
    messageId: messageId(about, kind),
  });
  return [
    ...(manager === null ? [] : [withPassword(manager, 'manager', playbooks.managerEmailHtmlList)]),
    ...(playbooks.serviceDeskEmail === undefined
      ? []
      : [withPassword(playbooks.serviceDeskEmail, 'service-desk', playbooks.serviceDeskEmailHtmlList)]),
    ...(playbooks.adNotificationEmails.length === 0
      ? []
      : [
          {
            to: playbooks.adNotificationEmails,
            subject: subjectOf(about),
            html: builtIn(about, null),
            messageId: messageId(about, 'notification'),
          },
        ]),
  ];
}

/** Whether somebody is there to receive the first password. */
export const hasPasswordReceiver = (configuration: LoadedConfiguration, profile: UserProfile): boolean =>
  configuration.ilm.playbooks.serviceDeskEmail !== undefined || managerOf(profile) !== null;

/** The manager's address; null for an acquisition hire, whose manager is not told. */
export function managerOf(profile: UserProfile): string | null {
  const manager = profile['managerEmailAddress'];
  const acquisitionHire = profile['acquisitionHire'];
  const isAcquisition = typeof acquisitionHire === 'string' && acquisitionHire.toLowerCase() === 'yes';
  return typeof manager === 'string' && manager !== '' && !isAcquisition ? manager : null;
}

const subjectOf = ({ accountName }: FirstPassword): string => `Account of a new hire created: ${accountName}`;

const messageId = ({ incidentId, instance }: FirstPassword, kind: string): string =>
  `${incidentId}.${instance}.${kind}`;

function templateNamed(
  { templates }: LoadedConfiguration,
  name: string | undefined,
  { profile, password, accountName }: FirstPassword,
): string | undefined {
  const template = name === undefined ? undefined : templates[name];
  return template === undefined
    ? undefined
    : renderTemplate(template, { ...profile, password, sAMAccountName: accountName });
}

function builtIn({ profile, accountName, instance }: FirstPassword, password: string | null): string {
  return body(
    paragraph(`An account was created in ${instance}.`),
    factsTable([
      ['Name', profile.displayName ?? ''],
      ['Account name', accountName],
      ['E-mail', profile.email ?? ''],
      ...(password === null ? [] : [['First password', password] as const]),
    ]),
    SIGNATURE,
  );
}
