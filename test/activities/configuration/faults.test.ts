import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { loadConfiguration } from '../../../activities/configuration/load.js';
import {
  configurationDirectory,
  errorOf,
  PLAIN_ENVIRONMENT,
  PLAIN_ILM,
  settingsRow,
} from '../../support/configuration-directory.js';

const [WORKDAY] = PLAIN_ILM.workday;
const [DIRECTORY, WIKI] = PLAIN_ILM.instances;

interface Mistake {
  readonly what: string;
  readonly ilm?: object;
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly at: string;
  readonly says: RegExp;
}

const withWorkday = (over: object): object => ({ ...PLAIN_ILM, workday: [{ ...WORKDAY, ...over }] });
const withDirectory = (over: object): object => ({ ...PLAIN_ILM, instances: [{ ...DIRECTORY, ...over }, WIKI] });
const withPlaybooks = (over: object): object => ({ ...PLAIN_ILM, playbooks: { ...PLAIN_ILM.playbooks, ...over } });
const withRow = (over: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => ({
  'lists/app-provisioning-settings.json': JSON.stringify([settingsRow('Wiki', over)]),
});

const MISTAKES: readonly Mistake[] = [
  {
    what: 'an unknown setting',
    ilm: { ...PLAIN_ILM, timezone: 'UTC' },
    at: 'timezone',
    says: /Did you mean 'timeZone'/,
  },
  {
    what: 'a misspelled setting of an instance',
    ilm: withDirectory({ createUserEnable: true }),
    at: 'instances[0].createUserEnable',
    says: /'createUserEnabled'/,
  },
  { what: 'a missing name', ilm: withWorkday({ name: undefined }), at: 'workday[0].name', says: /is missing.*text/s },
  {
    what: 'a wrong kind of value',
    ilm: withWorkday({ fetchLimit: '50' }),
    at: 'workday[0].fetchLimit',
    says: /a number/,
  },
  {
    what: 'a fetch limit of 200',
    ilm: withWorkday({ fetchLimit: 200 }),
    at: 'workday[0].fetchLimit',
    says: /below 200/,
  },
  {
    what: 'a percentage of 0',
    ilm: withWorkday({ processedEntriesPercentage: 0 }),
    at: 'workday[0].processedEntriesPercentage',
    says: /at least 1/,
  },
  {
    what: 'an unknown date field',
    ilm: withWorkday({ deactivationDateField: 'Termination_Date' }),
    at: 'workday[0].deactivationDateField',
    says: /one of terminationDate, lastDayOfWork/,
  },
  {
    what: 'a pause that is no duration',
    ilm: withWorkday({ schedule: { every: 'often' } }),
    at: 'workday[0].schedule.every',
    says: /duration such as/,
  },
  {
    what: 'an unparsable date pattern',
    ilm: withWorkday({ workdayDateFormat: '%m/%d' }),
    at: 'workday[0].workdayDateFormat',
    says: /no year.*%Y/s,
  },
  {
    what: 'a cron expression that is none',
    ilm: withWorkday({ schedule: { cron: 'every monday' } }),
    at: 'workday[0].schedule.cron',
    says: /no cron expression/,
  },
  {
    what: 'an unknown time zone of a report',
    ilm: withWorkday({ timeZone: 'Berlin' }),
    at: 'workday[0].timeZone',
    says: /Europe\/Berlin/,
  },
  {
    what: 'a mapper that does not exist',
    ilm: withWorkday({ mapper: 'mappers/workdy.yaml' }),
    at: 'workday[0].mapper',
    says: /'mappers\/workday.yaml'/,
  },
  {
    what: 'a directory without encryption',
    ilm: withDirectory({ settings: { ...DIRECTORY?.settings, url: 'ldap://dc.example.com' } }),
    at: 'instances[0].settings.url',
    says: /encrypted.*ldaps:\/\/.*636/s,
  },
  {
    what: 'a directory with the shipped mapper, which has no OU',
    ilm: withDirectory({ mapperOut: undefined }),
    at: 'instances[0].mapperOut',
    says: /organizational unit.*container/s,
  },
  {
    what: 'a directory mapper without an OU',
    files: { 'mappers/active-directory-out.yaml': 'mail: email\n' },
    at: 'ou',
    says: /no account can be created/,
  },
  {
    what: 'a report mapper without the hire date',
    files: { 'mappers/workday.yaml': 'email: E\nemployeeId: I\nemploymentStatus: S\nterminationDate: T\n' },
    at: 'hireDate',
    says: /has no rule/,
  },
  {
    what: 'a report mapper that fills no profile field',
    files: {
      'mappers/workday.yaml':
        'email: E\nemployeeId: I\nemploymentStatus: S\nterminationDate: T\nhireDate: H\nshoeSize: Shoe_Size\n',
    },
    at: 'shoeSize',
    says: /no profile field.*customFields/s,
  },
  {
    what: 'an outgoing mapper that reads an unknown field',
    files: { 'mappers/active-directory-out.yaml': 'ou: { value: x }\nsn: surnam\n' },
    at: 'sn',
    says: /'surname'.*customFields/s,
  },
  {
    what: 'a faulty expression in a mapper',
    files: { 'mappers/active-directory-out.yaml': 'ou: { expression: "$substring(" }\n' },
    at: 'ou',
    says: /JSONata/,
  },
  {
    what: 'two instances of one name',
    ilm: withDirectory({ name: 'Wiki' }),
    at: 'instances[1].name',
    says: /used twice/,
  },
  {
    what: 'a report named like an application',
    ilm: withWorkday({ name: 'Wiki' }),
    at: 'instances[1].name',
    says: /used twice/,
  },
  {
    what: 'two people of one id',
    ilm: { ...PLAIN_ILM, people: [PLAIN_ILM.people[0], { ...PLAIN_ILM.people[0], email: 'b@example.com' }] },
    at: 'people[1].id',
    says: /used twice/,
  },
  {
    what: 'an id that could name somebody',
    ilm: { ...PLAIN_ILM, people: [{ ...PLAIN_ILM.people[0], id: 'Ann@x' }] },
    at: 'people[0].id',
    says: /name nobody/,
  },
  {
    what: 'a template that does not exist',
    ilm: withPlaybooks({ welcomeEmailHtmlList: 'welcom.html' }),
    at: 'playbooks.welcomeEmailHtmlList',
    says: /'welcome.html'/,
  },
  {
    what: 'a password generator that does not exist',
    ilm: withPlaybooks({ passwordGenerator: 'generate.mjs' }),
    at: 'playbooks.passwordGenerator',
    says: /does not exist/,
  },
  {
    what: 'an unknown hook',
    ilm: { ...PLAIN_ILM, hooks: { customSync: {} } },
    at: 'hooks.customSync',
    says: /customUserSync/,
  },
  {
    what: 'a faulty group',
    ilm: { ...PLAIN_ILM, groups: { Sales: 'department =' } },
    at: 'groups.Sales',
    says: /JSONata/,
  },
  {
    what: 'a mail server that is no address',
    ilm: { ...PLAIN_ILM, mail: { smtpUrl: 'mail.example.com' } },
    at: 'mail.smtpUrl',
    says: /smtp:\/\/host:port/,
  },
  {
    what: 'a row of an unknown group',
    files: withRow({ create_user_group: 'Sales' }),
    at: '[0].create_user_group',
    says: /'All'|All/,
  },
  {
    what: 'an address that is none',
    files: withRow({ create_user_email_notification_ids: 'a@example.com, b' }),
    at: '[0].create_user_email_notification_ids',
    says: /no e-mail address/,
  },
  {
    what: 'a row that is there twice',
    files: { 'lists/app-provisioning-settings.json': JSON.stringify([settingsRow('Wiki'), settingsRow('Wiki')]) },
    at: '[1].instance_name',
    says: /listed twice/,
  },
  {
    what: 'no settings list',
    files: { 'lists/app-provisioning-settings.json': undefined },
    at: '',
    says: /does not exist/,
  },
];

suite('faults of a configuration', () => {
  for (const { what, ilm, files, at, says } of MISTAKES) {
    test(`${what} is told with a remedy`, (t) => {
      const { faults } = errorOf(configurationDirectory(t, ilm, files));

      assert.deepEqual(
        faults.map(({ path }) => path).filter((path) => path !== at),
        [],
        JSON.stringify(faults),
      );
      assert.match(`${faults[0]?.problem}. ${faults[0]?.remedy}`, says);
    });
  }
});

const WARNINGS: readonly Mistake[] = [
  {
    what: 'a row of an unknown instance',
    files: {
      'lists/app-provisioning-settings.json': JSON.stringify([settingsRow('Wiki'), settingsRow('Wikki')]),
    },
    at: '[1].instance_name',
    says: /'Wiki'/,
  },
  {
    what: 'an application without a row',
    files: { 'lists/app-provisioning-settings.json': '[]' },
    at: 'instances[1].name',
    says: /no playbook/,
  },
  {
    what: 'no address of IT',
    ilm: { ...PLAIN_ILM, playbooks: {} },
    at: 'playbooks.itNotificationEmail',
    says: /every incident/,
  },
  {
    what: 'accounts enabled before anybody is known',
    ilm: withWorkday({ daysBeforeHireToSync: 2, daysBeforeHireToEnableAd: 5 }),
    at: 'workday[0].daysBeforeHireToEnableAd',
    says: /larger than daysBeforeHireToSync/,
  },
  {
    what: 'a field of the own that no report fills',
    ilm: { ...PLAIN_ILM, customFields: [{ name: 'badge' }] },
    at: 'customFields[0].name',
    says: /stays empty.*mapper/s,
  },
  {
    what: 'a field of the own that goes nowhere',
    ilm: { ...PLAIN_ILM, customFields: [{ name: 'badge' }] },
    files: {
      'mappers/workday.yaml':
        'email: E\nusername: U\ndisplayName: D\nemployeeId: I\nemploymentStatus: S\nprehireFlag: P\nrehiredEmployee: R\nterminationDate: T\nhireDate: H\nbadge: Badge\n',
    },
    at: 'customFields[0].name',
    says: /mapped nowhere/,
  },
  { what: 'nobody who could answer', ilm: { ...PLAIN_ILM, people: [] }, at: 'people', says: /no task can be answered/ },
  {
    what: 'a role that nobody has',
    ilm: withPlaybooks({ userRoleToAssignForFailures: ['it-operations'] }),
    at: 'playbooks.userRoleToAssignForFailures[0]',
    says: /nobody/,
  },
];

suite('warnings of a configuration', () => {
  for (const { what, ilm, files, at, says } of WARNINGS) {
    test(`${what} is a warning and no fault`, (t) => {
      const { warnings = [] } = loadConfiguration(configurationDirectory(t, ilm, files), PLAIN_ENVIRONMENT);

      assert.deepEqual(
        warnings.map(({ path }) => path),
        [at],
      );
      assert.match(`${warnings[0]?.problem}. ${warnings[0]?.remedy}`, says);
    });
  }
});
