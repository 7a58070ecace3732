import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { startApps } from '../../../sandbox/apps/server.js';
import { callOkta } from '../../activities/connectors/okta/support.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';

interface Event {
  readonly eventType: string;
  readonly target: readonly { readonly type: string; readonly alternateId: string }[];
  readonly actor: { readonly alternateId: string };
  readonly debugContext: { readonly debugData: { readonly changedAttributes?: string } };
}

async function anOrganisation(t: TestContext): Promise<SimulatedApp> {
  const apps = await startApps({ apps: [{ name: 'Okta', kind: 'okta' }] });
  t.after(() => apps.stop());
  return apps.app('Okta');
}

/** What a request answers, as status and Okta's code. */
async function codeOf(app: SimulatedApp, method: string, path: string, body?: unknown): Promise<string> {
  const { status, body: answer } = await callOkta(app, method, path, body);
  return `${status} ${(answer as { errorCode?: string } | undefined)?.errorCode ?? ''}`.trim();
}

async function made(app: SimulatedApp, path: string, body: unknown): Promise<string> {
  return ((await callOkta(app, 'POST', path, body)).body as { readonly id: string }).id;
}

const person = (name: string): unknown => ({
  profile: { login: `${name}@example.com`, email: `${name}@example.com`, firstName: 'Pat', lastName: 'Example' },
});

const events = async (app: SimulatedApp): Promise<readonly Event[]> =>
  (await callOkta(app, 'GET', '/logs?since=2020-01-01T00:00:00Z')).body as readonly Event[];

const typesOf = (list: readonly Event[]): readonly string[] => list.map(({ eventType }) => eventType);

const LIFE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  STAGED: {
    activate: '200',
    deactivate: '200',
    suspend: '400 E0000001',
    unsuspend: '400 E0000001',
    reactivate: '403 E0000038',
  },
  PROVISIONED: { activate: '403 E0000016', deactivate: '200', suspend: '400 E0000001', reactivate: '200' },
  ACTIVE: { activate: '403 E0000016', deactivate: '200', suspend: '200', unsuspend: '400 E0000001' },
  SUSPENDED: { activate: '403 E0000016', deactivate: '200', suspend: '400 E0000001', unsuspend: '200' },
  DEPROVISIONED: { activate: '200', deactivate: '404 E0000007', suspend: '400 E0000001', unsuspend: '400 E0000001' },
};

for (const [status, outcomes] of Object.entries(LIFE)) {
  test(`a user who is ${status} allows and refuses what Okta does`, async (t) => {
    const app = await anOrganisation(t);

    const seen: Record<string, string> = {};
    for (const operation of Object.keys(outcomes)) {
      const { id } = app.addUser({ ...(person(operation) as object), status });
      seen[operation] = await codeOf(app, 'POST', `/users/${id}/lifecycle/${operation}?sendEmail=false`);
    }

    assert.deepEqual(seen, outcomes);
  });
}

test('a new user is staged when told so, and activated otherwise', async (t) => {
  const app = await anOrganisation(t);

  await made(app, '/users?activate=false', person('staged'));
  await made(app, '/users', person('activated'));

  assert.deepEqual(
    [app.find('staged@example.com')?.['status'], app.find('activated@example.com')?.['status']],
    ['STAGED', 'PROVISIONED'],
  );
});

test('refuses what Okta refuses, each in its own words', async (t) => {
  const app = await anOrganisation(t);
  await made(app, '/users', person('pat'));
  const { id } = app.addUser({ ...(person('gone') as object), status: 'DEPROVISIONED' });

  const wrongToken = await fetch(`${app.baseUrl}/users`, { headers: { authorization: `Bearer ${app.token}` } });
  assert.equal(wrongToken.status, 401);
  assert.equal(((await wrongToken.json()) as { errorCode: string }).errorCode, 'E0000011');
  assert.equal(await codeOf(app, 'POST', '/users', person('PAT')), '400 E0000001');
  assert.equal(
    await codeOf(app, 'POST', '/users', { profile: { login: 'x', email: 'x@example.com' } }),
    '400 E0000001',
  );
  assert.equal(await codeOf(app, 'POST', `/users/${id}`, { profile: { title: 'Lead' } }), '403 E0000038');
  assert.equal(await codeOf(app, 'GET', '/users?filter=profile.title%20eq%20%22x%22'), '400 E0000031');
  assert.equal(await codeOf(app, 'GET', '/users/00unobody'), '404 E0000007');
  assert.equal(await codeOf(app, 'GET', '/logs?filter=published%20gt%20%22x%22'), '400 E0000053');
  assert.equal(await codeOf(app, 'GET', '/logs?since=yesterday'), '400 E0000001');
  assert.equal(await codeOf(app, 'GET', '/nothing'), '405 E0000022');
});

test('a plain list leaves deactivated users out, a filter shows them', async (t) => {
  const app = await anOrganisation(t);
  app.addUser({ ...(person('here') as object), status: 'ACTIVE' });
  app.addUser({ ...(person('gone') as object), status: 'DEPROVISIONED' });
  const count = async (query: string): Promise<number> =>
    ((await callOkta(app, 'GET', `/users${query}`)).body as readonly unknown[]).length;

  const filter = encodeURIComponent('(profile.login eq "GONE@example.com" or status eq "ACTIVE") and not (id eq "x")');

  assert.deepEqual([await count(''), await count('?q=pat'), await count(`?filter=${filter}`)], [1, 1, 2]);
});

test('tells with every answer how many requests are left', async (t) => {
  const app = await anOrganisation(t);

  const { headers } = await callOkta(app, 'GET', '/users');

  assert.equal(headers.get('x-rate-limit-limit'), '600');
  assert.equal(headers.get('x-rate-limit-remaining'), '599');
  assert.ok(Number(headers.get('x-rate-limit-reset')) * 1000 > Date.now());
});

test('logs who did what to whom: life cycle, profile, group and what both assign', async (t) => {
  const app = await anOrganisation(t);
  const wiki = await made(app, '/apps', { label: 'Wiki' });
  const chat = await made(app, '/apps', { label: 'Chat' });
  const staff = await made(app, '/groups', { profile: { name: 'Staff' } });
  await callOkta(app, 'PUT', `/apps/${chat}/groups/${staff}`);

  const pat = await made(app, '/users', person('pat'));
  await callOkta(app, 'POST', `/users/${pat}`, { profile: { title: 'Lead', firstName: 'Pat' } });
  await callOkta(app, 'POST', `/apps/${wiki}/users`, { id: pat });
  await callOkta(app, 'PUT', `/groups/${staff}/users/${pat}`);
  await callOkta(app, 'PUT', `/groups/${staff}/users/${pat}`);
  await callOkta(app, 'DELETE', `/apps/${wiki}/users/${pat}`);
  await callOkta(app, 'DELETE', `/groups/${staff}/users/${pat}`);

  const list = await events(app);
  assert.deepEqual(typesOf(list), [
    'user.lifecycle.create',
    'user.lifecycle.activate',
    'user.account.update_profile',
    'application.user_membership.add',
    'group.user_membership.add',
    'application.user_membership.add',
    'application.user_membership.remove',
    'group.user_membership.remove',
    'application.user_membership.remove',
  ]);
  assert.equal(list[2]?.debugContext.debugData.changedAttributes, 'title');
  const [, , , , joined, granted] = list;
  const targets = (event: Event | undefined): string | undefined =>
    event?.target.map(({ type, alternateId }) => `${type} ${alternateId}`).join(', ');
  assert.equal(targets(joined), 'User pat@example.com, UserGroup unknown');
  assert.equal(targets(granted), 'AppUser pat@example.com, AppInstance Chat, User pat@example.com');
  assert.equal(granted?.actor.alternateId, 'administrator@example.com');
});

test('a deactivation takes every application away; an activation gives back what groups assign', async (t) => {
  const app = await anOrganisation(t);
  const [wiki, chat] = [await made(app, '/apps', { label: 'Wiki' }), await made(app, '/apps', { label: 'Chat' })];
  const staff = await made(app, '/groups', { profile: { name: 'Staff' } });
  const pat = await made(app, '/users', person('pat'));
  await callOkta(app, 'PUT', `/groups/${staff}/users/${pat}`);
  await callOkta(app, 'PUT', `/apps/${chat}/groups/${staff}`);
  await callOkta(app, 'POST', `/apps/${wiki}/users`, { id: pat });
  const before = (await events(app)).length;

  await callOkta(app, 'POST', `/users/${pat}/lifecycle/deactivate`);
  const wikiGone = await codeOf(app, 'GET', `/apps/${wiki}/users/${pat}`);
  const chatGone = await codeOf(app, 'GET', `/apps/${chat}/users/${pat}`);
  await callOkta(app, 'POST', `/users/${pat}/lifecycle/activate?sendEmail=false`);

  assert.deepEqual([wikiGone, chatGone], ['404 E0000007', '404 E0000007']);
  assert.equal(await codeOf(app, 'GET', `/apps/${wiki}/users/${pat}`), '404 E0000007');
  assert.equal(await codeOf(app, 'GET', `/apps/${chat}/users/${pat}`), '200');
  assert.deepEqual(typesOf((await events(app)).slice(before)), [
    'user.lifecycle.deactivate',
    'application.user_membership.remove',
    'application.user_membership.remove',
    'user.lifecycle.activate',
    'application.user_membership.add',
  ]);
});

test("what the service's token changes is not the administrator's doing", async (t) => {
  const app = await anOrganisation(t);
  const headers = { authorization: `SSWS ${app.token}`, 'content-type': 'application/json' };
  await fetch(`${app.baseUrl}/users?activate=false`, { method: 'POST', headers, body: JSON.stringify(person('pat')) });

  const [event] = await events(app);
  const me = (await (await fetch(`${app.baseUrl}/users/me`, { headers })).json()) as { profile: { login: string } };

  assert.equal(event?.actor.alternateId, me.profile.login);
  assert.notEqual(me.profile.login, 'administrator@example.com');
});

test('continues with users, groups, applications and the log of the last start', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ilm-okta-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const apps = [{ name: 'Okta', kind: 'okta' }] as const;
  const first = await startApps({ apps, dataDir });
  const app = first.app('Okta');
  const wiki = await made(app, '/apps', { label: 'Wiki' });
  const pat = await made(app, '/users', person('pat'));
  await callOkta(app, 'POST', `/apps/${wiki}/users`, { id: pat });
  const link = (await callOkta(app, 'GET', '/logs?since=2020-01-01T00:00:00Z')).headers.get('link') ?? '';
  const [, path = ''] = /\/api\/v1([^>]*)>; rel="next"/.exec(link) ?? [];
  await first.stop();

  const second = await startApps({ apps, dataDir });
  t.after(() => second.stop());
  const again = second.app('Okta');
  const assigned = await codeOf(again, 'GET', `/apps/${wiki}/users/${pat}`);
  const quiet = (await callOkta(again, 'GET', path)).body;
  await callOkta(again, 'DELETE', `/apps/${wiki}/users/${pat}`);
  const news = (await callOkta(again, 'GET', path)).body as readonly Event[];

  assert.equal(assigned, '200');
  assert.equal((await events(again)).length, 4);
  assert.deepEqual([quiet, typesOf(news)], [[], ['application.user_membership.remove']]);
});
