import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { startIncidentRuns } from '../../activities/open-incidents.js';
import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { asked, closed, incidentOf, personOf, report, runOf, settle } from '../support/incidents.js';
import { changePlaybooks, hiredAhead } from '../support/provisioning.js';

const DIRECTORY = 'Active Directory';
const LAST_YEAR = '01/15/2020';
const ACTIVATION = IncidentType.AdUserActivation;

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: { playbooks: { secondsToWaitBeforeWelcomeEmail: 0 } },
  });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const directory = () => engine.application(DIRECTORY);

const activate = (profile: UserProfile): Promise<string> => report(engine, { type: ACTIVATION, profile });
const statusOf = async (incidentId: string) => (await personOf(engine, incidentId)).profile?.adAccountStatus;

test('a past hire date is decided by a person, outside the turn; "Yes" enables', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });

  const incidentId = await activate(profile);

  const taskId = await asked(engine, incidentId, 'PastHireDate');
  assert.equal(taskId, `${incidentId}/PastHireDate/1`);
  const incident = await incidentOf(engine, incidentId);
  assert.deepEqual(incident.tasks[0]?.options, ['Yes', 'No']);
  assert.deepEqual((await personOf(engine, incidentId)).queue, []);
  assert.equal(directory().accountOf(profile.email)?.active, false);

  await settle(engine, incidentId, 'PastHireDate', 'Yes');

  await closed(engine, incidentId);
  assert.equal(directory().accountOf(profile.email)?.active, true);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('nobody is asked about an account that is enabled already', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });
  Object.assign(directory().accountOf(profile.email) ?? {}, { active: true });

  const incident = await closed(engine, await activate(profile));

  assert.deepEqual(incident.tasks, []);
});

test('"No" leaves the account disabled, the status Disabled and the person free', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });
  const incidentId = await activate(profile);

  await settle(engine, incidentId, 'PastHireDate', 'No');

  const incident = await closed(engine, incidentId);
  assert.equal(incident.closeReason, 'declined');
  assert.match(incident.details, /turned down/);
  const { profile: left } = await personOf(engine, incidentId);
  assert.deepEqual([left?.adAccountStatus, left?.isProcessed], ['Disabled', false]);
  assert.equal(directory().accountOf(profile.email)?.active, false);
});

test('a "No" that is reopened asks anew, and "Yes" enables', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });
  const incidentId = await activate(profile);
  await settle(engine, incidentId, 'PastHireDate', 'No');
  await closed(engine, incidentId);
  await (await runOf(engine, incidentId)).result();
  const step = { at: new Date().toISOString(), step: 'reopened' };

  assert.equal(await engine.store.incidents.reopen(incidentId, 'PastHireDate', step), true);
  assert.equal(await engine.store.incidents.reopen(incidentId, 'PastHireDate', step), false, 'once');
  await startIncidentRuns(engine.deps, [incidentId]);

  assert.equal(await asked(engine, incidentId, 'PastHireDate'), `${incidentId}/PastHireDate/2`);
  await settle(engine, incidentId, 'PastHireDate', 'Yes');
  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal(directory().accountOf(profile.email)?.active, true);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('a "No" that is reopened and turned down again stays a no', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });
  const incidentId = await activate(profile);
  await settle(engine, incidentId, 'PastHireDate', 'No');
  await closed(engine, incidentId);
  await (await runOf(engine, incidentId)).result();
  await engine.store.incidents.reopen(incidentId, 'PastHireDate', { at: new Date().toISOString(), step: 'reopened' });
  await startIncidentRuns(engine.deps, [incidentId]);

  await settle(engine, incidentId, 'PastHireDate', 'No');

  assert.equal((await closed(engine, incidentId)).closeReason, 'declined');
  assert.equal(await statusOf(incidentId), 'Disabled');
  assert.equal(directory().accountOf(profile.email)?.active, false);
});

test('nobody is asked within the grace days, with the question switched off, or after a Rehire', async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).split('-');
  const hireDate = `${yesterday[1]}/${yesterday[2]}/${yesterday[0]}`;
  changePlaybooks(engine, { pastHireDateGraceDays: 2 });
  assert.deepEqual((await closed(engine, await activate(await hiredAhead(engine, { hireDate })))).tasks, []);

  changePlaybooks(engine, { manuallyApprovePastHireDates: false });
  assert.deepEqual((await closed(engine, await activate(await hiredAhead(engine, { hireDate: LAST_YEAR })))).tasks, []);

  engine.configuration.value = plain;
  const rehired = await hiredAhead(engine, { hireDate: LAST_YEAR });
  const person = await engine.store.people.byEmail(rehired.email);
  await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, {
    applied: { type: IncidentType.RehireUser, seq: 1_000_000 },
  });
  assert.deepEqual((await closed(engine, await activate(rehired))).tasks, []);
});

test('a leaver is not revived: an activation of somebody inactive closes without a command', async () => {
  const profile = await hiredAhead(engine);
  const person = await engine.store.people.byEmail(profile.email);
  await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, {
    set: { active: false, adAccountStatus: 'Disabled' },
  });

  const incident = await closed(engine, await activate(profile));

  assert.equal(incident.closeReason, 'overtaken');
  assert.deepEqual(directory().calls, []);
});

test('a termination that was carried out while the question waited has the last word', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });
  const incidentId = await activate(profile);
  await asked(engine, incidentId, 'PastHireDate');
  const person = await personOf(engine, incidentId);
  const { seq } = await incidentOf(engine, incidentId);
  await engine.store.people.writeVersion(person._id, person.version, {
    applied: { type: IncidentType.TerminateUser, seq: seq + 1 },
  });

  await settle(engine, incidentId, 'PastHireDate', 'Yes');

  assert.equal((await closed(engine, incidentId)).closeReason, 'overtaken');
  assert.equal(directory().accountOf(profile.email)?.active, false);
});

test('a newer activation takes the place of one that waits', async () => {
  const profile = await hiredAhead(engine, { hireDate: LAST_YEAR });
  const first = await activate(profile);
  await asked(engine, first, 'PastHireDate');

  const second = await activate({ ...profile, title: 'Clerk' });

  await settle(engine, second, 'PastHireDate', 'Yes');
  assert.equal((await closed(engine, first)).closeReason, 'duplicate');
  assert.equal((await closed(engine, second)).closeReason, 'done');
});
