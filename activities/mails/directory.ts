import type { UserProfile } from '../../domain/profile.js';
import { renderTemplate, renderText } from '../../domain/templates.js';
import type { LoadedConfiguration } from '../configuration/types.js';
import type { Mail } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { managerOf } from './first-password.js';
import { SIGNATURE, body, factsTable, paragraph } from './layout.js';

/** Somebody whose directory account was enabled. */
export interface Newcomer {
  readonly incidentId: string;
  readonly profile: UserProfile;
  /** The account's own address; absent = the profile's. */
  readonly accountMail: string | undefined;
}

const text = (value: UserProfile[string]): string => (typeof value === 'string' ? value : '');

/**
 * The welcome mail (spec active-directory 3, step 15): to the account's mail, a copy to the manager unless the person
 * came by an acquisition; the list's template or a built-in text. Null when the person has no address.
 */
export function welcomeMail(
  configuration: LoadedConfiguration,
  { incidentId, profile, accountMail }: Newcomer,
): Mail | null {
  const to = accountMail ?? profile.email ?? '';
  if (to === '') return null;
  const manager = managerOf(profile);
  const name = configuration.ilm.playbooks.welcomeEmailHtmlList;
  const template = name === undefined ? undefined : configuration.templates[name];
  const displayName = profile.displayName ?? '';
  return {
    to: [to],
    ...(manager === null ? {} : { cc: [manager] }),
    subject: renderText('Welcome, ${displayName}', { displayName }),
    html:
      template === undefined
        ? body(
            paragraph(`Hello ${displayName}, welcome to your new position.`),
            factsTable([
              ['Name', displayName],
              ['User name', profile.username ?? ''],
              ['E-mail', to],
              ['Start date', text(profile['hireDate'])],
            ]),
            paragraph('Your temporary password was given separately to IT, to your manager, or to both.'),
            SIGNATURE,
          )
        : renderTemplate(template, { ...profile, incidentId }),
    messageId: `${incidentId}.welcome`,
  };
}

/** The mail that confirms to IT that an account was disabled for a postponed hire date. */
export function deactivationMail(
  { ilm }: LoadedConfiguration,
  { _id, type, userProfile }: IncidentDocument,
  instance: string,
): Mail | null {
  const to = ilm.playbooks.itNotificationEmail;
  if (to === undefined) return null;
  const { username = '', displayName = '' } = userProfile.fields;
  return {
    to: [to],
    subject: renderText('${username} was deactivated in ${instance}', { username, instance }),
    html: body(
      paragraph(`The account of ${displayName} was disabled in ${instance}, because the hire date was postponed.`),
      factsTable([
        ['User name', username],
        ['Instance', instance],
        ['Incident', `${type} ${_id}`],
      ]),
      SIGNATURE,
    ),
    messageId: `${_id}.${instance}.deactivated`,
  };
}
