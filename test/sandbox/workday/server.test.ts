import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startWorkday } from '../../../sandbox/workday/server.js';
import type { Workday, WorkdayOptions } from '../../../sandbox/workday/server.js';

type Row = Record<string, string>;

const noon = (): Date => new Date('2026-03-10T12:00:00Z');

async function aWorkday(t: TestContext, options: WorkdayOptions = {}): Promise<Workday> {
  const workday = await startWorkday({ now: noon, ...options });
  t.after(() => workday.stop());
  return workday;
}

const authorization = ({ username, password }: Workday): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const download = (workday: Workday, url = workday.reports.employees): Promise<Response> =>
  fetch(url, { headers: { authorization: authorization(workday) } });

async function rowsOf(response: Response): Promise<Row[]> {
  return ((await response.json()) as { Report_Entry: Row[] }).Report_Entry;
}

const post = (workday: Workday, command: string, body: unknown): Promise<Response> =>
  fetch(`${workday.url}/commands/${command}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('serves the report to the right password only', async (t) => {
  const workday = await aWorkday(t, { size: 12 });

  const refused = await fetch(workday.reports.employees);
  const rows = await rowsOf(await download(workday));

  assert.equal(refused.status, 401);
  assert.equal(rows.length, 12);
  assert.ok(rows.every((row) => row.Emp_ID && row.Email_Address && row.Last_Hire_Date));
  assert.equal(workday.downloads('employees'), 1);
});

test('makes the same company from the same seed, another from another, with names and addresses used once', async (t) => {
  const [one, same, other] = await Promise.all([
    aWorkday(t, { size: 3000, seed: 7 }),
    aWorkday(t, { size: 3000, seed: 7 }),
    aWorkday(t, { size: 3000, seed: 8 }),
  ]);

  assert.deepEqual(one.rows('employees'), same.rows('employees'));
  assert.notDeepEqual(one.rows('employees'), other.rows('employees'));
  for (const field of ['Email_Address', 'Emp_ID', 'Preferred_Name']) {
    assert.equal(new Set(one.rows('employees').map((row) => row[field])).size, 3000, field);
  }
});

test('keeps contractors in a report of their own, with ids of their own', async (t) => {
  const workday = await aWorkday(t, { contractors: 3 });

  const hired = workday.run('hire', { email: 'nia.elm@example.com', report: 'contractors' });
  const rows = await rowsOf(await download(workday, workday.reports.contractors));

  assert.equal(rows.length, 4);
  assert.match(hired?.Emp_ID ?? '', /^C-\d+$/);
  assert.ok(rows.every((row) => row.Employee_Type === 'Contractor'));
});

test('hires without deactivation dates and gives the next employee id', async (t) => {
  const workday = await aWorkday(t);
  const highest = Math.max(...workday.rows('employees').map((row) => Number(row.Emp_ID)));

  const answer = await post(workday, 'hire', { email: 'nia.elm@example.com', hireDate: '+5' });
  const row = (await rowsOf(await download(workday))).at(-1);

  assert.equal(answer.status, 200);
  assert.equal(row?.Emp_ID, String(highest + 1));
  assert.equal(row?.Preferred_Name, 'Nia Elm');
  assert.equal(row?.Last_Hire_Date, '03/15/2026');
  assert.deepEqual([row?.Termination_Date, row?.Last_Day_of_Work], ['', '']);
});

test('refuses commands that make no sense and says why', async (t) => {
  const workday = await aWorkday(t);
  const email = workday.rows('employees')[3]?.Email_Address;

  const answers = await Promise.all([
    post(workday, 'hire', { email }),
    post(workday, 'rehire', { email }),
    post(workday, 'terminate', { email: 'nobody@example.com' }),
    post(workday, 'terminate', { email, lastDayOfWork: 'soon' }),
    post(workday, 'postpone', { email, hireDate: '2026-02-30' }),
    post(workday, 'promote', { email }),
  ]);

  assert.deepEqual(
    answers.map(({ status }) => status),
    [409, 409, 409, 400, 409, 404],
  );
});

test('terminates on the given day, once, and rehires with the dates cleared', async (t) => {
  const workday = await aWorkday(t);
  const email = workday.rows('employees')[4]?.Email_Address ?? '';

  const left = { ...workday.run('terminate', { email }) };
  const again = await post(workday, 'terminate', { email });
  const back = workday.run('rehire', { email });

  assert.equal(left.Employment_Status, 'Terminated');
  assert.equal(left.Last_Day_of_Work, '03/10/2026');
  assert.equal(again.status, 409);
  assert.deepEqual(
    [back?.Rehired_Employee, back?.Prehire_Flag, back?.Termination_Date, back?.Last_Day_of_Work, back?.Last_Hire_Date],
    ['Yes', 'True', '', '', '03/10/2026'],
  );
});

test('changes addresses, ids, dates and any field, removes and duplicates rows', async (t) => {
  const workday = await aWorkday(t);
  const email = workday.rows('employees')[5]?.Email_Address ?? '';

  workday.run('update', { email, title: 'Lead', fields: { Work_Phone: '+1 555 0100' } });
  workday.run('change-employee-id', { email, newEmployeeId: '900000' });
  workday.run('postpone', { email, hireDate: '2026-05-01' });
  workday.run('change-email', { email, newEmail: 'renamed@example.com' });
  workday.run('duplicate', { email: 'renamed@example.com' });
  const twins = (await rowsOf(await download(workday))).filter((row) => row.Email_Address === 'renamed@example.com');
  workday.run('remove', { email: 'renamed@example.com' });

  const [first, second] = twins;
  assert.equal(twins.length, 2);
  assert.deepEqual(
    [first?.Title, first?.Work_Phone, first?.Emp_ID, first?.Last_Hire_Date, first?.User_Name],
    ['Lead', '+1 555 0100', '900000', '05/01/2026', 'renamed@example.com'],
  );
  assert.notEqual(second?.Emp_ID, first?.Emp_ID);
  assert.equal(workday.find('renamed@example.com')?.Emp_ID, second?.Emp_ID);
});

test('breaks downloads as told and then serves the report again', async (t) => {
  const workday = await aWorkday(t, { size: 2000 });
  const email = workday.rows('employees')[0]?.Email_Address ?? '';

  workday.run('malformed-date', { email });
  for (const command of ['empty-report', 'bad-json', 'wrong-shape', 'no-content'] as const) workday.run(command, {});
  workday.run('status', { status: 503 });
  const empty = await rowsOf(await download(workday));
  await assert.rejects((await download(workday)).json(), SyntaxError);
  const shape = (await (await download(workday)).json()) as object;
  const statuses = [(await download(workday)).status, (await download(workday)).status];
  workday.run('cut-report', {});
  await assert.rejects(async () => (await download(workday)).text());
  const rows = await rowsOf(await download(workday));

  assert.deepEqual(empty, []);
  assert.ok(!('Report_Entry' in shape));
  assert.deepEqual(statuses, [204, 503]);
  assert.equal(rows[0]?.Last_Hire_Date, '31st of May');
});

test('forgets pending faults and changes on reset', async (t) => {
  const workday = await aWorkday(t);
  const before = structuredClone(workday.rows('employees'));

  workday.run('status', { status: 500, times: 'forever' });
  workday.run('hire', { email: 'nia.elm@example.com' });
  await post(workday, 'reset', {});

  assert.deepEqual(await rowsOf(await download(workday)), before);
});

test('serves the report by HTTPS under the authority whose file it names', async (t) => {
  const workday = await aWorkday(t, { https: true });
  const { secure } = workday;
  assert.ok(secure);

  const ca = await readFile(secure.caFile, 'utf8');
  const status = await new Promise((resolve, reject) => {
    request(secure.reports.employees, { ca, headers: { authorization: authorization(workday) } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

  assert.equal(status, 200);
  await assert.rejects(download(workday, secure.reports.employees));
});

test('continues with the people and the authority of the last start', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-workday-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const first = await startWorkday({ dataDir, https: true });
  first.run('hire', { email: 'nia.elm@example.com' });
  const ca = await readFile(first.secure?.caFile ?? '', 'utf8');
  await first.stop();

  const second = await aWorkday(t, { dataDir, https: true });

  assert.ok(second.find('nia.elm@example.com'));
  assert.equal(await readFile(second.secure?.caFile ?? '', 'utf8'), ca);
});

test('shows people and commands on a page that escapes what it shows', async (t) => {
  const workday = await aWorkday(t);
  const email = workday.rows('employees')[0]?.Email_Address ?? '';
  workday.run('update', { email, title: '<script>alert(1)</script>' });

  const page = await (await fetch(workday.url)).text();
  const sent = await fetch(`${workday.url}/commands/hire`, {
    method: 'POST',
    body: new URLSearchParams({ email: 'nia.elm@example.com', title: '' }),
    redirect: 'manual',
  });

  assert.ok(page.includes('&lt;script&gt;'));
  assert.ok(!page.includes('<script'));
  assert.equal(sent.status, 303);
  assert.ok(workday.find('nia.elm@example.com'));
});

test('refuses a form that a page of another site sends', async (t) => {
  const workday = await aWorkday(t);

  const answer = await fetch(`${workday.url}/commands/reset`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams(),
  });

  assert.equal(answer.status, 403);
});

test('describes every command with its arguments', async (t) => {
  const workday = await aWorkday(t);

  const commands = (await (await fetch(`${workday.url}/commands`)).json()) as {
    name: string;
    description: string;
    arguments: { name: string; required: boolean }[];
  }[];

  const hire = commands.find(({ name }) => name === 'hire');
  assert.equal(commands.length, 19);
  assert.ok(commands.every(({ description }) => description !== ''));
  assert.deepEqual(
    hire?.arguments.filter(({ required }) => required).map(({ name }) => name),
    ['email'],
  );
});
