import assert from 'node:assert/strict';
import { test } from 'node:test';

import { IncidentType } from '../../domain/incident.js';
import { goesAhead, isOvertaken, standsAlone } from '../../domain/ordering.js';

const { NewHire, RehireUser, UpdateUser, TerminateUser, AdUserActivation, AdUserDeactivation, SyncUser } = IncidentType;
const { AppAdd, AppRemove, AppUpdate } = IncidentType;

test('a later termination overtakes hires, rehires, updates and activations', () => {
  for (const type of [NewHire, RehireUser, UpdateUser, SyncUser, AdUserActivation]) {
    assert.equal(isOvertaken(type, 5, { [TerminateUser]: 6 }), true, type);
  }
});

test('a later rehire or hire overtakes terminations and deactivations', () => {
  for (const later of [RehireUser, NewHire]) {
    assert.equal(isOvertaken(TerminateUser, 5, { [later]: 6 }), true);
    assert.equal(isOvertaken(AdUserDeactivation, 5, { [later]: 6 }), true);
  }
});

test('a termination never disappears because an update or an activation came later', () => {
  assert.equal(
    isOvertaken(TerminateUser, 5, { [UpdateUser]: 6, [AdUserActivation]: 7, [AdUserDeactivation]: 8 }),
    false,
  );
});

test('nothing is overtaken by what came before it, by itself, or by nothing', () => {
  for (const type of Object.values(IncidentType)) {
    assert.equal(isOvertaken(type, 5, { [TerminateUser]: 4, [RehireUser]: 4, [type]: 5 }), false, type);
    assert.equal(isOvertaken(type, 5, undefined), false, type);
  }
});

test('a later event of the same kind overtakes, because it knew more', () => {
  for (const type of Object.values(IncidentType).filter((one) => !standsAlone(one))) {
    assert.equal(isOvertaken(type, 5, { [type]: 6 }), true, type);
  }
});

test('an event about an application overtakes no other one, which can be about another application', () => {
  for (const type of [AppAdd, AppRemove, AppUpdate]) {
    assert.equal(isOvertaken(type, 5, { [type]: 6, [TerminateUser]: 7 }), false, type);
  }
});

test('only terminations go ahead of the queue', () => {
  assert.deepEqual(Object.values(IncidentType).filter(goesAhead), [TerminateUser]);
});
