import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SCIM_BRAND } from '../../activities/connectors/scim.js';
import { lookAtConnector, remedyOf } from '../../client/commands/check-application.js';
import { table } from '../../client/output.js';
import { settingFault } from '../connectors/support/faults.js';
import { failureOf, json, peerOf } from '../connectors/support/http-peer.js';
import { openScim, scimOptions } from '../connectors/support/scim-target.js';

const NOON = '2030-01-01T12:00:00.000Z';
const QUOTA = {
  'x-ratelimit-limit': '600',
  'x-ratelimit-remaining': '17',
  'x-ratelimit-reset': String(Date.parse(NOON) / 1_000),
};

test('tells the brand of an application that says nothing of rights and quota', async (t) => {
  const { connector, close } = await openScim();
  t.after(close);

  assert.deepEqual(await lookAtConnector(connector, 'SCIM 2.0'), { state: 'ok', note: 'SCIM 2.0' });
});

test('tells how many requests are left, in 80 columns, and warns when none is', async (t) => {
  const peer = await peerOf(
    json({ totalResults: 0 }, 200, QUOTA),
    json({ totalResults: 0 }, 200, { ...QUOTA, 'x-ratelimit-remaining': '0' }),
  );
  const connector = SCIM_BRAND.create({ baseUrl: peer.url }, scimOptions(), settingFault);
  t.after(async () => {
    await connector.close();
    await peer.close();
  });

  const some = await lookAtConnector(connector, 'SCIM 2.0');
  const none = await lookAtConnector(connector, 'SCIM 2.0');

  assert.equal(some.note, `SCIM 2.0; 17 of 600 requests left until ${NOON}`);
  assert.deepEqual(some.quota, { remaining: 17, limit: 600, resetsAt: NOON, what: 'requests' });
  assert.deepEqual([some.state, none.state], ['ok', 'warning']);
  const printed = table(['what', 'state', 'ms', 'note'], [['Atlas Wiki', some.state, 12, some.note]], 80);
  for (const line of printed.split('\n')) assert.ok(line.length <= 80, line);
});

test('tells the rights that a connector reports', async (t) => {
  const { connector, close } = await openScim();
  t.after(close);
  const reporting = { ...connector, test: () => Promise.resolve({ rights: ['users.read', 'users.write'] }) };

  const look = await lookAtConnector(reporting, 'SCIM 2.0');

  assert.equal(look.note, 'SCIM 2.0; rights: users.read, users.write');
});

test('passes on what a connector warns of', async (t) => {
  const { connector, close } = await openScim();
  t.after(close);
  const warning = 'The token ends in 3 days.';
  const reporting = { ...connector, test: () => Promise.resolve({ warnings: [warning] }) };

  const look = await lookAtConnector(reporting, 'SCIM 2.0');

  assert.deepEqual([look.state, look.note], ['warning', `SCIM 2.0; ${warning}`]);
});

test('has a remedy for what can go wrong', async (t) => {
  const { app, connector, close } = await openScim();
  t.after(close);
  const remedies: string[] = [];
  for (const fault of [{ kind: 'down' }, { kind: 'rate-limit', retryAfterSeconds: 60 }] as const) {
    app.addFault(fault);
    remedies.push(remedyOf(await failureOf(lookAtConnector(connector, 'SCIM 2.0'))));
  }

  assert.match(remedies[0] ?? '', /Check that it is up/);
  assert.match(remedies[1] ?? '', /requestsPerMinute/);
  assert.match(remedyOf(new Error('anything')), /Check its settings/);
});
