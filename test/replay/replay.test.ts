import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';

import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';

import { WORKFLOW_SOURCES } from '../../worker/workflow-sources.js';

const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));
const files = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

let workflowBundle: WorkflowBundle;
before(async () => {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  workflowBundle = await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger });
});

test('every workflow that runs by itself has a recorded history', () => {
  for (const type of [
    'syncUser',
    'activateUserInActiveDirectory',
    'deactivateUserInActiveDirectory',
    'keeper',
    'workdayReportCycle',
    'adoptAccounts',
    'testInstances',
    'iamConfiguration',
    'oktaEventCycle',
  ]) {
    assert.ok(
      files.some((name) => name.startsWith(`${type}-`)),
      `no history of ${type}: npm run record:histories`,
    );
  }
});

test('no recorded history names a folder of the machine that recorded it', () => {
  for (const name of files) {
    const absolute = /(?:file:\/\/|\()\/[^\s"]*/.exec(readFileSync(`${HISTORIES}${name}`, 'utf8'));
    assert.equal(absolute?.[0], undefined, name);
  }
});

for (const name of files) {
  test(`${name} replays on today's code`, async () => {
    const history = historyFromJSON(JSON.parse(readFileSync(`${HISTORIES}${name}`, 'utf8')));

    await Worker.runReplayHistory({ workflowBundle }, history, name);
  });
}

test('a history that another order of commands made does not replay', async () => {
  const [name = ''] = files.filter((file) => file.startsWith('syncUser-new-hire'));
  const text = readFileSync(`${HISTORIES}${name}`, 'utf8').replace('"openSyncUser"', '"somethingElse"');

  await assert.rejects(Worker.runReplayHistory({ workflowBundle }, historyFromJSON(JSON.parse(text)), name));
});
