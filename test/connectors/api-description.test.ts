import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openApiDescription } from './support/api-description.js';
import type { ApiRequest } from './support/api-description.js';

const github = await openApiDescription('github-scim');
const okta = await openApiDescription('okta');

const USERS = '/scim/v2/organizations/example/Users';
const ENTERPRISE_USERS = '/scim/v2/enterprises/example/Users';
const HEADERS = { Authorization: 'SSWS token' };
const PAT = {
  userName: 'pat.example',
  name: { givenName: 'Pat', familyName: 'Example' },
  emails: [{ value: 'pat@example.com', primary: true }],
};
const PAT_OF_ENTERPRISE = {
  ...PAT,
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  emails: [{ value: 'pat@example.com', type: 'work', primary: true }],
  externalId: 'E1',
  active: true,
  displayName: 'Pat Example',
};

const patchOf = (operation: Readonly<Record<string, unknown>>): ApiRequest => ({
  method: 'PATCH',
  path: `${USERS}/u1`,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] },
});
const creationOf = (body: unknown): ApiRequest => ({ method: 'POST', path: USERS, body });
const oktaCreation = (changes: Partial<ApiRequest>): ApiRequest => ({
  method: 'POST',
  path: '/api/v1/users',
  headers: HEADERS,
  body: { profile: { login: 'pat@example.com', email: 'pat@example.com', favouriteColour: 'green' } },
  ...changes,
});

const DESCRIBED_BY_GITHUB: Readonly<Record<string, ApiRequest>> = {
  'a search': {
    method: 'GET',
    path: USERS,
    query: { filter: 'emails eq "pat@example.com"', count: '2', startIndex: '1' },
  },
  'a read': { method: 'GET', path: `${USERS}/u1` },
  'a creation': creationOf(PAT),
  'a replacement': { method: 'PUT', path: `${USERS}/u1`, body: PAT },
  'a change without a path': patchOf({ op: 'replace', value: { active: false } }),
  'a deletion': { method: 'DELETE', path: `${USERS}/u1` },
  'a creation in an enterprise': { method: 'POST', path: ENTERPRISE_USERS, body: PAT_OF_ENTERPRISE },
};
for (const [what, request] of Object.entries(DESCRIBED_BY_GITHUB)) {
  test(`GitHub describes ${what}`, () => {
    assert.deepEqual(github.requestFaults(request), []);
  });
}

const DESCRIBED_BY_OKTA: Readonly<Record<string, ApiRequest>> = {
  'a creation, attributes of the organization among those of the profile': oktaCreation({
    query: { activate: 'false', provider: 'true' },
  }),
  'a search': { method: 'GET', path: '/api/v1/users', query: { filter: 'id eq "u1"' }, headers: HEADERS },
  'the token’s own user': { method: 'GET', path: '/api/v1/users/me', headers: HEADERS },
  'a partial update': oktaCreation({ path: '/api/v1/users/u1' }),
  'an activation': {
    method: 'POST',
    path: '/api/v1/users/u1/lifecycle/activate',
    query: { sendEmail: 'false' },
    headers: HEADERS,
  },
  'a deactivation': { method: 'POST', path: '/api/v1/users/u1/lifecycle/deactivate', headers: HEADERS },
  'a member of a group': { method: 'PUT', path: '/api/v1/groups/g1/users/u1', headers: HEADERS },
  'an assignment': { method: 'GET', path: '/api/v1/apps/a1/users/u1', headers: HEADERS },
  'the schema of profiles': { method: 'GET', path: '/api/v1/meta/schemas/user/default', headers: HEADERS },
  'the log': {
    method: 'GET',
    path: '/api/v1/logs',
    query: { since: '2030-01-01T00:00:00Z', filter: 'eventType eq "x"', limit: '100', sortOrder: 'ASCENDING' },
    headers: HEADERS,
  },
};
for (const [what, request] of Object.entries(DESCRIBED_BY_OKTA)) {
  test(`Okta describes ${what}`, () => {
    assert.deepEqual(okta.requestFaults(request), []);
  });
}

const REFUSED_BY_GITHUB: Readonly<Record<string, readonly [ApiRequest, RegExp]>> = {
  'a user without a name': [creationOf({ ...PAT, name: undefined }), /body must have required property 'name'\.$/],
  'a user without e-mail addresses': [creationOf({ ...PAT, emails: [] }), /body\/emails must NOT have fewer than 1/],
  'e-mail addresses that are no list': [
    creationOf({ ...PAT, emails: { value: 'pat@example.com' } }),
    /body\/emails must be array/,
  ],
  'a creation without a body': [{ method: 'POST', path: USERS }, /body is missing/],
  'a boolean with a path': [patchOf({ op: 'replace', path: 'active', value: false }), /Operations\/0\/value must be/],
  'a capitalised operation': [
    patchOf({ op: 'Replace', value: { active: false } }),
    /Operations\/0\/op must be one of add, remove, replace/,
  ],
  'an attribute that it does not list': [creationOf({ ...PAT, title: 'Lead' }), /body\/title is not described/],
  'a part that it does not list': [
    creationOf({ ...PAT, name: { ...PAT.name, nickName: 'P' } }),
    /body\/name\/nickName is not described/,
  ],
  'an attribute inside an operation that it does not list': [
    patchOf({ op: 'replace', value: { name: { familyName: 'Sample' } } }),
    /Operations\/0\/value\/name is not described/,
  ],
  'a parameter that it does not list': [
    { method: 'GET', path: USERS, query: { sortBy: 'userName' } },
    /query\/sortBy is not described/,
  ],
};
for (const [what, [request, expected]] of Object.entries(REFUSED_BY_GITHUB)) {
  test(`GitHub describes no such thing as ${what}`, () => {
    assertFault(github.requestFaults(request), expected);
  });
}

const REFUSED_BY_OKTA: Readonly<Record<string, readonly [ApiRequest, RegExp]>> = {
  'groups as a text': [oktaCreation({ body: { profile: {}, groupIds: 'g1' } }), /body\/groupIds must be array/],
  'perhaps activating': [oktaCreation({ query: { activate: 'maybe' } }), /query\/activate must be boolean/],
  'a request without a token': [oktaCreation({ headers: {} }), /header Authorization must be SSWS/],
  'a token of another kind': [
    oktaCreation({ headers: { authorization: 'Bearer token' } }),
    /header Authorization must be SSWS/,
  ],
  'a limit in letters': [
    { method: 'GET', path: '/api/v1/logs', query: { limit: 'abc' }, headers: HEADERS },
    /query\/limit must be integer/,
  ],
  'an activation that leaves open whether it sends mail': [
    { method: 'POST', path: '/api/v1/users/u1/lifecycle/activate', headers: HEADERS },
    /query must have required property 'sendEmail'/,
  ],
};
for (const [what, [request, expected]] of Object.entries(REFUSED_BY_OKTA)) {
  test(`Okta describes no such thing as ${what}`, () => {
    assertFault(okta.requestFaults(request), expected);
  });
}

test('reports every fault of a request at once', () => {
  const faults = okta.requestFaults({ method: 'GET', path: '/api/v1/logs', query: { limit: 'abc', since: 'today' } });

  assert.equal(faults.length, 3);
});

test('reports a path that is not described', () => {
  const faults = github.requestFaults({ method: 'GET', path: '/scim/v2/Users' });

  assert.deepEqual(faults, ["GET /scim/v2/Users is no request of 'github-scim': it has no such path."]);
});

test('reports a method that a path does not have, and names those it has', () => {
  const faults = okta.requestFaults({ method: 'DELETE', path: '/api/v1/users/u1', headers: HEADERS });

  assert.deepEqual(faults, ["DELETE /api/v1/users/u1 is no request of 'okta': this path takes GET, POST, PUT only."]);
});

test('names places and no values', () => {
  const sentences = [
    ...github.requestFaults(creationOf({ ...PAT, emails: 'pat@example.com', userName: { secret: 'pat@example.com' } })),
    ...okta.requestFaults(oktaCreation({ headers: { authorization: 'Bearer pat@example.com' } })),
  ].join('\n');

  assert.notEqual(sentences, '');
  assert.doesNotMatch(sentences, /pat@example\.com/);
});

test('accepts the answers that it makes itself, in all media types', () => {
  const answers = [
    [github, 'POST', USERS, 201],
    [github, 'GET', ENTERPRISE_USERS, 200],
    [github, 'GET', `${USERS}/u1`, 404],
    [github, 'DELETE', `${USERS}/u1`, 204],
    [okta, 'POST', '/api/v1/users', 200],
    [okta, 'GET', '/api/v1/logs', 200],
    [okta, 'POST', '/api/v1/users/u1/lifecycle/deactivate', 200],
  ] as const;

  const faults = answers.flatMap(([description, method, path, status]) =>
    description.answerFaults({ method, path, status, body: description.sampleAnswer(method, path, status) }),
  );

  assert.deepEqual(faults, []);
});

test('makes no answer that is not described', () => {
  assert.throws(() => okta.sampleAnswer('POST', '/api/v1/users', 418), /describes no answer 418/);
  assert.throws(() => okta.sampleAnswer('POST', '/api/v1/elsewhere', 200), /it has no such path/);
});

test('refuses an answer of another shape, with another success, or to no request at all', () => {
  const answer = { method: 'GET', path: USERS, status: 200, body: { Resources: {} } };

  assertFault(github.answerFaults(answer), /body must have required property 'totalResults'/);
  assertFault(github.answerFaults({ ...answer, status: 203 }), /status 203 is not among the described 200/);
  assertFault(github.answerFaults({ ...answer, path: '/scim/v2/Users' }), /it has no such path/);
});

test('takes an error that the description does not mention for possible', () => {
  const answer = { method: 'GET', path: '/api/v1/users/u1', status: 404, body: { errorCode: 'E0000007' } };

  assert.deepEqual(okta.answerFaults(answer), []);
});

function assertFault(faults: readonly string[], expected: RegExp): void {
  assert.ok(
    faults.some((fault) => expected.test(fault)),
    `no fault like ${String(expected)} among: ${faults.join(' ')}`,
  );
}
