import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';

import { appIncidentOf } from '../../activities/app-flows/new-incident.js';
import { startIncidentRuns } from '../../activities/open-incidents.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { IncidentType } from '../../domain/incident.js';
import { readApplications } from '../../domain/okta/applications-field.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, incidentOf, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import { OKTA, OKTA_ENGINE, joinOkta } from '../support/okta.js';
import type { OktaOrganisation } from '../support/okta.js';

let engine: Engine;
let okta: OktaOrganisation;
let wiki: string;
before(async () => {
  engine = await startEngine(OKTA_ENGINE);
  okta = await joinOkta(engine);
  wiki = await okta.addApplication('Wiki');
  const row = { applicationId: wiki, name: 'scim2', label: 'Wiki', logo: '', instance: 'Atlas' };
  const edit = { kind: 'add', applicationId: wiki, instance: 'Atlas' } as const;
  const at = new Date().toISOString();
  await engine.store.iamConfigurations.apply({ okta: OKTA, editId: 'e1', by: 'reviewer-1', at, edit, known: [row] });
});
afterEach(() => {
  engine.application('Atlas').calm();
  okta.app.clearFaults();
});
after(async () => {
  await engine.close();
  await okta.stop();
});

async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${okta.app.baseUrl}${path}`, {
    method,
    headers: { authorization: `SSWS ${okta.app.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  const text = await response.text();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

interface Member {
  readonly email: string;
  readonly personId: string;
  readonly userId: string;
}

/** Somebody with a profile and a user in Okta. */
async function aMember(over: UserProfile = {}): Promise<Member> {
  const profile = aPerson(over);
  const { email } = profile;
  const personId = randomUUID();
  await engine.store.people.collection.insertOne({
    _id: personId,
    personId,
    emailKey: email,
    profile: { ...profile, active: true },
    version: 1,
    queue: [],
    fence: 0,
    gone: [],
  });
  return { email, personId, userId: await userIn(email) };
}

async function userIn(login: string): Promise<string> {
  const user = await call('POST', '/users?activate=true', {
    profile: { login, email: login, firstName: 'Pat', lastName: 'Example' },
  });
  return String(user['id']);
}

const assign = (userId: string): Promise<unknown> => call('POST', `/apps/${wiki}/users`, { id: userId });
const unassign = (userId: string): Promise<unknown> => call('DELETE', `/apps/${wiki}/users/${userId}`);

interface Happening {
  readonly type?: IncidentType;
  readonly username: string;
  readonly userId: string;
  readonly applicationId?: string;
}

/** An event of Okta, recorded as its incident and started. */
async function happens({
  type = IncidentType.AppAdd,
  username,
  userId,
  applicationId = wiki,
}: Happening): Promise<string> {
  const uuid = randomUUID();
  const event = {
    uuid,
    published: new Date().toISOString(),
    type,
    flow: 'appSync',
    eventType: 'application.user_membership',
    displayName: 'Pat Example',
    userId,
    username,
    applicationId,
    applicationName: 'Wiki',
    groupId: null,
    actor: null,
    details: 'Pat Example',
    sourceInstance: OKTA,
  } as const;
  const recorded = [appIncidentOf(event, `okta/${uuid}`, null)];
  const [incidentId = ''] = await engine.store.incidents.record(recorded, new Date().toISOString());
  await startIncidentRuns(engine.deps, [incidentId]);
  return incidentId;
}

const added = (member: Member): Promise<string> => happens({ username: member.email, userId: member.userId });
const removed = (member: Member): Promise<string> =>
  happens({ type: IncidentType.AppRemove, username: member.email, userId: member.userId });

const accountOf = (email: string) => engine.application('Atlas').accountOf(email);

/** The person's applications, and nobody left in the queue of their turns. */
async function applicationsOf({ personId }: Member): Promise<[string, boolean][]> {
  const person = await engine.store.people.get(personId);
  assert.deepEqual(person?.queue, []);
  return readApplications(person?.profile?.applications).map((one) => [one['Instance Name'], one.Active]);
}

const outcomeOf = ({ closeReason, successfulProvisioning: rows }: IncidentDocument) => [
  closeReason,
  rows.map(({ instanceName, action }) => `${action} ${instanceName}`),
];

test('who is added to an application gets its account, and who is removed has it disabled', async () => {
  const pat = await aMember();
  await assign(pat.userId);

  const add = await closed(engine, await happens({ username: pat.email.toUpperCase(), userId: pat.userId }));

  assert.deepEqual(outcomeOf(add), ['done', ['create Atlas']]);
  assert.deepEqual(await applicationsOf(pat), [['Atlas', true]]);
  assert.equal(add.run?.workflowId, `appSync/${add.okta?.uuid}`);
  await unassign(pat.userId);
  const remove = await closed(engine, await removed(pat));
  assert.deepEqual(outcomeOf(remove), ['done', ['disable Atlas']]);
  assert.equal(accountOf(pat.email)?.active, false);
  assert.deepEqual(await applicationsOf(pat), [['Atlas', false]]);
});

test('an application that a group gives counts like any other', async () => {
  const pat = await aMember();
  const group = await call('POST', '/groups', { profile: { name: `Wiki ${randomUUID()}` } });
  await call('PUT', `/apps/${wiki}/groups/${String(group['id'])}`, {});
  await call('PUT', `/groups/${String(group['id'])}/users/${pat.userId}`);

  assert.equal((await closed(engine, await added(pat))).closeReason, 'done');
  assert.equal(accountOf(pat.email)?.active, true);
});

test('an event that Okta has overtaken does nothing and says so, both ways', async () => {
  const pat = await aMember();
  const add = await closed(engine, await added(pat));
  await assign(pat.userId);
  const remove = await closed(engine, await removed(pat));

  for (const incident of [add, remove]) {
    assert.deepEqual(outcomeOf(incident), ['skipped', []]);
    assert.match(incident.details, / - Skipped: /);
  }
  assert.equal(accountOf(pat.email), undefined);
  assert.deepEqual(await applicationsOf(pat), []);
});

test('adding and removing that come in the wrong order end as Okta has it now', async () => {
  const pat = await aMember();
  await assign(pat.userId);
  await closed(engine, await added(pat));
  await unassign(pat.userId);

  const incidents = await Promise.all([removed(pat), added(pat)]);

  for (const incidentId of incidents) await closed(engine, incidentId);
  assert.equal(accountOf(pat.email)?.active, false);
  assert.deepEqual(await applicationsOf(pat), [['Atlas', false]]);
});

test('a person who has left gets nothing, although Okta has not heard of it yet', async () => {
  const pat = await aMember();
  await engine.store.people.writeVersion(pat.personId, 1, { set: { active: false } });
  await assign(pat.userId);

  const { closeReason, details } = await closed(engine, await added(pat));

  assert.deepEqual([closeReason, details], ['skipped', 'Nothing was done: person not active.']);
  assert.deepEqual([accountOf(pat.email), await applicationsOf(pat)], [undefined, []]);
});

test('an application that is not connected halts with an owner, and closes as it is', async () => {
  const pat = await aMember();
  const incidentId = await happens({ username: pat.email, userId: pat.userId, applicationId: '0oaOther' });
  await asked(engine, incidentId, 'H1');

  const { owner, tasks } = await incidentOf(engine, incidentId);
  assert.notEqual(owner, undefined);
  assert.match(tasks[0]?.question ?? '', /is connected to no instance/);
  await settle(engine, incidentId, 'H1', 'close');
  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
});

test('somebody without a profile halts; once it is there, a retry goes on', async () => {
  const login = `late-${randomUUID().slice(0, 8)}@example.com`;
  const userId = await userIn(login);
  await assign(userId);
  const incidentId = await happens({ username: login, userId });
  await asked(engine, incidentId, 'H1');
  assert.notEqual((await incidentOf(engine, incidentId)).owner, undefined);

  const personId = randomUUID();
  const profile = { email: login, username: login, displayName: 'Pat Example', active: true };
  await engine.store.people.collection.insertOne({
    ...{ _id: personId, personId, emailKey: login, profile },
    ...{ version: 1, queue: [], fence: 0, gone: [] },
  });
  await settle(engine, incidentId, 'H1', 'retry');

  assert.deepEqual(outcomeOf(await closed(engine, incidentId)), ['done', ['create Atlas']]);
});

test('a refusal halts with owner, code and text while the turn is free; a retry repeats it, and close ends it', async () => {
  const [pat, kim] = [await aMember(), await aMember()];
  for (const { userId } of [pat, kim]) await assign(userId);
  engine.application('Atlas').fault = () => refusing();
  const incidents = [await added(pat), await added(kim)] as const;
  for (const incidentId of incidents) await asked(engine, incidentId, 'H2');

  const { owner, tasks } = await incidentOf(engine, incidents[0]);
  assert.notEqual(owner, undefined);
  assert.match(tasks[0]?.question ?? '', /Atlas \(400\): The application refuses this\./);
  assert.deepEqual([await applicationsOf(pat), await applicationsOf(kim)], [[], []]);
  engine.application('Atlas').calm();
  await settle(engine, incidents[0], 'H2', 'retry');
  await settle(engine, incidents[1], 'H2', 'close');

  assert.deepEqual(outcomeOf(await closed(engine, incidents[0])), ['done', ['create Atlas']]);
  assert.deepEqual(outcomeOf(await closed(engine, incidents[1])), ['closed by a person', []]);
  assert.deepEqual([await applicationsOf(pat), await applicationsOf(kim)], [[['Atlas', true]], []]);
});

test('a removal without any account is skipped and done, and leaves the applications alone', async () => {
  const pat = await aMember();

  const { closeReason, successfulProvisioning } = await closed(engine, await removed(pat));

  assert.deepEqual([closeReason, successfulProvisioning[0]?.skipped], ['done', true]);
  assert.deepEqual(await applicationsOf(pat), []);
});

test('a field that cannot be read is left alone, halts with an owner, and holds no turn', async () => {
  const pat = await aMember({ applications: 'no JSON' });
  await assign(pat.userId);
  const incidentId = await added(pat);
  await asked(engine, incidentId, 'H2');
  const person = await engine.store.people.get(pat.personId);
  assert.deepEqual([person?.queue, person?.profile?.applications], [[], 'no JSON']);

  await engine.store.people.writeVersion(pat.personId, person?.version ?? 0, { set: { applications: '' } });
  await settle(engine, incidentId, 'H2', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.deepEqual(await applicationsOf(pat), [['Atlas', true]]);
});

test('a run that is killed while it holds the turn is given up by the keeper, and a retry ends it', async () => {
  const pat = await aMember();
  await assign(pat.userId);
  const held = engine.application('Atlas').holdNext('create');
  const incidentId = await added(pat);
  await held.reached;
  const { run } = await incidentOf(engine, incidentId);
  await engine.env.client.workflow.getHandle(run?.workflowId ?? '').terminate('killed');
  held.release();
  const [turn] = (await engine.store.people.get(pat.personId))?.queue ?? [];
  assert.equal(turn?.incidentId, incidentId);

  const { createKeeperActivities } = await import('../../activities/keeper.js');
  const { MockActivityEnvironment } = await import('@temporalio/testing');
  const { keepUp } = createKeeperActivities(engine.deps);
  await eventually('the keeper notices', async () => {
    await new MockActivityEnvironment().run(keepUp);
    return (await incidentOf(engine, incidentId)).state === 'Interrupted';
  });

  assert.deepEqual((await engine.store.people.get(pat.personId))?.queue, []);
  await engine.store.incidents.requeue(incidentId, { at: new Date().toISOString(), step: 'started again' });
  await startIncidentRuns(engine.deps, [incidentId]);
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.deepEqual(await applicationsOf(pat), [['Atlas', true]]);
});
