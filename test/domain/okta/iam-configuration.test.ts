import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  applyEdit,
  choosesNothing,
  oktaInstances,
  selectableApplications,
  selectableTargets,
  targetFault,
} from '../../../domain/okta/iam-configuration.js';
import type {
  ConfigurationEdit,
  ConnectedApplication,
  EditedRows,
  OktaApplication,
} from '../../../domain/okta/iam-configuration.js';
import { ACTIVE_DIRECTORY_BRAND, OKTA_BRAND } from '../../../domain/selection.js';

const application = (applicationId: string, label = `Label of ${applicationId}`): OktaApplication => ({
  applicationId,
  name: 'scim2',
  label,
  logo: '',
});
const connected = (applicationId: string, instance: string): ConnectedApplication => ({
  ...application(applicationId),
  instance,
});

const KNOWN = ['0oa1', '0oa2', '0oa3'].map((id) => application(id));
const ROWS = [connected('0oa1', 'Atlas'), connected('0oa2', 'Nimbus')];

const edit = (given: ConfigurationEdit, rows = ROWS): EditedRows => applyEdit(rows, given, KNOWN);

const refused = (given: ConfigurationEdit, rows = ROWS): readonly string[] => {
  const edited = edit(given, rows);
  return edited.kind === 'refused' ? edited.reasons : [];
};

test('adding connects a free application to a free instance, with what Okta says of it', () => {
  assert.deepEqual(edit({ kind: 'add', applicationId: '0oa3', instance: 'Orbit' }), {
    kind: 'changed',
    rows: [...ROWS, connected('0oa3', 'Orbit')],
  });
});

test('adding with nothing chosen changes nothing and is no error', () => {
  for (const [applicationId, instance] of [
    ['', 'Orbit'],
    ['0oa3', ''],
    ['', ''],
  ] as const) {
    assert.deepEqual(edit({ kind: 'add', applicationId, instance }), { kind: 'unchanged' });
  }
  assert.equal(choosesNothing({ kind: 'set', rows: [] }), false);
});

test('an instance that is connected is refused and its application named', () => {
  assert.deepEqual(refused({ kind: 'add', applicationId: '0oa3', instance: 'Atlas' }), [
    "'Atlas' is already connected to the application 'Label of 0oa1' (0oa1).",
  ]);
});

test('an application that is connected is refused and its instance named', () => {
  assert.deepEqual(refused({ kind: 'add', applicationId: '0oa2', instance: 'Orbit' }), [
    "The application 'Label of 0oa2' is already connected to 'Nimbus'.",
  ]);
});

test('the same connection again is refused for both reasons', () => {
  assert.equal(refused({ kind: 'add', applicationId: '0oa1', instance: 'Atlas' }).length, 2);
});

test('an id that Okta does not have is an invalid application id', () => {
  assert.deepEqual(refused({ kind: 'add', applicationId: '0oa9', instance: 'Orbit' }), [
    "Invalid Application ID: Okta has no application '0oa9'.",
  ]);
});

test('removing goes by instance; one that is not connected, or none at all, changes nothing', () => {
  assert.deepEqual(edit({ kind: 'remove', instance: 'Atlas' }), { kind: 'changed', rows: [ROWS[1]] });
  assert.deepEqual(edit({ kind: 'remove', instance: 'Orbit' }), { kind: 'unchanged' });
  assert.deepEqual(edit({ kind: 'remove', instance: '' }), { kind: 'unchanged' });
});

test('setting replaces all rows', () => {
  const rows = [{ applicationId: '0oa3', instance: 'Atlas' }];

  assert.deepEqual(edit({ kind: 'set', rows }), { kind: 'changed', rows: [connected('0oa3', 'Atlas')] });
  assert.deepEqual(edit({ kind: 'set', rows: [] }), { kind: 'changed', rows: [] });
});

test('setting is checked as a whole, and every fault is told at once', () => {
  const rows = [
    { applicationId: '0oa1', instance: 'Atlas' },
    { applicationId: '0oa1', instance: 'Nimbus' },
    { applicationId: '0oa9', instance: 'Nimbus' },
  ];

  assert.deepEqual(refused({ kind: 'set', rows }), [
    "Invalid Application ID: Okta has no application '0oa9'.",
    "The application '0oa1' is connected to several instances; it can have one.",
    "'Nimbus' is connected to several applications; it can have one.",
  ]);
});

const INSTANCES = [
  { name: 'Okta', brand: OKTA_BRAND, enabled: true },
  { name: 'Okta abroad', brand: OKTA_BRAND, enabled: true },
  { name: 'Okta old', brand: OKTA_BRAND, enabled: false },
  { name: 'Active Directory', brand: ACTIVE_DIRECTORY_BRAND, enabled: true },
  { name: 'Atlas', brand: 'SCIM 2.0', enabled: true },
  { name: 'Orbit', brand: 'SCIM 2.0', enabled: true },
  { name: 'Closed', brand: 'SCIM 2.0', enabled: false },
];

test('Okta instances can be chosen while they are switched on', () => {
  assert.deepEqual(
    oktaInstances(INSTANCES).map(({ name }) => name),
    ['Okta', 'Okta abroad'],
  );
});

test('targets are instances that are switched on, without directories, connected ones and the Okta instance itself', () => {
  assert.deepEqual(
    selectableTargets(INSTANCES, 'Okta', ROWS).map(({ name }) => name),
    ['Okta abroad', 'Orbit'],
  );
});

test('a target that is not fit says why', () => {
  assert.match(targetFault(INSTANCES, 'Okta', 'Okta') ?? '', /'Okta' cannot be connected to an application of its own/);
  assert.match(targetFault(INSTANCES, 'Okta', 'Nowhere') ?? '', /'Nowhere' is no instance/);
  assert.match(targetFault(INSTANCES, 'Okta', 'Closed') ?? '', /'Closed' is switched off/);
  assert.match(targetFault(INSTANCES, 'Okta', 'Active Directory') ?? '', /is a directory/);
  assert.equal(targetFault(INSTANCES, 'Okta', 'Atlas'), null);
});

test('applications with equal labels are all there to choose, except those that are connected', () => {
  const all = [application('0oa1', 'Wiki'), application('0oa3', 'Wiki'), application('0oa4', 'Wiki')];

  assert.deepEqual(
    selectableApplications(all, ROWS).map(({ applicationId }) => applicationId),
    ['0oa3', '0oa4'],
  );
});
