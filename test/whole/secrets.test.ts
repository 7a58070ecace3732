import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { reportCycleWorkflowId } from '../../domain/names.js';
import { decideSignal } from '../../workflows/messages.js';
import { Company } from './support/company.js';
import { Endings } from './support/endings.js';
import { eventually } from './support/eventually.js';
import { askingIncident, closedIncident, decide, incidentsOf, passwordIn, questionOf } from './support/joiner.js';
import { readTemporal } from './support/raw-temporal.js';
import type { RawTemporal } from './support/raw-temporal.js';
import type { WorkerProcess } from './support/worker-process.js';

/** What must be nowhere but where it belongs. */
const PASSWORD = 'Planted-First-77-Kwyjibo';
const SECRETS = {
  token: 'planted-token-8842',
  bindPassword: 'Planted-Bind-99-Xylograph',
  workdayPassword: 'planted-report-password-5517',
};

/** People whose every word is unmistakable. */
const JOINERS = {
  plain: { givenName: 'Zaphira', surname: 'Quillfeather', employeeId: 'EMP-QX-1001' },
  refused: { givenName: 'Ottokar', surname: 'Brambleworth', employeeId: 'EMP-QX-1002' },
  named: { givenName: 'Wilhelmina', surname: 'Thistledown', employeeId: 'EMP-QX-1003' },
  unlucky: { givenName: 'Barnabas', surname: 'Fernsby', employeeId: 'EMP-QX-1004' },
} as const;
const emailOf = ({ givenName, surname }: { givenName: string; surname: string }): string =>
  `${givenName}.${surname}@example.com`.toLowerCase();
const GENERATOR = `export const generatePassword = () => '${PASSWORD}';\n`;

suite('secrets and personal data stay where they belong', () => {
  const endings = new Endings();
  let company: Company;
  let worker: WorkerProcess;
  /** While activities fail, and at the end. */
  const raw: RawTemporal[] = [];
  before(async () => {
    company = await Company.start(endings, {
      secrets: SECRETS,
      change: ({ playbooks }) => (playbooks['passwordGenerator'] = 'generator.mjs'),
      files: { 'generator.mjs': GENERATOR },
    });
    worker = await company.worker();
    await company.firstSync();
    await joinWell();
    await joinWithTroubles();
    await refuseReports();
    raw.push(await readTemporal(company.client));
  });
  after(() => endings.end());

  async function hire(who: keyof typeof JOINERS, displayName?: string): Promise<string> {
    const { givenName, surname, employeeId } = JOINERS[who];
    const email = emailOf(JOINERS[who]);
    await company.hire({
      email,
      givenName,
      surname,
      employeeId,
      displayName: displayName ?? `${givenName} ${surname}`,
    });
    await company.runNow();
    return email;
  }

  /** One joiner without troubles, one with a name that is taken. */
  async function joinWell(): Promise<void> {
    await closedIncident(company, await hire('plain'));
    const email = await hire('named', `${JOINERS.plain.givenName} ${JOINERS.plain.surname}`);
    await decide(company, await askingIncident(company, email, 'D1'), 'Create New Account');
    await closedIncident(company, email);
  }

  /** Applications that refuse, hang up, and know the person already; a mail server that takes nothing. */
  async function joinWithTroubles(): Promise<void> {
    const atlas = company.apps.app('Atlas Wiki');
    atlas.addFault({ kind: 'unauthorized', times: 'forever' });
    await company.mail.setMode('refuse-for-now');
    company.simulatedDirectory?.addFault({ kind: 'cut-after', operation: 'add' });
    const email = await hire('refused');
    await eventually('an activity has failed', async () => {
      const [incident] = await incidentsOf(company, email);
      const workflowId = incident?.run?.workflowId;
      if (workflowId === undefined) return null;
      const { raw: description } = await company.client.workflow.getHandle(workflowId).describe();
      return description.pendingActivities?.some(
        ({ lastFailure }) => lastFailure !== null && lastFailure !== undefined,
      );
    });
    raw.push(await readTemporal(company.client));
    await company.mail.setMode('up');
    const halted = await askingIncident(company, email, 'H2');
    const signal = { taskId: questionOf(halted), option: 'close', by: 'it-operations@example.com' };
    await company.client.workflow.getHandle(halted.run?.workflowId ?? '').signal(decideSignal, signal);
    await closedIncident(company, email);
    atlas.clearFaults();
    atlas.addUser({ userName: emailOf(JOINERS.unlucky), externalId: 'somebody-else', active: true });
    const unlucky = await hire('unlucky');
    await eventually('the conflict is answered', async () => {
      const [incident] = await incidentsOf(company, unlucky);
      return incident?.state === 'Closed' || incident?.state === 'WaitingForFix';
    });
  }

  /** Reports that the cycle refuses or that break off, and rows that it rejects. */
  async function refuseReports(): Promise<void> {
    const { workday } = company;
    const victim = workday.rows('employees')[2]?.['Email_Address'] ?? '';
    workday.run('malformed-date', { email: victim, field: 'Last_Hire_Date', value: 'Zwiebelmond' });
    workday.run('duplicate', { email: emailOf(JOINERS.plain) });
    workday.run('bad-json', { times: 1, report: 'employees' });
    workday.run('empty-report', { times: 1, report: 'employees' });
    await company.runNow();
    await company.progressed('Workday', 'halted at a broken report', ({ phase }) => phase === 'halted');
    await company.runNow();
    await company.progressed('Workday', 'after rejected rows', ({ rejected }) => rejected > 0);
  }

  const everything = (): string =>
    [...raw.flatMap(({ histories, descriptions }) => [histories, descriptions]), worker.log].join('\n');

  const stored = async (): Promise<string> => {
    const { db } = company.store.database;
    const names = await db.listCollections().toArray();
    return JSON.stringify(await Promise.all(names.map(({ name }) => db.collection(name).find().toArray())));
  };

  test('the places that are searched can be read, and what is searched for has been used', async () => {
    const [first] = company.mail.mails({ to: 'servicedesk@example.com' });
    const found = everything();

    assert.equal(passwordIn(first), PASSWORD);
    assert.ok((await stored()).includes(JOINERS.plain.surname), 'records');
    assert.ok(found.includes('runApplicationCommand') && found.includes(reportCycleWorkflowId('Workday')), 'histories');
    assert.deepEqual(
      raw.map(({ runs }) => runs >= 4),
      [true, true],
    );
    assert.ok(worker.log.includes('activity failed') || worker.log.includes('Activity failed'), 'a log of failures');
    assert.ok(
      raw.some(({ histories }) => histories.includes(JOINERS.plain.employeeId)),
      'as a search attribute',
    );
  });

  test('no secret is in a history, a description, a search attribute, a log line or the database', async () => {
    const found = `${everything()}\n${await stored()}`;

    for (const secret of [PASSWORD, ...Object.values(SECRETS)]) assert.ok(!found.includes(secret), secret);
  });

  test('no name or address of a person is in a history, a description, a search attribute or a log line', () => {
    const found = everything().toLowerCase();
    const rows = [...company.workday.rows('employees'), ...company.workday.rows('contractors')];
    const columns = ['Email_Address', 'Preferred_Name', '_Last_Name', 'Email_-_Primary_Home', 'Street_Address'];

    const personal = rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) =>
        columns.some((part) => column.endsWith(part)) && value !== '' ? [value.toLowerCase()] : [],
      ),
    );
    assert.ok(personal.length > 4 * rows.length - 4, `${personal.length} of ${rows.length} rows`);
    for (const text of new Set(personal)) assert.ok(!found.includes(text), text);
    for (const { surname } of Object.values(JOINERS)) assert.ok(!found.includes(surname.toLowerCase()), surname);
  });

  test('an employee id is in search attributes only', () => {
    const found = [...raw.map(({ withoutAttributes }) => withoutAttributes), worker.log].join('\n');

    assert.ok(!found.includes('EMP-QX-'));
  });
});
