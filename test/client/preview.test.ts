import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Preview } from '../../domain/preview.js';
import {
  anotherProfile,
  anotherRow,
  aProfile,
  aRow,
  NEXT_MONTH,
  TODAY,
  TOMORROW,
  YESTERDAY,
} from '../domain/people.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { filesOf, ilm, ilmProcess } from '../support/command-line.js';

const NOW = '2021-06-10T12:00:00Z';

const person = (id: string, name: string) => ({
  row: { Emp_ID: id, Email_Address: `${name}@example.com`, User_Name: `${name}@example.com`, Preferred_Name: name },
  profile: { employeeId: id, email: `${name}@example.com`, username: `${name}@example.com`, displayName: name },
});

/** A report with one person for every outcome, and the profiles before it. */
const hired = person('10', 'hired');
const changed = person('11', 'changed');
const left = person('12', 'left');
const back = person('13', 'back');
const starting = person('14', 'starting');
const postponed = person('15', 'postponed');
const same = person('16', 'same');
const later = person('17', 'later');
const REPORT = {
  Report_Entry: [
    aRow(hired.row),
    aRow({ ...changed.row, Title: 'Manager' }),
    aRow({ ...left.row, Termination_Date: YESTERDAY }),
    aRow({ ...back.row, Rehired_Employee: 'Yes', Last_Hire_Date: TODAY }),
    aRow({ ...starting.row, Last_Hire_Date: TODAY, Prehire_Flag: 'False' }),
    aRow({ ...postponed.row, Last_Hire_Date: NEXT_MONTH, Prehire_Flag: 'True' }),
    aRow(same.row),
    aRow({ ...later.row, Last_Hire_Date: NEXT_MONTH }),
    aRow({ ...person('18', 'bad').row, Last_Hire_Date: 'soon' }),
    aRow({ ...person('19', 'nobody').row, Email_Address: '' }),
  ],
};
const PROFILES = [
  aProfile(changed.profile),
  aProfile(left.profile),
  aProfile({ ...back.profile, adAccountStatus: 'Disabled', terminationDate: '01/31/2021' }),
  aProfile({ ...starting.profile, hireDate: TODAY, adAccountStatus: 'Pending' }),
  aProfile({ ...postponed.profile, hireDate: TOMORROW, prehireFlag: 'True' }),
  aProfile(same.profile),
  aProfile(person('20', 'orphan').profile),
];

test('prints what a cycle would do, for every kind of event, exactly as documented', async (t) => {
  const file = filesOf(t, {
    'report.json': REPORT,
    'profiles.json': PROFILES,
    'params.yaml': 'daysBeforeHireToSync: 7\ndaysBeforeHireToEnableAd: 2\n',
  });

  const { code, out, err } = await ilm(
    t,
    ...['report', 'preview', '--report', file('report.json'), '--profiles', file('profiles.json')],
    ...['--params', file('params.yaml'), '--now', NOW, '--json'],
  );

  assert.deepEqual({ code, err }, { code: 0, err: '' });
  const result = JSON.parse(out) as Preview;
  assert.deepEqual(
    result.events.map(({ type, email, changedFields }) => [type, email, Object.keys(changedFields)]),
    [
      ['IAM - New Hire', 'hired@example.com', []],
      ['IAM - Update User', 'changed@example.com', ['title']],
      ['IAM - Terminate User', 'left@example.com', ['terminationDate']],
      ['IAM - Rehire User', 'back@example.com', ['rehiredEmployee', 'hireDate', 'terminationDate']],
      ['IAM - AD User Activation', 'starting@example.com', []],
      ['IAM - AD User Deactivation', 'postponed@example.com', ['hireDate']],
    ],
  );
  assert.deepEqual(result.events[1], {
    type: 'IAM - Update User',
    email: 'changed@example.com',
    employeeId: '11',
    changedFields: { title: { old: 'Engineer', new: 'Manager' } },
    oldUserData: true,
    mergedWith: null,
    conversionHire: false,
    forced: false,
    details: "The person was updated.\nTitle: changed from 'Engineer' to 'Manager'",
  });
  assert.deepEqual(result.skipped, [{ email: 'later@example.com', employeeId: '17', reason: 'hireDateTooFar' }]);
  assert.deepEqual(
    result.rejected.map(({ employeeId, reason, field }) => ({ employeeId, reason, field })),
    [
      { employeeId: '18', reason: 'badDate', field: 'hireDate' },
      { employeeId: '19', reason: 'missingValue', field: 'email' },
    ],
  );
  assert.deepEqual(result.orphans, [{ email: 'orphan@example.com', employeeId: '20' }]);
  assert.deepEqual(Object.keys(result), ['events', 'skipped', 'rejected', 'orphans', 'summary']);
  assert.deepEqual(result.summary, {
    entries: 10,
    events: {
      'IAM - New Hire': 1,
      'IAM - Update User': 1,
      'IAM - Terminate User': 1,
      'IAM - Rehire User': 1,
      'IAM - AD User Activation': 1,
      'IAM - AD User Deactivation': 1,
    },
    unchanged: 1,
    skipped: 1,
    rejected: 2,
    orphans: 1,
    runs: result.summary.runs,
    guards: [],
  });
});

const twoPeople = {
  'report.json': { Report_Entry: [aRow(), anotherRow()] },
  'profiles.json': [aProfile(), anotherProfile()],
};

test('needs no server, no configuration and no environment with files', async (t) => {
  const file = filesOf(t, twoPeople);

  const end = await ilmProcess(
    ['report', 'preview', '--report', 'report.json', '--profiles', 'profiles.json', '--json'],
    {
      cwd: file('.'),
    },
  );

  assert.deepEqual({ code: end.code, err: end.err }, { code: 0, err: '' });
  assert.equal((JSON.parse(end.out) as Preview).summary.unchanged, 2);
});

test('takes --json before and behind the name of the command', async (t) => {
  const file = filesOf(t, twoPeople);
  const options = ['--report', file('report.json'), '--profiles', file('profiles.json'), '--now', NOW];

  const before = await ilm(t, '--json', 'report', 'preview', ...options);
  const between = await ilm(t, 'report', '--json', 'preview', ...options);
  const behind = await ilm(t, 'report', 'preview', ...options, '--json');

  assert.deepEqual(JSON.parse(before.out), JSON.parse(behind.out));
  assert.deepEqual(JSON.parse(between.out), JSON.parse(behind.out));
});

test('reckons with the instant of --now, in UTC unless it names a zone', async (t) => {
  const file = filesOf(t, {
    'report.json': { Report_Entry: [aRow({ Termination_Date: TODAY })] },
    'profiles.json': [aProfile()],
  });
  const typesAt = async (now: string): Promise<string[]> => {
    const options = ['--report', file('report.json'), '--profiles', file('profiles.json'), '--now', now, '--json'];
    const { out } = await ilm(t, 'report', 'preview', ...options);
    return (JSON.parse(out) as Preview).events.map(({ type }) => type);
  };

  assert.deepEqual(await typesAt('2021-06-09T23:59:59Z'), ['IAM - Update User']);
  assert.deepEqual(await typesAt('2021-06-10'), ['IAM - Terminate User']);
  assert.deepEqual(await typesAt('2021-06-10T00:00'), ['IAM - Terminate User']);
  assert.deepEqual(await typesAt('2021-06-10T01:00+02:00'), ['IAM - Update User']);
});

for (const [spelling, params] of Object.entries({
  'the profile’s spelling': { deactivationDateField: 'lastDayOfWork' },
  'the report’s spelling': { deactivationDateField: 'Last_Day_of_Work' },
  'small letters': { deactivationDateField: 'lastdayofwork' },
})) {
  test(`reads the date that ends an employment in ${spelling}`, async (t) => {
    const file = filesOf(t, {
      'report.json': { Report_Entry: [aRow({ Termination_Date: TOMORROW, Last_Day_of_Work: YESTERDAY })] },
      'profiles.json': [aProfile()],
      'params.json': params,
    });
    const options = [
      '--report',
      file('report.json'),
      '--profiles',
      file('profiles.json'),
      '--params',
      file('params.json'),
    ];

    const { out } = await ilm(t, 'report', 'preview', ...options, '--now', NOW, '--json');

    assert.equal((JSON.parse(out) as Preview).events[0]!.type, 'IAM - Terminate User');
  });
}

test('takes every setting of an instance, and an empty number of days for none', async (t) => {
  const file = filesOf(t, {
    'report.json': { Report_Entry: [aRow({ Last_Hire_Date: '2021-09-01' })] },
    'params.yaml': `
workdayDateFormat: '%Y-%m-%d'
daysBeforeHireToSync: ''
daysBeforeHireToEnableAd: 3
sourcePriority: 2
fetchLimit: 10
processedEntriesPercentage: 25
timeZone: Europe/Berlin
deactivateAt: '18:00'
employmentStatuses: { Active: active, Gone: terminated }
reportUrl: https://hr.example.com/report
password: secret
`,
  });

  const { out } = await ilm(
    t,
    'report',
    'preview',
    '--report',
    file('report.json'),
    '--params',
    file('params.yaml'),
    '--json',
  );

  assert.equal((JSON.parse(out) as Preview).events[0]!.type, 'IAM - New Hire');
});

test('reads a report of nothing as one without entries, which terminates nobody', async (t) => {
  const file = filesOf(t, { 'empty.json': '', 'null.json': 'null', 'profiles.json': [aProfile()] });

  for (const name of ['empty.json', 'null.json']) {
    const { code, out } = await ilm(
      t,
      ...['report', 'preview', '--report', file(name), '--profiles', file('profiles.json'), '--json'],
    );
    const { orphans, summary } = JSON.parse(out) as Preview;
    assert.deepEqual([code, orphans, summary.guards.map(({ guard }) => guard)], [0, [], ['emptyReport']]);
  }
});

test('maps a report in a file as the configuration says, when one is named', async (t) => {
  Object.assign(process.env, PLAIN_ENVIRONMENT);
  const [instance] = PLAIN_ILM.workday;
  const configuration = configurationDirectory(
    t,
    {
      ...PLAIN_ILM,
      workday: [
        { ...instance, daysBeforeHireToSync: 5 },
        { ...instance, name: 'Contractors' },
      ],
    },
    { 'mappers/workday.yaml': MAIL_MAPPER },
  );
  const row = { Mail: 'ann.lee@example.com', Id: '1001', Status: 'Active', Hired: NEXT_MONTH };
  const file = filesOf(t, { 'report.json': { Report_Entry: [row] }, 'params.yaml': 'daysBeforeHireToSync: 90\n' });
  const base = ['--config', configuration, 'report', 'preview', '--report', file('report.json'), '--now', NOW];

  const unnamed = await ilm(t, ...base);
  const named = await ilm(t, ...base, 'Workday', '--json');
  const changed = await ilm(t, ...base, 'Workday', '--params', file('params.yaml'), '--json');

  assert.deepEqual([unnamed.code, unnamed.err], [2, "<instance>: is missing. Name one of 'Workday', 'Contractors'.\n"]);
  assert.equal((JSON.parse(named.out) as Preview).skipped[0]?.reason, 'hireDateTooFar');
  assert.equal((JSON.parse(changed.out) as Preview).events[0]?.type, 'IAM - New Hire');
});

const MAIL_MAPPER = `email: Mail
username: Mail
employeeId: Id
displayName: Mail
employmentStatus: Status
prehireFlag: Prehire
rehiredEmployee: Back
hireDate: Hired
terminationDate: Ended
lastDayOfWork: Last
`;
