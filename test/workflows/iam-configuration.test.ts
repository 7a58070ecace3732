import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';

import { editIamConfiguration, openIamConfiguration } from '../../activities/iam-configuration/edit.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { ConfigurationEdit, ConnectedApplication, EditOutcome } from '../../domain/okta/iam-configuration.js';
import { FailureType } from '../../domain/failures.js';
import { MAIN_TASK_QUEUE, WorkflowType, iamConfigurationWorkflowId } from '../../domain/names.js';
import { iamConfigurationQuery, refreshSignal } from '../../workflows/messages.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { eventually } from '../support/incidents.js';
import { OKTA, OKTA_ENGINE, changeInstances, joinOkta } from '../support/okta.js';
import type { OktaOrganisation } from '../support/okta.js';

const DEADLINE_MS = 60_000;
const WORKFLOW_ID = iamConfigurationWorkflowId(OKTA);

let engine: Engine;
let okta: OktaOrganisation;
let plain: LoadedConfiguration;
before(async () => {
  engine = await startEngine(OKTA_ENGINE);
  okta = await joinOkta(engine);
  plain = engine.configuration.value;
});
afterEach(async () => {
  engine.configuration.value = plain;
  okta.app.clearFaults();
  await form()
    .terminate('the test is over')
    .catch(() => undefined);
  for (const name of ['iam_configurations', 'evidence']) await engine.store.database.db.collection(name).deleteMany({});
});
after(async () => {
  await engine.close();
  await okta.stop();
});

const form = (): WorkflowHandle => engine.env.client.workflow.getHandle(WORKFLOW_ID);

const edit = (given: ConfigurationEdit, by = 'reviewer-1'): Promise<EditOutcome> =>
  editIamConfiguration(engine.env.client, OKTA, { edit: given, by }, DEADLINE_MS);

const connect = (applicationId: string, instance: string): Promise<EditOutcome> =>
  edit({ kind: 'add', applicationId, instance });

async function reasons(outcome: Promise<EditOutcome>): Promise<string> {
  const settled = await outcome;
  return settled.kind === 'refused' ? settled.reasons.join('\n') : `not refused: ${settled.kind}`;
}

const storedRows = async (): Promise<readonly ConnectedApplication[]> =>
  (await engine.store.iamConfigurations.get(OKTA)).rows;

/** The activities that the form has begun since it was opened. */
async function activitiesOf(): Promise<string[]> {
  const { events } = await form().fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
  );
}

test('an application is connected to an instance with what Okta says of it, and whoever asks the form sees it', async () => {
  const id = await okta.addApplication('Wiki');

  const outcome = await connect(id, 'Atlas');

  const [row] = await storedRows();
  assert.deepEqual([row?.applicationId, row?.label, row?.name, row?.instance], [id, 'Wiki', 'scim2', 'Atlas']);
  assert.deepEqual(outcome, { kind: 'done', version: 1, rows: [row] });
  assert.deepEqual(await form().query(iamConfigurationQuery), { okta: OKTA, version: 1, rows: [row] });
  const [evidence] = await engine.store.evidence.collection.find({ kind: 'configuration' }).toArray();
  assert.deepEqual([evidence?.action, evidence?.cause, evidence?.instance], ['add', 'by hand: reviewer-1', OKTA]);
});

test('an application or an instance that is connected is refused, and a connection that is taken away is free again', async () => {
  const [first, second] = [await okta.addApplication('Wiki'), await okta.addApplication('Wiki')];
  await connect(first, 'Atlas');

  assert.match(await reasons(connect(second, 'Atlas')), /'Atlas' is already connected to the application 'Wiki'/);
  assert.match(await reasons(connect(first, 'Nimbus')), /The application 'Wiki' is already connected to 'Atlas'/);
  assert.equal((await edit({ kind: 'remove', instance: 'Atlas' })).kind, 'done');
  assert.equal((await connect(second, 'Atlas')).kind, 'done');
  assert.deepEqual(
    (await storedRows()).map(({ applicationId, instance }) => [applicationId, instance]),
    [[second, 'Atlas']],
  );
});

test('an id that Okta does not have, or that is only the beginning of one, is an invalid application id', async () => {
  const id = await okta.addApplication('Wiki');

  for (const wrong of ['0oaNothing', id.slice(0, -1), '../users', `${id}/users`]) {
    assert.match(await reasons(connect(wrong, 'Atlas')), /^Invalid Application ID: Okta has no application '/);
  }
  assert.deepEqual(await storedRows(), []);
});

test('a target that is not fit is refused before Okta is asked', async () => {
  const id = await okta.addApplication('Wiki');
  changeInstances(engine, (instance) => (instance.name === 'Nimbus' ? { ...instance, enabled: false } : instance));

  assert.match(await reasons(connect(id, 'Active Directory')), /'Active Directory' is a directory/);
  assert.match(await reasons(connect(id, 'Nimbus')), /'Nimbus' is switched off/);
  assert.match(await reasons(connect(id, 'Nowhere')), /'Nowhere' is no instance of ilm.yaml/);
  assert.equal((await activitiesOf()).includes('findOktaApplications'), false);
});

test('nothing chosen changes nothing, and neither does taking away what is not connected', async () => {
  for (const given of [
    { kind: 'add', applicationId: '', instance: 'Atlas' },
    { kind: 'add', applicationId: '0oa1', instance: '' },
    { kind: 'remove', instance: '' },
    { kind: 'remove', instance: 'Atlas' },
  ] as const) {
    assert.deepEqual(await edit(given), { kind: 'unchanged', version: 0, rows: [] });
  }
});

test('all connections are replaced at once, or none of them with every reason', async () => {
  const [first, second] = [await okta.addApplication('Wiki'), await okta.addApplication('Chat')];
  await connect(first, 'Atlas');

  const faulty = [
    { applicationId: second, instance: 'Atlas' },
    { applicationId: second, instance: 'Active Directory' },
  ];
  const refused = await reasons(edit({ kind: 'set', rows: faulty }));
  const swapped = [
    { applicationId: second, instance: 'Atlas' },
    { applicationId: first, instance: 'Nimbus' },
  ];
  const stale = await reasons(edit({ kind: 'set', rows: swapped, version: 0 }));
  const outcome = await edit({ kind: 'set', rows: swapped, version: 1 });

  assert.match(refused, /'Active Directory' is a directory.*\n.*is connected to several instances/);
  assert.match(stale, /version 1 is in force/);
  assert.deepEqual([outcome.kind, outcome.version], ['done', 2]);
  assert.deepEqual(
    (await storedRows()).map(({ label, instance }) => [label, instance]),
    [
      ['Chat', 'Atlas'],
      ['Wiki', 'Nimbus'],
    ],
  );
});

test('edits that come at once are made one after another', async () => {
  const ids = await Promise.all([1, 2, 3, 4].map((number) => okta.addApplication(`App ${number}`)));

  const outcomes = await Promise.all(ids.map((id) => connect(id, 'Atlas')));

  assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['done', 'refused', 'refused', 'refused']);
  const stores = (await activitiesOf()).filter((name) => name === 'storeIamConfigurationEdit');
  assert.equal(stores.length, 1, 'the others are refused by what the first has left');
});

test('what is no edit is refused, and the form goes on', async () => {
  const id = await okta.addApplication('Wiki');
  await openIamConfiguration(engine.env.client, OKTA);

  for (const [given, problem] of [
    [undefined, /An edit is/],
    [{ edit: { kind: 'drop' }, by: 'reviewer-1' }, /An edit is/],
    [{ edit: { kind: 'add', applicationId: 1, instance: 'Atlas' }, by: 'reviewer-1' }, /An edit is/],
    [{ edit: { kind: 'set', rows: [{ applicationId: id }] }, by: 'reviewer-1' }, /An edit is/],
    [{ edit: { kind: 'set', rows: [], version: 'x' }, by: 'reviewer-1' }, /An edit is/],
    [{ edit: { kind: 'remove', instance: 'Atlas' }, by: 'pat@example.com' }, /`by`/],
    [
      { edit: { kind: 'add', applicationId: id, instance: OKTA }, by: 'reviewer-1' },
      /cannot be connected to an application of its own/,
    ],
  ] as const) {
    await assert.rejects(form().executeUpdate('edit', { args: [given] }), (error) => {
      assert.ok(error instanceof WorkflowUpdateFailedError);
      assert.equal((error.cause as { readonly type?: string }).type, FailureType.EditRefused);
      assert.match(error.cause?.message ?? '', problem);
      return true;
    });
  }
  assert.deepEqual(await activitiesOf(), ['readIamConfiguration'], 'nothing was done for them');
  assert.equal((await connect(id, 'Atlas')).kind, 'done');
});

test('an Okta that refuses to answer refuses the edit in words, and the next one goes through', async () => {
  const id = await okta.addApplication('Wiki');
  okta.app.addFault({ kind: 'error', status: 403, path: '/apps', times: 'forever' });

  assert.match(await reasons(connect(id, 'Atlas')), /^Okta could not be asked: Okta/);
  okta.app.clearFaults();
  assert.equal((await connect(id, 'Atlas')).kind, 'done');
});

test('an Okta instance that is switched off cannot be configured', async () => {
  changeInstances(engine, (instance) => (instance.name === OKTA ? { ...instance, enabled: false } : instance));

  assert.match(await reasons(connect('0oa1', 'Atlas')), /'Okta' is no Okta instance of ilm.yaml that is switched on/);
});

test('a new run closes the older after its edits and goes on where it was', async () => {
  const [first, second] = [await okta.addApplication('Wiki'), await okta.addApplication('Chat')];
  await connect(first, 'Atlas');
  const { runId } = await form().describe();

  const [outcome] = await Promise.all([connect(second, 'Nimbus'), form().signal(refreshSignal)]);
  const older = engine.env.client.workflow.getHandle(WORKFLOW_ID, runId);
  await eventually('the older run is closed', async () => (await older.describe()).status.name === 'CONTINUED_AS_NEW');

  assert.equal(outcome.kind, 'done');
  // The new run answers before it has read what is in force.
  const rows = await eventually('the new run has read the rows', async () => {
    const read = (await form().query(iamConfigurationQuery)).rows;
    return read.length > 0 && read.map(({ label, instance }) => [label, instance]);
  });
  assert.deepEqual(rows, [
    ['Wiki', 'Atlas'],
    ['Chat', 'Nimbus'],
  ]);
});

test('a form that is started anew beside an open one is the only one then, with what is in force', async () => {
  const id = await okta.addApplication('Wiki');
  await connect(id, 'Atlas');

  await engine.env.client.workflow.start(WorkflowType.IamConfiguration, {
    workflowId: WORKFLOW_ID,
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, okta: OKTA }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
  });

  assert.equal((await edit({ kind: 'remove', instance: 'Atlas' })).kind, 'done');
});

test('a form with a long history continues as new by itself, without losing an edit', async () => {
  await engine.env.client.workflow.start(WorkflowType.IamConfiguration, {
    workflowId: WORKFLOW_ID,
    taskQueue: MAIN_TASK_QUEUE,
    args: [{ v: 1, okta: OKTA, maxHistoryLength: 20 }],
  });
  const { runId } = await form().describe();
  const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => okta.addApplication(`App ${number}`)));

  const outcomes: EditOutcome[] = [];
  for (const id of ids) {
    outcomes.push(await connect(id, 'Atlas'), await edit({ kind: 'remove', instance: 'Atlas' }));
  }

  assert.deepEqual([...new Set(outcomes.map(({ kind }) => kind))], ['done']);
  assert.equal((await engine.store.iamConfigurations.get(OKTA)).version, 12);
  assert.notEqual((await form().describe()).runId, runId);
});
