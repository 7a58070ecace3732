import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { ConnectorErrorKind } from '../../activities/connectors/types.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  asked,
  closed,
  eventually,
  hired,
  incidentOf,
  personOf,
  report,
  runOf,
  settle,
} from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';

const DIRECTORY = 'Active Directory';
const POSTPONED = '01/01/2100';

let engine: Engine;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    ilm: {
      playbooks: { secondsToWaitBeforeWelcomeEmail: 0 },
      workday: [
        {
          name: 'Workday',
          reportUrl: 'https://workday.example.com/report',
          mapper: 'workday.yaml',
          daysBeforeHireToEnableAd: 2,
        },
      ],
    },
  });
  plain = engine.configuration.value;
});
afterEach(() => {
  engine.configuration.value = plain;
  for (const application of engine.applications.values()) application.calm();
});
after(() => engine.close());

const directory = () => engine.application(DIRECTORY);
const statusOf = async (incidentId: string) => (await personOf(engine, incidentId)).profile?.adAccountStatus;
const confirmationsOf = (incidentId: string) =>
  engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.deactivated'));
const ended = async (incidentId: string): Promise<void> => void (await (await runOf(engine, incidentId)).result());

/** Somebody who is enabled already, in store and directory. */
async function enabled(over: UserProfile = {}): ReturnType<typeof hired> {
  const profile = await hired(engine, over);
  await setProfile(profile, { adAccountStatus: 'Enabled' });
  Object.assign(directory().accountOf(profile.email) ?? {}, { active: true });
  for (const application of engine.applications.values()) application.calm();
  return profile;
}

async function setProfile({ email }: UserProfile, set: UserProfile): Promise<void> {
  const person = await engine.store.people.byEmail(email ?? '');
  assert.ok(await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, { set }));
}

/** The event as detection makes it: the report postpones the hire date that the profile still has. */
const postpone = (profile: UserProfile): Promise<string> =>
  report(engine, {
    type: IncidentType.AdUserDeactivation,
    profile: { ...profile, hireDate: POSTPONED },
    changedFields: { hireDate: { old: profile['hireDate'] as string, new: POSTPONED } },
  });

test('a postponed hire date disables the account, tells IT and leaves the person pending and free', async () => {
  const profile = await enabled({ displayName: 'Nova & Sons' });

  const incidentId = await postpone(profile);

  assert.equal((await closed(engine, incidentId)).closeReason, 'done');
  assert.equal(directory().accountOf(profile.email)?.active, false);
  const { profile: left, queue } = await personOf(engine, incidentId);
  assert.deepEqual([left?.adAccountStatus, left?.isProcessed, queue], ['Pending', false, []]);
  await ended(incidentId);
  const [mail, ...more] = confirmationsOf(incidentId);
  assert.deepEqual(more, []);
  assert.deepEqual(mail?.to, ['it@example.com']);
  assert.equal(mail.subject, `${profile.username ?? ''} was deactivated in ${DIRECTORY}`);
  assert.match(mail.html, /Nova &amp; Sons/);
  assert.deepEqual(engine.application('Atlas').calls, [], 'no other application is touched');
});

test('an account that is disabled already is not written, nobody is told, and the person is pending', async () => {
  const profile = await enabled();
  Object.assign(directory().accountOf(profile.email) ?? {}, { active: false });

  const incidentId = await postpone(profile);

  await closed(engine, incidentId);
  await ended(incidentId);
  assert.equal(await statusOf(incidentId), 'Pending');
  assert.deepEqual(confirmationsOf(incidentId), []);
  assert.ok(!directory().calls.includes('disable'));
});

test('an account that does not exist leaves the person pending, too', async () => {
  const profile = await enabled();
  directory().accounts.splice(0);

  const incidentId = await postpone(profile);

  const { closeReason, failedProvisioning } = await closed(engine, incidentId);
  assert.deepEqual([closeReason, failedProvisioning], ['done', []]);
  assert.equal(await statusOf(incidentId), 'Pending');
  assert.deepEqual(confirmationsOf(incidentId), []);
});

test('a directory that refuses halts with a mail to IT, and a retry confirms once', async () => {
  const profile = await enabled();
  directory().fault = (operation) => (operation === 'disable' ? refusing(ConnectorErrorKind.Unauthorized) : undefined);
  const incidentId = await postpone(profile);
  await asked(engine, incidentId, 'H2');
  assert.equal(await statusOf(incidentId), 'Enabled');
  const failure = await eventually('IT is told', () =>
    Promise.resolve(engine.mailer.about(incidentId).find(({ messageId }) => messageId.endsWith('.failed'))),
  );
  assert.match(failure.subject, /^Deactivating .* in Active Directory failed$/);
  directory().calm();

  await settle(engine, incidentId, 'H2', 'retry');

  await closed(engine, incidentId);
  await ended(incidentId);
  assert.equal(await statusOf(incidentId), 'Pending');
  assert.equal(confirmationsOf(incidentId).length, 1);
});

test('a halt that is closed leaves the status and frees the profile', async () => {
  const profile = await enabled();
  directory().fault = (operation) => (operation === 'find' ? refusing(ConnectorErrorKind.Conflict) : undefined);
  const incidentId = await postpone(profile);

  await settle(engine, incidentId, 'H2', 'close');

  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
  const { profile: left } = await personOf(engine, incidentId);
  assert.deepEqual([left?.adAccountStatus, left?.isProcessed], ['Enabled', false]);
});

test('a directory whose answer is lost is asked again, and the person is pending', async () => {
  const profile = await enabled();
  let lost = 0;
  directory().fault = (operation) => (operation === 'disable' && lost++ === 0 ? passing('after') : undefined);

  const incidentId = await postpone(profile);

  await closed(engine, incidentId);
  assert.equal(directory().calls.filter((call) => call === 'disable').length, 1);
  assert.equal(await statusOf(incidentId), 'Pending');
});

test('an instance that may not disable fails by name instead of leaving an enabled account as pending', async () => {
  const profile = await enabled();
  const instances = plain.ilm.instances.map((one) => ({ ...one, disableUserEnabled: one.name !== DIRECTORY }));
  engine.configuration.value = { ...plain, ilm: { ...plain.ilm, instances } };

  const incidentId = await postpone(profile);

  await asked(engine, incidentId, 'H2');
  assert.match((await incidentOf(engine, incidentId)).failedProvisioning[0]?.errorMessage ?? '', /disableUserEnabled/);
  assert.equal(await statusOf(incidentId), 'Enabled');
});

test('a leaver stays disabled: a deactivation after a termination closes without a command', async () => {
  const profile = await enabled();
  await setProfile(profile, { active: false, adAccountStatus: 'Disabled' });

  const incidentId = await postpone(profile);

  assert.equal((await closed(engine, incidentId)).closeReason, 'overtaken');
  assert.equal(await statusOf(incidentId), 'Disabled');
  assert.deepEqual(directory().calls, []);
});

for (const later of [IncidentType.RehireUser, IncidentType.NewHire, IncidentType.TerminateUser]) {
  test(`${later} that was carried out while the deactivation halted has the last word`, async () => {
    const profile = await enabled();
    directory().fault = (operation) => (operation === 'disable' ? refusing() : undefined);
    const incidentId = await postpone(profile);
    await asked(engine, incidentId, 'H2');
    directory().calm();
    const person = await personOf(engine, incidentId);
    const { seq } = await incidentOf(engine, incidentId);
    await engine.store.people.writeVersion(person._id, person.version, { applied: { type: later, seq: seq + 1 } });

    await settle(engine, incidentId, 'H2', 'retry');

    assert.equal((await closed(engine, incidentId)).closeReason, 'overtaken');
    assert.equal(directory().accountOf(profile.email)?.active, true);
  });
}

test('a hire date that came back while the deactivation halted leaves the account alone', async () => {
  const profile = await enabled();
  directory().fault = (operation) => (operation === 'disable' ? refusing() : undefined);
  const incidentId = await postpone(profile);
  await asked(engine, incidentId, 'H2');
  directory().calm();
  await setProfile(profile, { hireDate: '02/01/2020' });

  await settle(engine, incidentId, 'H2', 'retry');

  assert.equal((await closed(engine, incidentId)).closeReason, 'overtaken');
  assert.equal(directory().accountOf(profile.email)?.active, true);
});

test('a hire date that is postponed while an activation waits for its answer puts the activation off', async () => {
  const profile = await hired(engine, { hireDate: '01/15/2020' });
  const incidentId = await report(engine, { type: IncidentType.AdUserActivation, profile });
  await asked(engine, incidentId, 'PastHireDate');
  await setProfile(profile, { hireDate: POSTPONED });

  await settle(engine, incidentId, 'PastHireDate', 'Yes');

  assert.equal((await closed(engine, incidentId)).closeReason, 'overtaken');
  assert.equal(await statusOf(incidentId), 'Pending');
  assert.equal(directory().accountOf(profile.email)?.active, false);
});

test('after a deactivation the person is activated again, with the password they have', async () => {
  const profile = await enabled();
  await closed(engine, await postpone(profile));
  const password = directory().accountOf(profile.email)?.password;
  await setProfile(profile, { hireDate: POSTPONED });

  const again = await report(engine, {
    type: IncidentType.AdUserActivation,
    profile: { ...profile, hireDate: '01/15/2020' },
    changedFields: { hireDate: { old: POSTPONED, new: '01/15/2020' } },
  });

  await settle(engine, again, 'PastHireDate', 'Yes');
  await closed(engine, again);
  const account = directory().accountOf(profile.email);
  assert.deepEqual([account?.active, account?.password], [true, password]);
  assert.equal(await statusOf(again), 'Enabled');
});

test('somebody without a profile halts, and closing ends it', async () => {
  const incidentId = await postpone(aPerson());

  await settle(engine, incidentId, 'H1', 'close');

  assert.equal((await closed(engine, incidentId)).closeReason, 'closed by a person');
});
