import assert from 'node:assert/strict';
import { test } from 'node:test';

import { anotherProfile, anotherRow, aProfile, aRow, NEXT_MONTH } from '../domain/people.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import type { ConfigurationFiles } from '../support/configuration-directory.js';
import { filesOf, ilm } from '../support/command-line.js';

/** The mistakes of the guide's chapter Troubleshooting that a report and profiles can tell, and what the preview says. */
const IN_THE_REPORT: Readonly<Record<string, { rows: unknown[]; profiles: unknown[]; params?: object; says: RegExp }>> =
  {
    'first sync only: there is no profile yet': {
      rows: [aRow()],
      profiles: [],
      says: /no profile, so every entry looks like a new hire.*first sync makes the profiles/,
    },
    'nothing has changed since the initial sync': {
      rows: [aRow(), anotherRow()],
      profiles: [aProfile(), anotherProfile()],
      says: /Nothing has changed in the report since the profiles were written/,
    },
    'a required field is missing from some entries': {
      rows: [aRow({ Last_Hire_Date: undefined }), anotherRow({ Email_Address: '' })],
      profiles: [aProfile()],
      says: /2 rejected \(missingValue\): they lack a value that the report must hold for everybody \(hireDate, email\)/,
    },
    'a required column is missing from the whole report': {
      rows: [aRow({ Rehired_Employee: undefined })],
      profiles: [aProfile()],
      says: /No entry has a column 'Rehired_Employee' \(rehiredEmployee\)\. Add it to the report/,
    },
    'the incident of an employee has not ended': {
      rows: [aRow({ Title: 'Manager' })],
      profiles: [aProfile({ isProcessed: true })],
      says: /^(?!.*inProcess)/s,
    },
    'a hire is further ahead than is synced': {
      rows: [aRow({ Last_Hire_Date: NEXT_MONTH })],
      profiles: [anotherProfile()],
      params: { daysBeforeHireToSync: 5 },
      says: /1 skipped \(hireDateTooFar\): their hire date is further ahead than daysBeforeHireToSync/,
    },
    'the report writes dates in another format': {
      rows: [aRow({ Last_Hire_Date: '2020-01-15' })],
      profiles: [aProfile()],
      says: /1 rejected \(badDate\): they hold a date that workdayDateFormat does not read/,
    },
    'the report looks broken': {
      rows: [],
      profiles: [aProfile()],
      says: /! The report has no entries/,
    },
  };

for (const [mistake, { rows, profiles, params = {}, says }] of Object.entries(IN_THE_REPORT)) {
  test(`the preview explains: ${mistake}`, async (t) => {
    const file = filesOf(t, {
      'report.json': { Report_Entry: rows },
      'profiles.json': profiles,
      'params.json': params,
    });

    const { code, out } = await ilm(
      t,
      ...['report', 'preview', '--report', file('report.json'), '--profiles', file('profiles.json')],
      ...['--params', file('params.json'), '--now', '2021-06-10T12:00:00Z'],
    );

    assert.equal(code, 0);
    assert.match(out, says);
  });
}

const [workday] = PLAIN_ILM.workday;
const [directory, wiki] = PLAIN_ILM.instances;

/** The mistakes that the configuration can tell, and what the check says. */
const IN_THE_CONFIGURATION: Readonly<
  Record<string, { ilm?: object; files?: ConfigurationFiles; code: number; says: RegExp }>
> = {
  'a new field is mapped nowhere': {
    ilm: { customFields: [{ name: 'badgeColour' }] },
    code: 0,
    says: /customFields\[0\]\.name = "badgeColour" is filled by no Workday mapper/,
  },
  'a new field is filled and in no layout': {
    ilm: {
      customFields: [{ name: 'badgeColour' }],
      layouts: { incident: [{ title: 'Person', fields: ['displayName'] }] },
    },
    code: 0,
    says: /customFields\[0\]\.name = "badgeColour" is in no section of layouts, so no incident shows it/,
  },
  'a layout shows a field that was not declared': {
    ilm: { layouts: { profile: [{ title: 'Person', fields: ['displayName', 'badgeColor'] }] } },
    code: 2,
    says: /layouts\.profile\[0\]\.fields\[1\] = "badgeColor" is no profile field\..*declared under customFields/,
  },
  'a new field has the name of a shipped one': {
    ilm: { customFields: [{ name: 'title' }] },
    code: 2,
    says: /customFields\[0\]\.name = "title" is a field that every profile has\. Remove the declaration/,
  },
  'the module that generates passwords is not there': {
    ilm: { playbooks: { ...PLAIN_ILM.playbooks, passwordGenerator: 'password.mjs' } },
    code: 2,
    says: /playbooks\.passwordGenerator = "password\.mjs" names a file that does not exist/,
  },
  'the application has no row in the settings list': {
    files: { 'lists/app-provisioning-settings.json': '[]' },
    code: 0,
    says: /instances\[1\]\.name = "Wiki" has no row in app-provisioning-settings, so no playbook ever uses it/,
  },
  'a mapper fills a field that was not declared': {
    files: {
      'mappers/workday.yaml':
        'email: Mail\nemployeeId: Id\nhireDate: H\nemploymentStatus: S\nterminationDate: T\nbadgeColour: B\n',
    },
    code: 2,
    says: /mappers\/workday\.yaml:6: badgeColour is no profile field\..*customFields in ilm\.yaml/,
  },
  'a required field has no rule in the mapper': {
    files: { 'mappers/workday.yaml': 'email: Mail\nemployeeId: Id\n' },
    code: 2,
    says: /hireDate has no rule, and detection needs it/,
  },
  'the mapper of the instance is not the one that was written': {
    ilm: { workday: [{ ...workday, mapper: 'mappers/workdey.yaml' }] },
    code: 2,
    says: /workday\[0\]\.mapper = "mappers\/workdey\.yaml" names a mapper file that does not exist\. Did you mean 'mappers\/workday\.yaml'/,
  },
  'no rule yields the organizational unit': {
    files: { 'mappers/active-directory-out.yaml': 'sAMAccountName: username\n' },
    code: 2,
    says: /active-directory-out\.yaml:1: ou has no rule for 'ou', the organizational unit/,
  },
  'Active Directory is not reached over LDAPS': {
    ilm: { instances: [{ ...directory, settings: { ...directory!.settings, url: 'ldap://dc.example.com' } }, wiki] },
    code: 2,
    says: /settings\.url = "ldap:\/\/dc\.example\.com" is not encrypted.*ldaps:\/\/host \(port 636\)/,
  },
  'nobody is told about failures': {
    ilm: { playbooks: {} },
    code: 0,
    says: /playbooks\.itNotificationEmail is missing: every incident will stop/,
  },
};

for (const [mistake, { ilm: changes = {}, files = {}, code: expected, says }] of Object.entries(IN_THE_CONFIGURATION)) {
  test(`the check explains: ${mistake}`, async (t) => {
    Object.assign(process.env, PLAIN_ENVIRONMENT);
    const configuration = configurationDirectory(t, { ...PLAIN_ILM, ...changes }, files);

    const { code, out, err } = await ilm(t, 'check', '--offline', '--config', configuration);

    assert.equal(code, expected);
    assert.match(`${out}\n${err}`.replace(/\s+/g, ' '), says);
  });
}

test('a check of the plain configuration finds nothing', async (t) => {
  Object.assign(process.env, PLAIN_ENVIRONMENT);
  const configuration = configurationDirectory(t);

  const { code, out } = await ilm(t, 'check', '--offline', '--config', configuration, '--json');

  assert.deepEqual(
    [code, JSON.parse(out)],
    [0, [{ what: 'configuration', state: 'ok', note: `${configuration} is valid` }]],
  );
});
