import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { IncidentDocument } from '../../../activities/store/incident-document.js';
import { ADMIN, OPERATOR } from './desk.js';
import type { Desk } from './desk.js';

/** People whose names others have: the first is decided here, the others by the example scripts. */
export const NAMESAKES = ['dana', 'uma', 'sid', 'nea'].map((name) => `${name}.namesake@example.com`);
/** People whom the applications refuse: two are settled here, one by an example script. */
export const REFUSED = ['rita', 'carl', 'hal'].map((name) => `${name}.refused@example.com`);
/** Somebody who simply joins, with a value in the field of the company's own. */
export const JOINER = 'robin.joiner@example.com';

/** `ilm incident list|show|retry|close` and `ilm task list|decide`. */
export function incidentCommands(desk: () => Desk): void {
  test('a field that is declared once is seen in incident and profile, and reaches directory and applications', async (t) => {
    const { company } = desk();
    await company.hire({ email: JOINER });
    await desk().hr('update', { email: JOINER, fields: { Badge_Colour: 'green' } });

    await desk().hire(NAMESAKES, true);
    const { _id: id } = await desk().closed(JOINER);

    const [incident, profile] = [
      await desk().run(t, 0, 'incident', 'show', id),
      await desk().run(t, 0, 'profile', 'show', JOINER),
    ];
    assert.match(incident.out, /^At the gate\ndisplayName +Robin Joiner\nBadge colour +green$/m);
    assert.match(profile.out, /^At the gate\ndisplayName +Robin Joiner\nBadge colour +green\nmobilePhone +\S.*$/m);
    assert.match(profile.out, /^Further fields\n(?:.+\n)*employeeId /m);
    assert.equal(company.apps.app('Atlas Wiki').find(JOINER)?.['nickName'], 'green');
    assert.equal(company.apps.app('Nimbus Chat').find(JOINER)?.['nickName'], 'green');
    assert.deepEqual(await company.directory.valuesOf(JOINER, 'description'), ['green']);
  });

  test('lists incidents, by person and state', async (t) => {
    for (const email of NAMESAKES) await desk().waiting(email);

    const all = await desk().json<IncidentDocument[]>(t, 'incident', 'list');
    const waiting = await desk().json<IncidentDocument[]>(t, 'incident', 'list', '--state', 'WaitingForDecision');
    const one = await desk().run(t, 0, 'incident', 'list', '--email', JOINER, '--limit', '1');

    assert.deepEqual(all.map(({ email }) => email).sort(), [...NAMESAKES, JOINER].sort());
    assert.deepEqual(waiting.map(({ email }) => email).sort(), [...NAMESAKES].sort());
    assert.match(one.out, /^INCIDENT +TYPE +PERSON +STATE +AGE +OWNER\nINC-/);
    assert.equal(
      one.out
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('INC-')).length,
      1,
    );
  });

  test('shows what was detected, done and asked', async (t) => {
    const { incident: asking } = await desk().waiting(NAMESAKES[0] ?? '');
    const done = await desk().closed(JOINER);

    const shown = await desk().json<IncidentDocument>(t, 'incident', 'show', done._id);
    const { out } = await desk().run(t, 0, 'incident', 'show', asking._id);
    const unknown = await desk().run(t, 2, 'incident', 'show', 'INC-0');

    for (const key of [
      '_id',
      'type',
      'state',
      'changedFields',
      'successfulProvisioning',
      'tasks',
      'steps',
      'userProfile',
    ]) {
      assert.ok(key in shown, key);
    }
    assert.deepEqual([shown.state, shown.closeReason], ['Closed', 'done']);
    assert.match(out, /^state +WaitingForDecision$/m);
    assert.match(out, /^Questions\nTASK +QUESTION/m);
    assert.match(unknown.err, /^<id>: "INC-0" is no incident\. Run `ilm incident list`\.$/m);
  });

  test('lists open questions and takes the first answer', async (t) => {
    const [email = ''] = NAMESAKES;
    const { task } = await desk().waiting(email);

    const tasks = await desk().json<Record<string, unknown>[]>(t, 'task', 'list');
    const mine = tasks.find(({ id }) => id === task);
    assert.equal(tasks.length, NAMESAKES.length);
    for (const key of [
      'id',
      'kind',
      'options',
      'question',
      'openedAt',
      'incidentId',
      'incidentType',
      'email',
      'owner',
    ]) {
      assert.ok(key in (mine ?? {}), key);
    }
    const wrong = await desk().run(t, 2, 'task', 'decide', task, 'Perhaps');
    assert.match(wrong.err, /^<option>: "Perhaps" is none of its options\. Use one of: .*Create New Account/m);

    const answer = ['task', 'decide', task, 'Create New Account'];
    assert.deepEqual(await desk().json(t, ...answer, '--comment', 'a namesake'), {
      taskId: task,
      option: 'Create New Account',
      by: ADMIN,
    });
    const closed = await desk().closed(email);
    assert.equal(closed.tasks[0]?.answer?.comment, 'a namesake');
    const second = await desk().run(t, 1, 'task', 'decide', task, 'Do Nothing', '--as', OPERATOR);
    assert.match(
      second.err,
      /was answered before: 'Create New Account', by iam-admin@example\.com at .*first answer counts/,
    );
    assert.equal((await desk().run(t, 2, 'task', 'decide', 'INC-0/D1/1', 'x')).out, '');
  });

  test('a halted incident is retried, and repeats what is missing only', async (t) => {
    const [email = ''] = REFUSED;
    await desk().refuse(true);
    await desk().hire(REFUSED);
    for (const refused of REFUSED) await desk().waiting(refused);
    const { incident } = await desk().waiting(email);
    await desk().refuse(false);

    const resolved = await desk().json(t, 'incident', 'retry', incident._id, '--comment', 'the schema was corrected');

    assert.deepEqual(resolved, { incidentId: incident._id, option: 'retry', by: ADMIN });
    const { successfulProvisioning } = await desk().closed(email);
    assert.deepEqual(successfulProvisioning.map(({ instanceName, action }) => `${instanceName}: ${action}`).sort(), [
      'Active Directory: create',
      'Active Directory: initialise',
      'Atlas Wiki: create',
      'Nimbus Chat: create',
    ]);
    const again = await desk().run(t, 1, 'incident', 'retry', incident._id);
    assert.match(again.err, /has not halted \(Closed \(done\)\)\. See: ilm incident show INC-/);
  });

  test('a halted incident is closed as it is', async (t) => {
    const { incident } = await desk().waiting(REFUSED[1] ?? '');

    const { out } = await desk().run(t, 0, 'incident', 'close', incident._id, '--as', OPERATOR);

    assert.equal(out, `${incident._id}: close\n`);
    assert.equal((await desk().closed(REFUSED[1] ?? '')).closeReason, 'closed by a person');
  });

  test('an interrupted incident is started again, or closed', async (t) => {
    const [, , , email = ''] = NAMESAKES;
    const { _id: id } = await desk().interrupt(email);

    const again = await desk().run(t, 0, 'incident', 'retry', id);
    await desk().waiting(email);
    await desk().interrupt(email);
    const closed = await desk().run(t, 0, 'incident', 'close', id);

    assert.equal(again.out, `${id}: started again\n`);
    assert.equal(closed.out, `${id}: closed\n`);
    assert.match(closed.err, /stays temporary until you say: ilm profile keep\|remove/);
    assert.equal((await desk().closed(email)).closeReason, 'closed by a person');
  });
}
