import assert from 'node:assert/strict';
import { test } from 'node:test';

import { updateOf } from '../../../../activities/connectors/scim/changes.js';
import { SCIM_DIALECTS } from '../../../../activities/connectors/scim/dialect.js';
import type { PatchOperation } from '../../../../activities/connectors/scim/changes.js';
import type { ScimDialect } from '../../../../activities/connectors/scim/dialect.js';

const { standard, 'github-enterprise': enterprise, 'github-organization': organization } = SCIM_DIALECTS;
const valueForm: ScimDialect = { ...standard, patchForm: 'value' };
const whole: ScimDialect = { ...standard, updateWith: 'put' };
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

type Resource = Readonly<Record<string, unknown>>;

/** The operations of an update that is expected to be a PATCH. */
function patchOperations(wanted: Resource, current: Resource, dialect: ScimDialect): readonly PatchOperation[] {
  const update = updateOf(wanted, current, dialect);
  assert.equal(update.method, 'PATCH');
  return update.method === 'PATCH' ? update.operations : [];
}

const email = (value: string, changes: object = {}): object => ({ value, type: 'work', primary: true, ...changes });

test('sends nothing when the account is as wanted', () => {
  const wanted = { userName: 'Pat', name: { givenName: 'Pat' }, emails: [email('pat@example.com')], title: null };
  const current = {
    id: 'u1',
    userName: 'pat',
    name: { givenName: 'Pat', formatted: 'Pat Example' },
    emails: [email('PAT@example.com', { display: 'Pat' })],
  };

  assert.deepEqual(patchOperations(wanted, current, standard), []);
  assert.deepEqual(patchOperations(wanted, current, whole), []);
});

test('takes a type or primary mark that the service dropped from its only entry for granted', () => {
  const wanted = { emails: [email('pat@example.com')] };

  assert.deepEqual(patchOperations(wanted, { emails: [{ value: 'pat@example.com' }] }, standard), []);
});

test('notices a changed case in a name, where case counts', () => {
  const operations = patchOperations({ displayName: 'Pat McExample' }, { displayName: 'Pat Mcexample' }, standard);

  assert.deepEqual(operations, [{ op: 'replace', path: 'displayName', value: 'Pat McExample' }]);
});

test('names each attribute by its path: parts by a dot, extensions by a colon', () => {
  const wanted = { name: { givenName: 'Pat' }, [ENTERPRISE]: { department: 'IT' }, title: 'Lead' };
  const current = { name: { givenName: 'Al' }, title: 'Engineer' };

  assert.deepEqual(patchOperations(wanted, current, standard), [
    { op: 'replace', path: 'name.givenName', value: 'Pat' },
    { op: 'add', path: `${ENTERPRISE}:department`, value: 'IT' },
    { op: 'replace', path: 'title', value: 'Lead' },
  ]);
});

test('carries an object of attributes where paths are refused', () => {
  const wanted = { name: { givenName: 'Pat', familyName: 'Example' }, title: 'Lead' };
  const current = { name: { givenName: 'Al', familyName: 'Old' }, title: 'Engineer' };

  assert.deepEqual(patchOperations(wanted, current, valueForm), [
    { op: 'replace', value: { name: { givenName: 'Pat', familyName: 'Example' }, title: 'Lead' } },
  ]);
});

for (const [what, wanted] of [
  ['a removal', { title: null }],
  ['a list', { emails: [email('new@example.com')] }],
] as const) {
  test(`sends the whole account for ${what} where paths are refused`, () => {
    const update = updateOf(wanted, { id: 'u1', userName: 'pat', title: 'Engineer' }, valueForm);

    assert.equal(update.method, 'PUT');
  });
}

test('clears only what is there', () => {
  const wanted = { title: null, nickName: null, name: { middleName: null } };

  assert.deepEqual(patchOperations(wanted, { title: 'Engineer', name: { middleName: 'Q' } }, standard), [
    { op: 'remove', path: 'title' },
    { op: 'remove', path: 'name.middleName' },
  ]);
});

test('keeps entries of lists that the map does not mention, and only one of them primary', () => {
  const home = { value: 'home@example.com', type: 'home', primary: true };
  const current = { emails: [home, { value: 'old@example.com', type: 'work' }] };

  const [operation] = patchOperations({ emails: [email('new@example.com')] }, current, standard);

  assert.deepEqual(operation?.value, [{ ...home, primary: false }, email('new@example.com')]);
});

test('never writes the status, the id or groups through an update', () => {
  const wanted = { active: true, id: 'x', groups: [{ value: 'g' }], password: 'p', schemas: [] };

  assert.deepEqual(patchOperations(wanted, { active: false }, standard), []);
});

test('replaces a whole account without the parts that the service makes', () => {
  const current = { id: 'u1', userName: 'pat', title: 'Engineer', name: { givenName: 'Al' }, meta: {}, groups: [] };

  const update = updateOf({ title: null, name: { givenName: 'Pat' }, displayName: 'Pat' }, current, whole);

  assert.deepEqual(update, {
    method: 'PUT',
    resource: { id: 'u1', userName: 'pat', name: { givenName: 'Pat' }, displayName: 'Pat' },
  });
});

const MANAGED = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: 'u1',
  externalId: 'E1',
  userName: 'pat',
  displayName: 'Pat Example',
  active: true,
  name: { givenName: 'Pat', familyName: 'Example', formatted: null },
  emails: [{ value: 'pat@example.com' }],
  roles: [{ value: 'enterprise_owner' }],
  groups: [{ value: 'g1' }],
  meta: { resourceType: 'User' },
};

test('leaves out what a closed schema does not list', () => {
  const wanted = { title: 'Lead', name: { middleName: 'Q', familyName: 'Example' }, phoneNumbers: [{ value: '1' }] };

  assert.deepEqual(patchOperations(wanted, MANAGED, organization), []);
});

test('carries parts of a name by themselves where the service wants it so', () => {
  const wanted = { userName: 'pat2', name: { givenName: 'Al', familyName: 'Married' } };

  assert.deepEqual(patchOperations(wanted, MANAGED, organization), [
    { op: 'replace', value: { userName: 'pat2', givenName: 'Al', familyName: 'Married' } },
  ]);
});

test('a complete account keeps its roles and says its status, and holds nothing that the schema refuses', () => {
  const update = updateOf({ emails: [email('new@example.com')] }, MANAGED, enterprise);

  const { id: _id, groups: _groups, meta: _meta, ...kept } = MANAGED;
  assert.deepEqual(update, {
    method: 'PUT',
    resource: { ...kept, name: { givenName: 'Pat', familyName: 'Example' }, emails: [email('new@example.com')] },
  });
});

test('an update never says that an account is inactive where that would delete it', () => {
  const update = updateOf({ displayName: 'Pat' }, { ...MANAGED, active: false }, organization);

  assert.equal(update.method === 'PUT' && update.resource['active'], true);
});

test('does not take what is shown of a disabled account for its name and addresses', () => {
  const wanted = { userName: 'pat', emails: [email('pat@example.com')], name: { familyName: 'Example' } };
  const shown = { ...MANAGED, active: false, userName: '3f6c', emails: [] };

  assert.deepEqual(patchOperations(wanted, shown, enterprise), []);
  const update = updateOf({ ...wanted, name: { familyName: 'Married' } }, shown, enterprise);
  assert.deepEqual(update.method === 'PUT' && [update.resource['userName'], update.resource['emails']], [
    'pat',
    [email('pat@example.com')],
  ]);
});
