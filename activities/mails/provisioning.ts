import { IncidentType } from '../../domain/incident.js';
import type { ProvisioningResult } from '../../domain/incident.js';
import type { AppProvisioningRow } from '../../domain/config.js';
import type { UserProfile } from '../../domain/profile.js';
import { renderTemplate, renderText } from '../../domain/templates.js';
import type { LoadedConfiguration } from '../configuration/types.js';
import type { Mail } from '../dependencies.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { SIGNATURE, body, factsTable, paragraph } from './layout.js';
import { runLink } from './run-link.js';
import { addressesOf } from './recipients.js';

type AddressField =
  | 'create_user_email_notification_ids'
  | 'enable_user_email_notification_ids'
  | 'disable_user_email_notification_ids'
  | 'update_user_email_notification_ids';

/**
 * The settings key whose addresses are told about a success (register X6, X8): the one of the action that happened. A
 * Rehire tells the same people, whether an account was there or not.
 */
export function addressFieldOf(type: IncidentType, action: ProvisioningResult['action']): AddressField | null {
  if (type === IncidentType.RehireUser) return 'enable_user_email_notification_ids';
  if (action === 'create') return 'create_user_email_notification_ids';
  switch (type) {
    case IncidentType.TerminateUser:
      return 'disable_user_email_notification_ids';
    case IncidentType.UpdateUser:
      return 'update_user_email_notification_ids';
    case IncidentType.NewHire:
    case IncidentType.SyncUser:
    case IncidentType.AdUserActivation:
    case IncidentType.AdUserDeactivation:
    case IncidentType.AppAdd:
    case IncidentType.AppRemove:
    case IncidentType.AppUpdate:
    case IncidentType.TestInstances:
      return null;
  }
}

/** Whether a row names anybody to be told about an action. */
export function wantsNotification(
  row: AppProvisioningRow | undefined,
  type: IncidentType,
  action: ProvisioningResult['action'],
): boolean {
  const field = addressFieldOf(type, action);
  return row !== undefined && field !== null && addressesOf(row[field]).length > 0;
}

const VERBS: Readonly<Record<ProvisioningResult['action'], string>> = {
  create: 'created',
  update: 'updated',
  disable: 'disabled',
  enable: 'enabled',
  get: 'read',
  initialise: 'initialised',
};

/** A success that is to be told about. */
export interface ProvisioningNews {
  readonly incidentId: string;
  readonly incidentType: IncidentType;
  readonly instance: string;
  readonly action: ProvisioningResult['action'];
}

/** The mail of Send Provisioning Notification Email (spec playbooks-provisioning 6); null when nobody is to be told. */
export function provisioningMail(
  configuration: LoadedConfiguration,
  profile: UserProfile,
  { incidentId, incidentType, instance, action }: ProvisioningNews,
): Mail | null {
  const row = configuration.appProvisioningSettings.find(({ instance_name }) => instance_name === instance);
  const field = addressFieldOf(incidentType, action);
  const to = row === undefined || field === null ? [] : addressesOf(row[field]);
  if (to.length === 0) return null;
  const name = configuration.ilm.playbooks.notificationEmailHtmlList;
  const template = name === undefined ? undefined : configuration.templates[name];
  const subject = `User ${VERBS[action]} successfully in ${instance}`;
  return {
    to,
    subject,
    html:
      template === undefined
        ? body(
            paragraph(`${subject}.`),
            factsTable([
              ['Display name', profile.displayName ?? ''],
              ['User name', profile.username ?? ''],
              ['E-mail', profile.email ?? ''],
              ['Instance', instance],
              ['Incident', `${incidentType} ${incidentId}`],
            ]),
            SIGNATURE,
          )
        : renderTemplate(template, {
            ...profile,
            instanceName: instance,
            incidentType,
            incidentId,
            action: VERBS[action],
          }),
    messageId: `${incidentId}.${instance}.${action}.notification`,
  };
}

/**
 * The mail of Send Failed Instances Notification (spec playbooks-provisioning 7). The application's own record stays in
 * the incident.
 *
 * @param taskId the halt that the failure led to
 */
export function failedInstanceMail(
  configuration: LoadedConfiguration,
  incident: IncidentDocument,
  result: ProvisioningResult,
  taskId: string,
): Mail | null {
  const to = configuration.ilm.playbooks.itNotificationEmail;
  if (to === undefined) return null;
  const { username } = incident.userProfile.fields;
  return {
    to: [to],
    subject: failureSubject(incident),
    html: body(
      paragraph(`${incident.type} of ${incident.email} failed in ${result.instanceName}.`),
      factsTable([
        ['User name', username ?? ''],
        ['Action', result.action],
        ['Success', String(result.success)],
        ['Error message', result.errorMessage ?? ''],
        ['Error code', result.errorCode ?? ''],
        ['Instance', result.instanceName],
        ['Brand', result.brand],
        ['Account id', result.accountId ?? ''],
      ]),
      ...(incident.tasks.some(({ id, kind }) => id === taskId && kind === 'H2')
        ? [paragraph(incident.tasks.find(({ id }) => id === taskId)?.question ?? '')]
        : []),
      runLink(configuration, incident),
      paragraph(`Details: ilm incident show ${incident._id}`),
      SIGNATURE,
    ),
    messageId: `${taskId}.${result.instanceName}.failed`,
  };
}

/** Failures of the two directory incidents name what was tried and with whom. */
function failureSubject({ _id, type, userProfile }: IncidentDocument): string {
  const { displayName = '', username = '' } = userProfile.fields;
  switch (type) {
    case IncidentType.AdUserActivation:
      return renderText('Activating ${username} in Active Directory failed', { username });
    case IncidentType.AdUserDeactivation:
      return renderText('Deactivating ${username} in Active Directory failed', { username });
    default:
      return renderText('${id} failed: ${displayName}', { id: _id, displayName });
  }
}

/** The mail that tells an incident's owner that its run ended without closing it; null when there is nobody to tell. */
export function interruptionMail(configuration: LoadedConfiguration, incident: IncidentDocument): Mail | null {
  const { people, playbooks } = configuration.ilm;
  const to = people.find(({ id }) => id === incident.owner)?.email ?? playbooks.itNotificationEmail;
  if (to === undefined) return null;
  return {
    to: [to],
    subject: `${incident._id} was interrupted`,
    html: body(
      paragraph(`The run of ${incident._id} ended without closing it, so nothing works on it any more.`),
      factsTable([
        ['Incident', `${incident.type} ${incident._id}`],
        ['Person', incident.email],
      ]),
      paragraph(
        incident.type === IncidentType.TestInstances
          ? `Close it with: ilm incident close ${incident._id}`
          : `Start it again with: ilm incident retry ${incident._id}`,
      ),
      runLink(configuration, incident),
      SIGNATURE,
    ),
    messageId: `${incident._id}.${incident.run?.firstRunId ?? ''}.interrupted`,
  };
}
