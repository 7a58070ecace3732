import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import type { AppDefinition } from '../../../sandbox/apps/definition.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

type Cell = string | { readonly link: string; readonly value: string };
type Row = Readonly<Record<string, Cell>>;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly result: readonly Row[] & Row; readonly error?: { readonly detail: string | null } };
}

test('ignores a condition on a column that it does not have and shows arbitrary rows', async (t) => {
  const { call } = await serviceNow(t);
  await call('POST', 'v2/table/sys_user', { user_name: 'pat' });

  const known = await call('GET', 'v2/table/sys_user?sysparm_query=user_name=kim');
  const mistyped = await call('GET', 'v2/table/sys_user?sysparm_query=username=kim');

  assert.deepEqual([known.status, known.body.result], [200, []]);
  assert.equal(mistyped.body.result.length, 2);
});

test('says 404 for nobody in its first version only', async (t) => {
  const { call } = await serviceNow(t);

  const answers = await Promise.all(
    ['v1/', 'v2/', ''].map((version) => call('GET', `${version}table/sys_user?sysparm_query=email=x`)),
  );

  assert.deepEqual(
    answers.map(({ status }) => status),
    [404, 200, 200],
  );
});

test('keeps texts, makes the name, cuts long values and ignores columns that it does not have', async (t) => {
  const { call } = await serviceNow(t);

  const { status, body } = await call('POST', 'table/sys_user', {
    first_name: 'Pat',
    last_name: 'Example',
    name: 'Somebody Else',
    active: false,
    title: 'x'.repeat(70),
    shoe_size: 42,
  });

  const { name, active, title, shoe_size } = body.result;
  assert.deepEqual([status, name, active, title, shoe_size], [201, 'Pat Example', 'false', 'x'.repeat(60), undefined]);
});

test('lets many bear an address and only one a user name', async (t) => {
  const { call } = await serviceNow(t);
  const pat = { user_name: 'pat', email: 'pat@example.com' };

  const first = await call('POST', 'table/sys_user', pat);
  const namesake = await call('POST', 'table/sys_user', { ...pat, user_name: 'PAT' });
  const other = await call('POST', 'table/sys_user', { ...pat, user_name: 'kim' });

  assert.deepEqual([first.status, namesake.status, other.status], [201, 403, 201]);
  assert.match(namesake.body.error?.detail ?? '', /Unique Key violation/);
});

test('shows references as links unless that is declined, and columns behind them', async (t) => {
  const { call } = await serviceNow(t);
  const { body } = await call('POST', 'table/cmn_department', { name: 'Sales' });
  const department = body.result['sys_id'];
  await call('POST', 'table/sys_user', { user_name: 'pat', department });

  const query = 'table/sys_user?sysparm_query=user_name=pat&sysparm_fields=department,department.name';
  const [linked] = (await call('GET', query)).body.result;
  const [plain] = (await call('GET', `${query}&sysparm_exclude_reference_link=true`)).body.result;

  assert.equal((linked?.['department'] as { readonly value: string }).value, department);
  assert.deepEqual(plain, { department, 'department.name': 'Sales' });
});

test('counts requests by the hour and names the limit, the rule and the end of the hour', async (t) => {
  const { call } = await serviceNow(t, { requestsPerHour: 1 });

  const allowed = await call('GET', 'table/sys_user?sysparm_limit=1');
  const refused = await call('GET', 'table/sys_user?sysparm_limit=1');

  assert.deepEqual([allowed.status, allowed.headers.get('x-ratelimit-limit')], [200, '1']);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 3_590);
  assert.match(refused.headers.get('x-ratelimit-rule') ?? '', /^[0-9a-f]{32}$/);
  assert.ok(Number(refused.headers.get('x-ratelimit-reset')) * 1_000 > Date.now() + 3_500_000);
});

test('takes the service account by Basic authentication and nobody else', async (t) => {
  const { app } = await serviceNow(t);
  const { username, password } = app.credentials;
  const status = async (credentials: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    return (await fetch(`${app.baseUrl}/table/sys_user`, { headers: { authorization } })).status;
  };

  assert.deepEqual([await status(`${username}:${password}`), await status(`${username}:wrong`)], [200, 401]);
});

test('keeps departments beside accounts between two starts', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-servicenow-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const definition = { name: 'Desk', kind: 'servicenow' } as const;
  const before = await startApps({ apps: [definition], dataDir });
  await caller(before.app('Desk'))('POST', 'table/cmn_department', { name: 'Sales' });
  await before.stop();

  const after = await startApps({ apps: [definition], dataDir });
  t.after(() => after.stop());

  const { body } = await caller(after.app('Desk'))('GET', 'table/cmn_department?sysparm_query=name=Sales');
  assert.equal(body.result.length, 1);
});

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

async function serviceNow(
  t: TestContext,
  dialect: NonNullable<AppDefinition['dialect']> = {},
): Promise<{ readonly app: SimulatedApp; readonly call: Call }> {
  const apps = await startApps({ apps: [{ name: 'Desk', kind: 'servicenow', dialect }] });
  t.after(() => apps.stop());
  const app = apps.app('Desk');
  return { app, call: caller(app) };
}

const caller =
  ({ baseUrl, token }: SimulatedApp): Call =>
  async (method, path, body) => {
    const answer = await fetch(`${baseUrl}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] };
  };
