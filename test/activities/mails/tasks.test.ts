import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readLink } from '../../../activities/answer-token.js';
import type { LoadedConfiguration } from '../../../activities/configuration/types.js';
import { refusalOf, respondentAt, respondentsOf } from '../../../activities/incidents/respondents.js';
import { taskMail } from '../../../activities/mails/tasks.js';
import type { TaskMailReason } from '../../../activities/mails/tasks.js';
import type { IncidentDocument } from '../../../activities/store/incident-document.js';
import { newIncidentDocument } from '../../../activities/store/new-incident.js';
import { IncidentType, TASK_OPTIONS } from '../../../domain/incident.js';
import type { Task, TaskKind } from '../../../domain/incident.js';
import type { UserProfile } from '../../../domain/profile.js';
import { htmlToText } from '../../../domain/templates.js';
import { plainConfiguration } from '../../support/configuration.js';

const KEY = 'a-secret-of-forty-characters-or-so-0000000';
const PAGE = { publicUrl: 'https://ilm.example.com/', tokenKey: KEY };
const NOW = new Date('2026-02-03T04:05:06Z');
const DAY_MS = 86_400_000;

const task: Task = {
  id: 'INC-1/D6/1',
  kind: 'D6',
  options: TASK_OPTIONS.D6,
  question: 'Really?',
  openedAt: '2026-02-01',
};

function anIncident(over: Partial<IncidentDocument> = {}): IncidentDocument {
  const event = {
    eventKey: 'k',
    type: IncidentType.TerminateUser,
    personId: 'p',
    source: { instance: 'Workday', sourceOfTruth: 'Workday' },
    email: 'leaver@example.com',
    employeeId: '1',
    details: '',
    changedFields: {},
    mergedWith: null,
    conversionHire: false,
    forced: false,
    userProfile: { fields: {} },
  };
  return { ...newIncidentDocument(event, 1, NOW.toISOString()), ...over };
}

const configured = (over: Record<string, unknown> = {}): LoadedConfiguration => plainConfiguration(['Atlas'], over);

/** Who is asked, as `id:mayAnswer`. */
const asked = (over: Record<string, unknown>, incident = anIncident()): string[] =>
  respondentsOf(configured(over).ilm, incident, task).map(({ id, canDecide }) => `${id}:${canDecide}`);

const mailed = (console: object, reason: TaskMailReason = { kind: 'asked' }, canDecide = true) =>
  taskMail(
    configured({ console }),
    anIncident(),
    task,
    { id: 'reviewer-1', email: 'reviewer@example.com', canDecide },
    reason,
    NOW,
  );

test('a question goes to everybody with one of its roles, else to the IT mailbox', () => {
  assert.deepEqual(asked({ tasks: { kinds: { D6: { roles: ['iam'] } } } }), ['reviewer-1:true']);
  assert.deepEqual(asked({ tasks: { kinds: { D5: { roles: ['iam'] } } } }), ['it-mailbox:true']);
  assert.deepEqual(asked({}), ['it-mailbox:true']);
});

test('where nobody has the role the IT mailbox is told and cannot answer', () => {
  assert.deepEqual(asked({ tasks: { default: { roles: ['law'] } } }), ['it-mailbox:false']);
});

test('the owner of an incident is asked, too', () => {
  assert.deepEqual(asked({}, anIncident({ owner: 'guest-1' })), ['guest-1:true', 'it-mailbox:true']);
});

test('a question for two people goes to people only', () => {
  const tasks = { default: { secondApprover: true } };

  assert.deepEqual(asked({ tasks }), ['reviewer-1:true', 'guest-1:true']);
  assert.match(refusalOf(configured({ tasks }).ilm, anIncident(), 'D6', 'it-mailbox') ?? '', /two people/);
});

test('nobody is asked about themselves, by whichever of their names', () => {
  const tasks = { default: { roles: ['iam'] } };
  const email = 'Reviewer@Example.com';

  for (const over of [
    { email },
    { mergedWith: email },
    { userProfile: { fields: { username: email } } },
    { userProfile: { fields: {}, oldUserData: { email } } },
    { userProfile: { fields: {}, mergedUserProfile: { email } } },
  ]) {
    assert.deepEqual(asked({ tasks }, anIncident(over)), ['it-mailbox:false'], JSON.stringify(over));
    assert.match(refusalOf(configured().ilm, anIncident(over), 'D6', 'reviewer-1') ?? '', /about themselves/);
  }
});

test('a second address can be a person, the mailbox, or somebody who is only told', () => {
  const { ilm } = configured();
  const at = (email: string) => respondentAt(ilm, anIncident(), 'D6', email);

  assert.deepEqual([at('guest@example.com').id, at('guest@example.com').canDecide], ['guest-1', true]);
  assert.deepEqual([at('IT@example.com').id, at('IT@example.com').canDecide], ['it-mailbox', true]);
  assert.deepEqual([at('boss@example.com').id, at('boss@example.com').canDecide], ['told', false]);
});

test('the mail has a link for its receiver that is good for a week', () => {
  const { html, messageId, to } = mailed({ ...PAGE });

  const [, token = ''] = /https:\/\/ilm\.example\.com\/tasks\/INC-1\/D6\/1\?token=([^"]+)"/.exec(html) ?? [];
  assert.deepEqual(readLink(KEY, token), {
    taskId: task.id,
    to: 'reviewer-1',
    until: NOW.getTime() + 7 * DAY_MS,
  });
  assert.deepEqual(to, ['reviewer@example.com']);
  assert.equal(messageId, 'INC-1/D6/1.asked.reviewer-1');
  assert.doesNotMatch(html, /ilm task decide/);
});

test('without a page or a secret, or for somebody who may not answer, the mail names the commands', () => {
  for (const mail of [
    mailed({ publicUrl: PAGE.publicUrl }),
    mailed({ tokenKey: KEY }),
    mailed({ ...PAGE }, { kind: 'asked' }, false),
  ]) {
    assert.match(htmlToText(mail.html), /ilm task decide INC-1\/D6\/1 "Don't Deactivate"/);
    assert.doesNotMatch(mail.html, /token=/);
  }
});

test('the mail says what each option does', () => {
  assert.match(htmlToText(mailed({}).html), /Deactivate\s+The accounts are disabled in the directory/);
});

test('the subject of D6 and D7 says what is asked about whom, in one line; the others name their incident', () => {
  const to = { id: 'reviewer-1', email: 'reviewer@example.com', canDecide: true };
  const subject = (kind: TaskKind, fields: UserProfile, reason: TaskMailReason = { kind: 'asked' }): string =>
    taskMail(configured(), anIncident({ _id: 'INC-1', userProfile: { fields } }), { ...task, kind }, to, reason, NOW)
      .subject;

  assert.equal(
    subject('D6', { displayName: 'Pat\r\nBcc: x', username: 'pat' }),
    'Deactivate Pat Bcc: x, who may be active in Okta? (INC-1, D6)',
  );
  assert.equal(
    subject('D7', { displayName: '', username: 'pat' }, { kind: 'reminder', number: 1 }),
    'Reminder: The limit of deactivations is reached: deactivate pat? (INC-1, D7)',
  );
  assert.match(subject('D7', {}), /deactivate leaver@example\.com\?/);
  assert.equal(subject('D5', { displayName: 'Pat' }), 'INC-1 waits for an answer (D5)');
});

test('a reminder and an escalation say so in their subjects, and have names of their own', () => {
  const reminder = mailed({}, { kind: 'reminder', number: 2 });
  const escalation = mailed({}, { kind: 'escalation' });

  assert.match(reminder.subject, /^Reminder: /);
  assert.equal(reminder.messageId, 'INC-1/D6/1.reminder-2.reviewer-1');
  assert.match(escalation.subject, /^Overdue: /);
  assert.match(escalation.html, /nobody has answered it/);
});
