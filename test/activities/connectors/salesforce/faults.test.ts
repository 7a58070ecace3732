import assert from 'node:assert/strict';
import { test } from 'node:test';

import { failureOf, json } from '../../../connectors/support/http-peer.js';
import { answering, find, PAT, run, salesforce, seed } from '../../../connectors/support/salesforce-target.js';

test('takes a username of another organization for a conflict that the suffix resolves', async (t) => {
  const opened = await salesforce(t);
  seed(opened, PAT, { isElsewhere: true });

  const result = await run(opened, 'create-user');

  assert.deepEqual([result.success, result.errorKind, result.errorCode], [false, 'conflict', 'DUPLICATE_USERNAME']);
  assert.match(result.errorMessage ?? '', /settings\.usernameSuffix/);
  assert.doesNotMatch(result.errorMessage ?? '', /<br>|p1@/);
});

const ERRORS: readonly (readonly [code: string, status: number, kind: string, message: RegExp])[] = [
  ['UNABLE_TO_LOCK_ROW', 400, 'transient', /UNABLE_TO_LOCK_ROW/],
  ['SERVER_UNAVAILABLE', 503, 'transient', /SERVER_UNAVAILABLE/],
  ['INVALID_CROSS_REFERENCE_KEY', 400, 'validation', /settings\.profileId/],
  ['INVALID_FIELD', 400, 'validation', /INVALID_FIELD: what it says \(State\)/],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 400, 'unauthorized', /check the credentials/],
];

for (const [code, status, kind, message] of ERRORS) {
  test(`takes ${code} for ${kind}`, async (t) => {
    const { connector } = await answering(t, [
      json([{ message: 'what<br>it says', errorCode: code, fields: ['State'] }], status),
    ]);

    const error = await failureOf(connector.find(find, PAT));

    assert.deepEqual([error.kind, error.code], [kind, code]);
    assert.match(error.message, message);
  });
}

test('explains the picklists of state and country where they refuse a value', async (t) => {
  const refusal = "There's a problem with this state, even though it may appear correct.";
  const { connector } = await answering(t, [json([{ message: refusal, errorCode: 'FIELD_INTEGRITY_EXCEPTION' }], 400)]);

  assert.match((await failureOf(connector.find(find, PAT))).message, /problem with this state.*picklists/);
});

test('waits long when the requests of the day are used up', async (t) => {
  const { connector } = await answering(t, [json([{ message: 'x', errorCode: 'REQUEST_LIMIT_EXCEEDED' }], 403)]);

  const error = await failureOf(connector.find(find, PAT));

  assert.deepEqual([error.kind, error.options.retryAfterMs], ['rate-limited', 900_000]);
});

test('repeats neither token nor the address of a person in what Salesforce says about a query', async (t) => {
  const message = "WHERE Email = 'pat@example.com' ERROR near secret-token";
  const { connector } = await answering(t, [json([{ message, errorCode: 'MALFORMED_QUERY' }], 400)]);

  const error = await failureOf(connector.find(find, PAT));

  assert.match(error.message, /MALFORMED_QUERY: WHERE Email = '\*\*\*' ERROR near \*\*\*/);
});
