import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import type { WorkflowHandle } from '@temporalio/client';

import { startOktaEvents } from '../../activities/okta-events/start.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { accountIn } from '../../activities/store/people.js';
import { IncidentState, IncidentType } from '../../domain/incident.js';
import { OktaEventType } from '../../domain/okta/event-types.js';
import { MAIN_TASK_QUEUE, WorkflowType, oktaEventsWorkflowId } from '../../domain/names.js';
import {
  oktaEventProgressQuery,
  pauseSignal,
  refreshSignal,
  resumeSignal,
  runNowSignal,
} from '../../workflows/messages.js';
import type { OktaEventProgress } from '../../workflows/messages.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { closed, eventually, hired, report } from '../support/incidents.js';
import { OKTA, OKTA_ENGINE } from '../support/okta.js';
import { PolledOkta, callAsAdministrator, deactivationOf, logEvents } from '../support/okta-events.js';

let engine: Engine;
let okta: PolledOkta;
before(async () => {
  engine = await startEngine(OKTA_ENGINE);
  okta = await PolledOkta.join(engine);
});
afterEach(async () => {
  await polling().terminate('the test is over');
  await okta.clear();
});
after(async () => {
  await engine.close();
  await okta.organisation.stop();
});

const polling = (): WorkflowHandle => engine.env.client.workflow.getHandle(oktaEventsWorkflowId(OKTA));
const progress = (): Promise<OktaEventProgress> => polling().query(oktaEventProgressQuery);

const until = (what: string, isSo: (progress: OktaEventProgress) => boolean): Promise<OktaEventProgress> =>
  eventually(what, async () => {
    const now = await progress();
    return isSo(now) && now;
  });

/** Starts to follow the log; what is written from now on is new. */
async function follow(): Promise<void> {
  await startOktaEvents(engine.env.client, OKTA);
  await until('the first poll is over', ({ lastReadAt, nextRunAt }) => lastReadAt !== null && nextRunAt !== null);
}

const stranger = (number: number) => deactivationOf(`stranger-${number}@example.com`);

/** The id of somebody's account in Okta, which our own connector made. */
async function accountOf(email: string): Promise<string> {
  const person = await engine.store.people.byEmail(email);
  return (person && accountIn(person, OKTA)?.id) ?? '';
}

const terminationsOf = async (email: string): Promise<IncidentDocument[]> =>
  await engine.store.incidents.oldest({ email, type: IncidentType.TerminateUser }, 10);

test('an employment that an administrator ends in Okta is terminated everywhere, once', async () => {
  const { email } = await hired(engine);
  await follow();

  const path = `/users/${await accountOf(email)}/lifecycle/deactivate`;
  assert.equal((await callAsAdministrator(okta.app, 'POST', path)).status, 200);

  const incident = await eventually('an incident is opened', async () => (await terminationsOf(email))[0]);
  assert.equal((await closed(engine, incident._id)).closeReason, 'done');
  const { profile } = (await engine.store.people.byEmail(email)) ?? {};
  assert.deepEqual([profile?.active, profile?.terminationTrigger], [false, 'TUFE']);
  const account = engine.application('Atlas').accounts.find((one) => one.email === email);
  assert.equal(account?.active, false);
  assert.match(incident.eventKey, /^okta\//);
  assert.equal((await terminationsOf(email)).length, 1);
});

test('an application that Okta gives and takes away becomes an account that is disabled again', async () => {
  const applicationId = await okta.organisation.addApplication('Wiki');
  const row = { applicationId, name: 'scim2', label: 'Wiki', logo: '', instance: 'Atlas' };
  const edit = { kind: 'add', applicationId, instance: 'Atlas' } as const;
  const by = { okta: OKTA, editId: 'e1', by: 'reviewer-1', at: new Date().toISOString() };
  await engine.store.iamConfigurations.apply({ ...by, edit, known: [row] });
  okta.configure({ eventTypes: [OktaEventType.ApplicationAdd, OktaEventType.ApplicationRemove] });
  const { email } = await hired(engine);
  const user = await accountOf(email);
  await follow();

  const closedOf = (type: IncidentType): Promise<IncidentDocument> =>
    eventually(`${type} is closed`, async () => {
      const [incident] = await engine.store.incidents.oldest({ email, type }, 10);
      return incident?.state === IncidentState.Closed && incident;
    });
  const assigned = await callAsAdministrator(okta.app, 'POST', `/apps/${applicationId}/users`, { id: user });
  assert.equal(assigned.status, 200);
  const added = await closedOf(IncidentType.AppAdd);
  await callAsAdministrator(okta.app, 'DELETE', `/apps/${applicationId}/users/${user}`);
  await closedOf(IncidentType.AppRemove);

  const account = engine.application('Atlas').accounts.find((one) => one.email === email);
  assert.deepEqual([added.closeReason, account?.active], ['done', false]);
});

test('our own disabling of a leaver does not come back as a termination', async () => {
  const person = await hired(engine);
  await follow();

  const terminate = { type: IncidentType.TerminateUser, terminationTrigger: 'Workday' } as const;
  await closed(engine, await report(engine, { ...terminate, profile: { ...person, employmentStatus: 'Terminated' } }));

  const { dropped } = await until('the echo is read', ({ dropped: told }) => told['actor'] === 1);
  assert.deepEqual(dropped, { actor: 1 });
  assert.equal((await terminationsOf(person.email)).length, 1);
});

test('whoever stays unknown until the time is up is put before a person', async () => {
  okta.configure({ holdFor: '1ms' });
  await follow();

  await logEvents(okta.app, [stranger(1)]);

  const incident = await eventually('somebody is asked', async () => {
    const [found] = await terminationsOf('stranger-1@example.com');
    return found?.tasks.length === 1 && found;
  });
  assert.equal(incident.tasks[0]?.kind, 'H1');
  assert.match(incident.tasks[0]?.question ?? '', /stranger-1@example.com was deactivated there/);
});

test('a paused polling reads nothing, and goes on where it was when it is resumed', async () => {
  await follow();
  await polling().signal(pauseSignal);
  await until('paused', ({ phase }) => phase === 'paused');
  await logEvents(okta.app, [stranger(1), stranger(2)]);
  const before = okta.app.requests().length;
  await polling().signal(runNowSignal);
  const paused = await progress();

  await polling().signal(resumeSignal);
  const resumed = await until('both are held', ({ held }) => held === 2);

  assert.deepEqual([paused.phase, paused.held], ['paused', 0]);
  assert.ok(okta.app.requests().length > before);
  assert.equal(resumed.reason, null);
});

test('when Okta wants to be left alone, it is, and reading goes on where it was', async () => {
  await follow();
  okta.app.addFault({ kind: 'rate-limit', method: 'GET', path: '/logs', retryAfterSeconds: 2 });
  await logEvents(okta.app, [stranger(1)]);

  const limited = await until('limited', ({ readNotBefore }) => readNotBefore !== null);
  const later = await until('read on', ({ held }) => held === 1);

  assert.deepEqual([limited.phase === 'halted', limited.reason], [false, null]);
  assert.equal(later.readNotBefore, null);
});

test('a configuration that cannot be used halts the polling with the reason until it is corrected', async () => {
  await follow();
  okta.configure({ enabled: false });
  const halted = await until('halted', ({ phase }) => phase === 'halted');

  okta.configure({});
  const corrected = await until('going on', ({ phase }) => phase === 'waiting');

  assert.match(halted.reason ?? '', /switched off: set enabled to true/);
  assert.equal(corrected.reason, null);
});

test('runNow polls before its time', async () => {
  okta.configure({ interval: '1h' });
  await follow();
  await logEvents(okta.app, [stranger(1)]);

  await polling().signal(runNowSignal);

  assert.equal((await until('it is read', ({ held }) => held === 1)).held, 1);
});

test('a run continues as new when it has become long, or is told to, and goes on where it was', async () => {
  const { client } = engine.env;
  await client.workflow.start(WorkflowType.OktaEventCycle, {
    workflowId: oktaEventsWorkflowId(OKTA),
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, okta: OKTA, maxHistoryLength: 40 }],
  });
  const { runId } = await polling().describe();
  await eventually('it is another run', async () => (await polling().describe()).runId !== runId);
  const second = await polling().describe();
  await polling().signal(pauseSignal);
  await polling().signal(refreshSignal);
  await eventually('it is a third run', async () => (await polling().describe()).runId !== second.runId);

  assert.equal((await until('still paused', ({ phase }) => phase === 'paused')).phase, 'paused');
});
