import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { Cron } from 'croner';

import type { IlmConfig, WorkdayInstance } from '../../domain/config.js';
import { datePatternFault, isTimeZone } from '../../domain/dates.js';
import { compileExpression } from '../../domain/expression.js';
import type { Findings } from './findings.js';
import type { SourceFile } from './source-file.js';

/** Checks of single values that a schema cannot make: zones, date patterns, cron expressions, JSONata, files. */
export function checkValues(ilm: IlmConfig, source: SourceFile, directory: string, findings: Findings): void {
  checkTimeZones(ilm, source, findings);
  ilm.workday.forEach((instance, index) => checkWorkday(instance, index, source, findings));
  checkExpressions(ilm, source, findings);
  checkFiles(ilm, source, directory, findings);
  checkConnections(ilm, source, findings);
  checkAddress(ilm, source, findings);
}

function checkTimeZones(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  const named: [readonly PropertyKey[], string | undefined][] = [
    [['timeZone'], ilm.timeZone],
    ...ilm.workday.map(({ timeZone }, index): [PropertyKey[], string | undefined] => [
      ['workday', index, 'timeZone'],
      timeZone,
    ]),
    ...ilm.workday.flatMap(({ schedule }, index): [PropertyKey[], string | undefined][] =>
      'cron' in schedule ? [[['workday', index, 'schedule', 'timeZone'], schedule.timeZone]] : [],
    ),
    ...ilm.people.map(({ timeZone }, index): [PropertyKey[], string | undefined] => [
      ['people', index, 'timeZone'],
      timeZone,
    ]),
  ];
  for (const [path, value] of named) {
    if (value === undefined || isTimeZone(value)) continue;
    findings.fault(source, path, {
      value,
      problem: 'is no known time zone',
      remedy: 'Write a name of the IANA database, such as Europe/Berlin, or UTC.',
    });
  }
}

function checkWorkday(instance: WorkdayInstance, index: number, source: SourceFile, findings: Findings): void {
  const path = (...rest: readonly PropertyKey[]): PropertyKey[] => ['workday', index, ...rest];
  const patternFault = datePatternFault(instance.workdayDateFormat);
  if (patternFault !== null) {
    findings.fault(source, path('workdayDateFormat'), {
      value: instance.workdayDateFormat,
      problem: `cannot be used: ${patternFault}`,
      remedy: 'Write a strptime pattern with year, month and day, such as %m/%d/%Y or %Y-%m-%d.',
    });
  }
  const { daysBeforeHireToSync: sync, daysBeforeHireToEnableAd: enable } = instance;
  if (typeof sync === 'number' && typeof enable === 'number' && enable > sync) {
    findings.warn(source, path('daysBeforeHireToEnableAd'), {
      value: enable,
      problem: `is larger than daysBeforeHireToSync (${sync}): nobody is known that early`,
      remedy: 'Choose a number that is not larger.',
    });
  }
  if (!Object.values(instance.employmentStatuses).includes('terminated')) {
    findings.warn(source, path('employmentStatuses'), {
      problem: 'maps no value to terminated, so only dates end an employment',
      remedy: 'Add the value by which the report says it, e.g. Terminated: terminated.',
    });
  }
  if ('cron' in instance.schedule) checkCron(instance.schedule.cron, path('schedule', 'cron'), source, findings);
}

function checkCron(expression: string, path: readonly PropertyKey[], source: SourceFile, findings: Findings): void {
  try {
    const next = new Cron(expression, { paused: true }).nextRun();
    if (next !== null) return;
    findings.fault(source, path, { value: expression, problem: 'never comes', remedy: 'Name days that exist.' });
  } catch {
    findings.fault(source, path, {
      value: expression,
      problem: 'is no cron expression',
      remedy: "Write five fields (minute hour day month weekday), such as '0 6 * * 1-5'.",
    });
  }
}

function checkExpressions(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  const expressions: [readonly PropertyKey[], string][] = Object.entries(ilm.groups).map(([name, text]) => [
    ['groups', name],
    text,
  ]);
  if (ilm.protected.expression !== undefined) expressions.push([['protected', 'expression'], ilm.protected.expression]);
  const { mustChangePasswordAtFirstLogon: mustChange } = ilm.playbooks;
  if (typeof mustChange === 'string') expressions.push([['playbooks', 'mustChangePasswordAtFirstLogon'], mustChange]);
  for (const [path, text] of expressions) {
    try {
      compileExpression(text, path.join('.'));
    } catch {
      findings.fault(source, path, {
        value: text,
        problem: 'is not valid JSONata',
        remedy: "Correct the expression; fields are named as in the profile, e.g. department = 'Sales'.",
      });
    }
  }
}

const CERTIFICATE_SETTINGS = ['caFile', 'clientCertificateFile', 'clientKeyFile'] as const;

/** Every report and application with its place in the file. */
const connections = ({ workday, instances }: IlmConfig) => [
  ...workday.map((instance, index) => ({ instance, path: ['workday', index] as PropertyKey[] })),
  ...instances.map((instance, index) => ({ instance, path: ['instances', index] as PropertyKey[] })),
];

function checkFiles(ilm: IlmConfig, source: SourceFile, directory: string, findings: Findings): void {
  const files: [readonly PropertyKey[], string | undefined][] = [
    [['playbooks', 'passwordGenerator'], ilm.playbooks.passwordGenerator],
    ...connections(ilm).flatMap(({ instance, path }) =>
      CERTIFICATE_SETTINGS.map((setting): [PropertyKey[], string | undefined] => [
        [...path, setting],
        instance[setting],
      ]),
    ),
  ];
  for (const [path, file] of files) {
    if (file === undefined || file === '' || existsSync(resolve(directory, file))) continue;
    findings.fault(source, path, {
      value: file,
      problem: 'names a file that does not exist',
      remedy: 'Correct the path; it is relative to the configuration directory.',
    });
  }
}

/** Certificates that are half given, and connections that check none. */
function checkConnections(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  for (const { instance, path } of connections(ilm)) {
    const { name, insecure, clientCertificateFile, clientKeyFile } = instance;
    if ((clientCertificateFile === undefined) !== (clientKeyFile === undefined)) {
      const missing = clientKeyFile === undefined ? 'clientKeyFile' : 'clientCertificateFile';
      findings.fault(source, [...path, missing], {
        problem: 'is missing: a certificate and its key are shown together',
        remedy: 'Set clientCertificateFile and clientKeyFile, or neither.',
      });
    }
    if (insecure) {
      findings.warn(source, [...path, 'insecure'], {
        problem: `lets '${name}' accept any certificate, so that anybody on the way can read and change everything`,
        remedy: 'Set caFile to the authority that signed its certificate and remove insecure.',
      });
    }
  }
}

function checkAddress(ilm: IlmConfig, source: SourceFile, findings: Findings): void {
  const { smtpUrl } = ilm.mail;
  if (smtpUrl === undefined) {
    findings.warn(source, ['mail', 'smtpUrl'], {
      problem: 'is missing, and SMTP_URL is not set: no mail can be sent',
      remedy: 'Set SMTP_URL, e.g. smtps://user:password@mail.example.com:465.',
    });
  } else if (smtpUrl !== '' && !/^smtps?:\/\/[^/\s]+/i.test(smtpUrl)) {
    findings.fault(source, ['mail', 'smtpUrl'], {
      value: smtpUrl,
      problem: 'is no address of a mail server',
      remedy: 'Write smtp://host:port or smtps://host:port.',
    });
  }
}
