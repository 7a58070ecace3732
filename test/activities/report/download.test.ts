import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { downloadRows } from '../../../activities/report/download.js';
import { workdayInstanceSchema } from '../../../domain/config.js';
import { startWorkday } from '../../../sandbox/workday/server.js';
import { ReportServer, rowsOf } from '../../support/report.js';
import type { Answer } from '../../support/report.js';

const never = new AbortController().signal;

const anInstance = (reportUrl: string, over: Record<string, unknown> = {}) =>
  workdayInstanceSchema.parse({ name: 'HR', reportUrl, mapper: 'm', username: 'svc', password: 'hunter2', ...over });

async function download(reportUrl: string, over: Record<string, unknown> = {}, signal = never): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of downloadRows(anInstance(reportUrl, over), '.', signal)) rows.push(...batch);
  return rows;
}

/** The failure of a download; proves on the way that it names neither credentials nor the query. */
async function failureOf(reportUrl: string, over: Record<string, unknown> = {}): Promise<ApplicationFailure> {
  try {
    await download(reportUrl, over);
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure, String(error));
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /hunter2|in-the-query/);
    assert.match(error.message, /HR/);
    return error;
  }
  throw new assert.AssertionError({ message: 'the download succeeded' });
}

async function answering(t: TestContext, answer: Answer): Promise<string> {
  const reports = await ReportServer.start(t);
  reports.answer = answer;
  return reports.url;
}

const withBody =
  (body: string, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

test('sends user name and password by Basic authentication and gives the rows', async (t) => {
  let seen: string | undefined;
  const url = await answering(t, (request, response) => {
    seen = request.headers.authorization;
    response.end(JSON.stringify({ Report_Entry: rowsOf(1, 3) }));
  });

  assert.deepEqual(await download(url), rowsOf(1, 3));
  assert.equal(seen, `Basic ${Buffer.from('svc:hunter2').toString('base64')}`);
});

test('204 and an empty body are a report without rows', async (t) => {
  const noContent = await answering(t, (_, response) => void response.writeHead(204).end());
  const empty = await answering(t, withBody(''));

  assert.deepEqual(await download(noContent), []);
  assert.deepEqual(await download(empty), []);
});

test('no JSON and another shape are unusable for good', async (t) => {
  for (const body of ['<html>Sign in</html>', '[]', '{"Report_Entry":"none"}']) {
    const failure = await failureOf(await answering(t, withBody(body)));

    assert.deepEqual([failure.type, failure.nonRetryable], ['ReportUnusable', true], body);
  }
});

test('an answer that is cut off can be tried again, whether the connection says so or not', async (t) => {
  const report = JSON.stringify({ Report_Entry: rowsOf(1, 50) });
  const half = report.slice(0, report.length / 2);
  const silent = await answering(t, withBody(half));
  const broken = await answering(t, (_, response) => {
    response.writeHead(200, { 'content-length': report.length });
    response.write(half, () => response.destroy());
  });

  for (const url of [silent, broken]) {
    const failure = await failureOf(url);
    assert.deepEqual([failure.type, failure.nonRetryable], ['ReportUnavailable', false]);
  }
});

test('a report that does not arrive in time is given up, also in the middle', async (t) => {
  const silent = await answering(t, () => undefined);
  const stalled = await answering(t, (_, response) => void response.writeHead(200).write('{"Report_Entry":['));

  for (const url of [silent, stalled]) {
    const failure = await failureOf(url, { requestTimeout: '200ms' });
    assert.match(failure.message, /within 200ms/);
    assert.equal(failure.nonRetryable, false);
  }
});

test('what another attempt can mend is told from what a person has to', async (t) => {
  for (const [status, isForGood] of [
    [401, true],
    [403, true],
    [404, true],
    [302, true],
    [429, false],
    [500, false],
    [503, false],
  ] as const) {
    const failure = await failureOf(await answering(t, withBody('no', status)));

    assert.deepEqual([failure.type, failure.nonRetryable], ['ReportUnavailable', isForGood], String(status));
    assert.match(failure.message, new RegExp(String(status)));
  }
});

test('a server that is not there can be tried again', async () => {
  const failure = await failureOf('http://127.0.0.1:9/report?secret=in-the-query');

  assert.deepEqual([failure.type, failure.nonRetryable], ['ReportUnavailable', false]);
});

test('stopping ends the download at once and is no failure of the report', async (t) => {
  const url = await answering(t, (_, response) => void response.writeHead(200).write('{"Report_Entry":['));
  const stop = new AbortController();
  const going = download(url, {}, stop.signal);
  setImmediate(() => stop.abort(new Error('paused')));

  await assert.rejects(going, /paused/);
});

test('trusts a private authority only when it is named, or when told to trust anybody', async (t) => {
  const workday = await startWorkday({ size: 4, https: true });
  t.after(() => workday.stop());
  const { reports, caFile } = workday.secure ?? assert.fail('no https');
  const account = { username: workday.username, password: workday.password };

  const untrusted = await failureOf(reports.employees, account);
  assert.match(untrusted.message, /certificate is not trusted/);
  assert.equal(untrusted.nonRetryable, true);
  assert.equal((await download(reports.employees, { ...account, caFile })).length, 4);
  assert.equal((await download(reports.employees, { ...account, insecure: true })).length, 4);
});

test('a caFile that is missing is a fault of the configuration', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  writeFileSync(join(folder, 'other.pem'), '');
  const reports = await ReportServer.start(t);

  const failure = await failureOf(reports.url, { caFile: join(folder, 'missing.pem') });

  assert.equal(failure.type, 'Configuration');
});
