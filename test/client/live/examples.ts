import assert from 'node:assert/strict';
import { test } from 'node:test';

import { IncidentState } from '../../../domain/incident.js';
import { ADMIN } from './desk.js';
import type { Desk } from './desk.js';
import { NAMESAKES, REFUSED } from './incidents.js';

/** Every script of `client/examples`, run as its first lines say. */
export function exampleScripts(desk: () => Desk): void {
  test('a run shows itself, and a refresh lets it go on with the same question', async () => {
    const { workflowId, task } = await desk().waiting(NAMESAKES[1] ?? '');

    const shown = await desk().example('show-incident', workflowId);
    const refreshed = await desk().example('refresh');

    assert.match(shown, new RegExp(`id: '${task}'`));
    assert.match(refreshed, /^[1-9]\d* runs told$/);
    assert.equal((await desk().waiting(NAMESAKES[1] ?? '')).task, task);
  });

  test('a question is answered by update, and by signal', async () => {
    const [, byUpdate = '', bySignal = ''] = NAMESAKES;
    const [first, second] = [await desk().waiting(byUpdate), await desk().waiting(bySignal)];

    const [recorded, sent] = await Promise.all([
      desk().example('decide-by-update', first.workflowId, first.task, 'Create New Account', ADMIN),
      desk().example('decide-by-signal', second.workflowId, second.task, 'Create New Account', ADMIN),
    ]);

    assert.deepEqual([recorded, sent], ['recorded: Create New Account', 'sent: Create New Account']);
    for (const email of [byUpdate, bySignal]) {
      assert.equal((await desk().closed(email)).tasks[0]?.answer?.option, 'Create New Account');
    }
  });

  test('a halt is resolved, and a queued incident brought to a run', async () => {
    const { incident, workflowId, task } = await desk().waiting(REFUSED[2] ?? '');
    const { incidents } = desk().company.store;

    const told = await desk().example('resolve-halt', workflowId, task, 'retry', ADMIN);

    assert.equal(told, 'told: retry');
    const closed = await desk().closed(REFUSED[2] ?? '');
    // A run that has ended says nothing to an event that it has seen; the record decides.
    assert.equal(await desk().example('newer-event', workflowId, incident._id), `told: ${incident._id}`);
    await desk().company.client.workflow.getHandle(workflowId).result();
    assert.deepEqual(await incidents.get(incident._id), closed);
    assert.equal(closed.state, IncidentState.Closed);
  });

  test('a cycle is paused, shown, resumed and run at once', async () => {
    const { company } = desk();
    const { cycle } = await company.progressed('Workday', 'waiting', ({ phase }) => phase === 'waiting');

    assert.equal(await desk().example('pause-cycle', 'Workday'), 'told: pause');
    await company.progressed('Workday', 'paused', ({ phase }) => phase === 'paused');
    assert.match(await desk().example('show-cycle', 'Workday'), /phase: 'paused'/);
    assert.equal(await desk().example('resume-cycle', 'Workday'), 'told: resume');
    assert.equal(await desk().example('run-now-cycle', 'Workday'), 'told: run-now');
    await company.progressed('Workday', 'one run further', (progress) => progress.cycle > cycle);
  });
}
