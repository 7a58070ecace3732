import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TASK_OPTIONS, TaskKind } from '../../domain/incident.js';
import { TASK_CONSEQUENCES, consequenceOf } from '../../domain/task-consequences.js';

test('every option of every question is explained, and nothing else is', () => {
  for (const kind of Object.values(TaskKind)) {
    assert.deepEqual(Object.keys(TASK_CONSEQUENCES[kind]).sort(), [...TASK_OPTIONS[kind]].sort(), kind);
    for (const option of TASK_OPTIONS[kind]) assert.match(consequenceOf(kind, option), /\.$/, `${kind} ${option}`);
  }
});
