import assert from 'node:assert/strict';
import { test } from 'node:test';

import { firstPasswordMails, hasPasswordReceiver } from '../../../activities/mails/first-password.js';
import {
  addressFieldOf,
  failedInstanceMail,
  interruptionMail,
  provisioningMail,
} from '../../../activities/mails/provisioning.js';
import { taskMail } from '../../../activities/mails/tasks.js';
import { addressesOf } from '../../../activities/mails/recipients.js';
import type { LoadedConfiguration } from '../../../activities/configuration/types.js';
import { newIncidentDocument } from '../../../activities/store/new-incident.js';
import type { IncidentDocument } from '../../../activities/store/incident-document.js';
import { IncidentType } from '../../../domain/incident.js';
import type { UserProfile } from '../../../domain/profile.js';
import { htmlToText } from '../../../domain/templates.js';
import { plainConfiguration } from '../../support/configuration.js';

const NASTY = '<img src=x onerror="alert(1)"> & Söhne';
const profile: UserProfile = { displayName: NASTY, username: 'u"1', email: 'nasty@example.com' };

function configured(
  row: Record<string, string> = {},
  playbooks: Record<string, unknown> = {},
  templates: Record<string, string> = {},
): LoadedConfiguration {
  const plain = plainConfiguration(['Atlas'], { playbooks, mail: { linkBaseUrl: 'https://ui.example.com/' } });
  const appProvisioningSettings = plain.appProvisioningSettings.map((one) => ({ ...one, ...row }));
  return { ...plain, appProvisioningSettings, templates };
}

function anIncident(over: Partial<IncidentDocument> = {}): IncidentDocument {
  const event = {
    eventKey: 'k',
    type: IncidentType.NewHire,
    personId: 'p',
    source: { instance: 'Workday', sourceOfTruth: 'Workday' },
    email: 'nasty@example.com',
    employeeId: '1',
    details: '',
    changedFields: {},
    mergedWith: null,
    conversionHire: false,
    forced: false,
    userProfile: { fields: profile },
  };
  return {
    ...newIncidentDocument(event, 1, '2026-02-03T04:05:06.000Z'),
    run: { workflowId: 'sync-user/new-hire/p', firstRunId: 'r' },
    ...over,
  };
}

const news = { incidentId: 'INC-1', incidentType: IncidentType.NewHire, instance: 'Atlas', action: 'create' } as const;
const failure = {
  brand: 'Memory',
  instanceName: 'Atlas',
  action: 'create',
  success: false,
  skipped: false,
  errorCode: '400',
  errorMessage: NASTY,
} as const;

test('a list of addresses is split at commas, without blanks and repeats', () => {
  assert.deepEqual(addressesOf(' a@example.com, b@example.com ,,a@example.com'), ['a@example.com', 'b@example.com']);
  assert.deepEqual(addressesOf(undefined), []);
});

test('stakeholders are named by the address field of the action that happened', () => {
  assert.equal(addressFieldOf(IncidentType.NewHire, 'create'), 'create_user_email_notification_ids');
  assert.equal(addressFieldOf(IncidentType.UpdateUser, 'create'), 'create_user_email_notification_ids');
  assert.equal(addressFieldOf(IncidentType.UpdateUser, 'update'), 'update_user_email_notification_ids');
  assert.equal(addressFieldOf(IncidentType.RehireUser, 'update'), 'enable_user_email_notification_ids');
  assert.equal(addressFieldOf(IncidentType.TerminateUser, 'disable'), 'disable_user_email_notification_ids');
  assert.equal(addressFieldOf(IncidentType.NewHire, 'update'), null);
});

test('nobody is mailed about an instance whose address field is empty', () => {
  const configuration = configured({ create_user_email_notification_ids: ' ' });

  assert.equal(provisioningMail(configuration, profile, news), null);
});

const receiver = { id: 'reviewer-1', email: 'reviewer@example.com', canDecide: true };

test('names of people are escaped in every mail', () => {
  const incident = anIncident({
    tasks: [{ id: 'INC/D1/1', kind: 'D1', options: ['a'], question: NASTY, openedAt: '' }],
  });
  const configuration = configured();
  const mails = [
    provisioningMail(configuration, profile, news),
    failedInstanceMail(configuration, incident, failure, 'INC/H2/1'),
    ...incident.tasks.map((task) => taskMail(configuration, incident, task, receiver, { kind: 'asked' }, new Date(0))),
    ...firstPasswordMails(configuration, {
      incidentId: 'INC',
      instance: 'AD',
      profile: { ...profile, managerEmailAddress: 'boss@example.com' },
      accountName: NASTY,
      password: 'p<q&r',
    }),
  ];

  for (const mail of mails) {
    assert.ok(mail);
    assert.doesNotMatch(mail.html, /<img/, mail.messageId);
    assert.doesNotMatch(mail.html, /p<q/, mail.messageId);
  }
});

test('the plain text of a mail says what its HTML says', () => {
  const mail = provisioningMail(configured(), { ...profile, displayName: 'Person One' }, news);

  const text = htmlToText(mail?.html ?? '');

  assert.match(text, /User created successfully in Atlas\./);
  assert.match(text, /Display name\s*Person One/);
});

test('a template replaces the built-in body, by its name, and gets escaped values', () => {
  const templates = { 'news.html': '<p>${displayName} in ${instanceName}: ${action}, ${incidentType}, ${unknown}</p>' };
  const configuration = configured({}, { notificationEmailHtmlList: 'news.html' }, templates);

  const mail = provisioningMail(configuration, profile, news);

  assert.match(mail?.html ?? '', /^<p>&lt;img .* in Atlas: created, IAM - New Hire, \$\{unknown\}<\/p>$/);
});

test('the failure mail names incident and person, holds the table of the failure, and links to the run', () => {
  const incident = anIncident({ userProfile: { fields: { ...profile, displayName: 'Line\r\nBreak' } } });

  const mail = failedInstanceMail(configured(), incident, failure, `${incident._id}/H2/1`);

  assert.equal(mail?.subject, `${incident._id} failed: Line Break`);
  assert.deepEqual(mail.to, ['it@example.com']);
  assert.match(mail.html, /https:\/\/ui\.example\.com\/workflows\/sync-user%2Fnew-hire%2Fp/);
  for (const row of ['User name', 'Action', 'Error code', 'Instance', 'Brand', 'Account id']) {
    assert.match(mail.html, new RegExp(row));
  }
});

test('an interruption goes to the owner, else to IT, with the command that starts the incident again', () => {
  const incident = anIncident();

  assert.deepEqual(interruptionMail(configured(), { ...incident, owner: 'reviewer-1' })?.to, ['reviewer@example.com']);
  const mail = interruptionMail(configured(), incident);
  assert.deepEqual(mail?.to, ['it@example.com']);
  assert.match(mail.html, new RegExp(`ilm incident retry ${incident._id}`));
});

test('somebody can receive a first password when there is a service desk or a manager', () => {
  const withoutDesk = configured({}, { serviceDeskEmail: undefined });
  const boss = { managerEmailAddress: 'boss@example.com' };

  assert.equal(hasPasswordReceiver(configured(), {}), true);
  assert.equal(hasPasswordReceiver(withoutDesk, boss), true);
  assert.equal(hasPasswordReceiver(withoutDesk, { ...boss, acquisitionHire: 'YES' }), false);
  assert.equal(hasPasswordReceiver(withoutDesk, {}), false);
});

test('first-password templates get every profile field, the password and the account name', () => {
  const configuration = configured(
    {},
    { managerEmailHtmlList: 'm.html', serviceDeskEmailHtmlList: 'd.html' },
    { 'm.html': '${displayname}|${sAMAccountName}|${password}', 'd.html': 'desk ${email}' },
  );

  const [manager, desk] = firstPasswordMails(configuration, {
    incidentId: 'INC',
    instance: 'AD',
    profile: { ...profile, displayName: 'Person', managerEmailAddress: 'boss@example.com' },
    accountName: 'person1',
    password: 'secret',
  });

  assert.equal(manager?.html, 'Person|person1|secret');
  assert.equal(desk?.html, 'desk nasty@example.com');
});
