import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SALESFORCE_PROFILES } from '../../../../sandbox/apps/salesforce/organization.js';
import { failureOf } from '../../../connectors/support/http-peer.js';
import {
  answering,
  MARRIED,
  PAT,
  run,
  salesforce,
  seed,
  stored,
  writes,
} from '../../../connectors/support/salesforce-target.js';

const { platform } = SALESFORCE_PROFILES;

test('disables and enables by the status alone', async (t) => {
  const bodies: unknown[] = [];
  const user = { Id: '005000000000001AAA', Username: 'p1@example.com', Email: 'p1@example.com', IsActive: true };
  const { peer, connector } = await answering(t, [
    (request, response) => {
      if (request.method === 'PATCH') bodies.push(JSON.parse(request.body));
      response.writeHead(204).end();
    },
  ]);
  const before = { id: user.Id, username: null, email: null, active: true, raw: user };

  const disabled = await connector.disable(user.Id, before);
  const enabled = await connector.enable(user.Id, disabled);

  assert.deepEqual(bodies, [{ IsActive: false }, { IsActive: true }]);
  assert.deepEqual([disabled.active, enabled.active, peer.seen.length], [false, true, 3]);
});

const REFUSAL = 'Pat Example1 (p1@example.com) is the default owner of leads.';

test("reports a refused deactivation with Salesforce's own text, nobody named; the user stays active", async (t) => {
  const opened = await salesforce(t);
  seed(opened, PAT, { deactivationRefusal: REFUSAL });

  const result = await run(opened, 'disable-user');

  assert.deepEqual([result.success, result.errorKind, result.active], [false, 'validation', true]);
  assert.equal(result.errorCode, 'FIELD_INTEGRITY_EXCEPTION');
  assert.match(result.errorMessage ?? '', /: \*\*\* \(\*\*\*\) is the default owner of leads\..*still active/);
  assert.equal(stored(opened)['isFrozen'], undefined);
});

test('freezes a user who cannot be deactivated where told to, once, and reports the failure all the same', async (t) => {
  const opened = await salesforce(t, { freezeWhenRefused: true });
  seed(opened, PAT, { deactivationRefusal: REFUSAL });

  const result = await run(opened, 'disable-user');
  opened.app.forgetRequests();
  const repeated = await run(opened, 'disable-user');

  for (const { success, errorMessage } of [result, repeated]) {
    assert.equal(success, false);
    assert.match(errorMessage ?? '', /default owner of leads\..*frozen/);
  }
  assert.deepEqual([stored(opened)['isFrozen'], stored(opened)['IsActive']], [true, true]);
  assert.equal(writes(opened), 1, 'only the refused deactivation is repeated');
});

test('says that freezing failed too, and tries all of it again after a passing fault', async (t) => {
  const opened = await salesforce(t, { freezeWhenRefused: true });
  seed(opened, PAT, { deactivationRefusal: REFUSAL });

  opened.app.addFault({ kind: 'error', status: 403, path: 'UserLogin' });
  const result = await run(opened, 'disable-user');
  opened.app.addFault({ kind: 'error', status: 503, path: 'UserLogin' });

  assert.match(result.errorMessage ?? '', /default owner of leads\..*still active, because freezing failed too/);
  assert.equal((await failureOf(run(opened, 'disable-user'))).kind, 'transient');
});

test('unfreezes a user whom it enables where it may have frozen it', async (t) => {
  const opened = await salesforce(t, { freezeWhenRefused: true });
  seed(opened, PAT, { IsActive: false, isFrozen: true });

  const result = await run(opened, 'update-user', PAT, { allowEnable: true });

  assert.deepEqual([result.success, result.active], [true, true], result.errorMessage);
  assert.equal(stored(opened)['isFrozen'], false);
});

test('names the licence that is used up, for a new user and for one to enable', async (t) => {
  const opened = await salesforce(t, { profileId: { default: platform.id } });
  seed(opened, MARRIED, { IsActive: false, ProfileId: platform.id });

  const created = await run(opened, 'create-user');
  const enabled = await run(opened, 'update-user', MARRIED, { allowEnable: true });

  for (const result of [created, enabled]) {
    assert.deepEqual([result.success, result.errorKind], [false, 'capacity'], result.errorMessage);
    assert.match(result.errorMessage ?? '', /licence 'Salesforce Platform'/);
  }
});
