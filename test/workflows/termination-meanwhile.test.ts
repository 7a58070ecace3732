import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, hired, report, runOf, settle, viewOf } from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';

let engine: Engine;
before(async () => {
  engine = await startEngine({
    skipTime: true,
    applications: ['Atlas', 'Nimbus', 'Unserved'],
    unserved: ['Unserved'],
  });
  only('Atlas', 'Nimbus');
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
  only('Atlas', 'Nimbus');
});
after(() => engine.close());

/** Which applications of the settings list are provisioned. */
function only(...names: readonly string[]): void {
  const { value } = engine.configuration;
  const appProvisioningSettings = value.appProvisioningSettings.map((row) => {
    const isOn = names.includes(row.instance_name) || row.instance_name === 'Active Directory';
    return { ...row, create_user_enabled: isOn, update_user_enabled: isOn, disable_user_enabled: isOn };
  });
  engine.configuration.value = { ...value, appProvisioningSettings };
}

const leave = (profile: UserProfile): Promise<string> => report(engine, { type: IncidentType.TerminateUser, profile });

const isActive = (application: string, { email = '' }: UserProfile): boolean | undefined =>
  engine.application(application).accountOf(email)?.active;

const stepOf = async (incidentId: string): Promise<string> =>
  (await viewOf(engine, (await runOf(engine, incidentId)).workflowId)).step;

/** A hire that waits to try Atlas again, which is down for ever. */
async function retrying() {
  engine.application('Atlas').fault = () => passing();
  const profile = aPerson();
  const hire = await report(engine, { profile });
  const { workflowId } = await runOf(engine, hire);
  await engine.env.sleep('6m');
  await eventually('the hire waits', async () => (await viewOf(engine, workflowId)).step.startsWith('waiting to try'));
  return { profile, hire };
}

test('a leaver loses what can be reached while an application is down for ever, and the hire is overtaken', async () => {
  const { profile, hire } = await retrying();

  const leaver = await leave(profile);

  await eventually('Nimbus is disabled', async () => Promise.resolve(isActive('Nimbus', profile) === false));
  const person = await eventually('the directory is settled', async () => {
    const found = await engine.store.people.byEmail(profile.email);
    return found?.profile?.adAccountStatus === 'Disabled' && found;
  });
  assert.equal(person.profile?.active, false);
  await engine.env.sleep('10m');
  assert.equal((await closed(engine, hire)).closeReason, 'overtaken');
  engine.application('Atlas').calm();
  await (await runOf(engine, leaver)).result();
  assert.equal((await closed(engine, leaver)).closeReason, 'done');
});

test('an application that stays down uses the budget of a termination up, then it halts', async () => {
  const profile = await hired(engine);
  engine.application('Atlas').fault = () => passing();
  const leaver = await leave(profile);
  await runOf(engine, leaver);

  await engine.env.sleep('3h');

  await settle(engine, leaver, 'H2', 'close');
  assert.equal(isActive('Nimbus', profile), false);
  assert.deepEqual(
    (await closed(engine, leaver)).failedProvisioning.map(({ instanceName }) => instanceName),
    ['Atlas'],
  );
});

test('a hire that waits for an answer or a fix is overtaken by the termination that came meanwhile', async () => {
  const profile = aPerson();
  const mergedUserProfile = { ...profile, email: aPerson().email };
  const waiting = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
  await asked(engine, waiting, 'D1');
  engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
  const other = aPerson();
  const halted = await report(engine, { profile: other });
  await asked(engine, halted, 'H2');
  engine.application('Atlas').calm();

  await closed(engine, await leave(profile));
  await closed(engine, await leave(other));

  await settle(engine, waiting, 'D1', 'Create New Account');
  await settle(engine, halted, 'H2', 'retry');
  assert.equal((await closed(engine, waiting)).closeReason, 'overtaken');
  assert.equal((await closed(engine, halted)).closeReason, 'overtaken');
  assert.equal(engine.application('Atlas').accountOf(profile.email), undefined);
  assert.equal(isActive('Nimbus', other), false);
});

test('a later rehire overtakes a termination that waits to try again', async () => {
  const profile = await hired(engine);
  engine.application('Atlas').fault = (operation) => (operation === 'disable' ? passing() : undefined);
  const leaver = await leave(profile);
  await runOf(engine, leaver);
  await engine.env.sleep('6m');
  await eventually('it waits to try again', async () => (await stepOf(leaver)).startsWith('waiting to try'));

  await closed(engine, await report(engine, { type: IncidentType.RehireUser, profile: { ...profile, title: 'Back' } }));
  await engine.env.sleep('10m');

  assert.equal((await closed(engine, leaver)).closeReason, 'overtaken');
  assert.equal(isActive('Atlas', profile), true);
  assert.equal(isActive('Nimbus', profile), true);
});

test('an application that nobody serves delays the reading of access, not the disabling of the others', async () => {
  const profile = await hired(engine);
  only('Nimbus', 'Unserved');
  const leaver = await leave(profile);
  const run = await runOf(engine, leaver);

  await engine.env.sleep('31s');

  await eventually('Nimbus is disabled', async () => Promise.resolve(isActive('Nimbus', profile) === false));
  const { steps } = await eventually('the gap is noted', async () => {
    const incident = await engine.store.incidents.get(leaver);
    return incident?.steps.some(({ step }) => step === 'warning') === true && incident;
  });
  assert.ok(steps.some(({ note }) => note === 'The access in Unserved could not be read before disabling.'));
  await run.terminate();
});
