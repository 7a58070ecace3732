import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  ApplicationsFieldError,
  mergeApplications,
  readApplications,
} from '../../../domain/okta/applications-field.js';
import type { AccountResult } from '../../../domain/okta/applications-field.js';

const result = (instanceName: string, over: Partial<AccountResult> = {}): AccountResult => ({
  instanceName,
  brand: 'SCIM 2.0',
  accountId: `${instanceName}-1`,
  active: true,
  ...over,
});

const entry = (instance: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  'Instance Name': instance,
  Brand: 'SCIM 2.0',
  'User ID': `${instance}-1`,
  Active: true,
  ...over,
});

const merged = (current: readonly unknown[] | undefined, ...results: readonly AccountResult[]): unknown =>
  JSON.parse(mergeApplications(current === undefined ? undefined : JSON.stringify(current), results));

test('the first application makes the list, of an absent field as of an empty one', () => {
  assert.deepEqual(merged(undefined, result('Atlas')), [entry('Atlas')]);
  assert.equal(mergeApplications('', [result('Atlas')]), JSON.stringify([entry('Atlas')]));
  assert.equal(mergeApplications(' ', []), '[]');
});

test('an application of the batch is replaced and goes to the end; the others keep their place', () => {
  const current = [entry('Atlas'), entry('Nimbus'), entry('Orbit')];

  assert.deepEqual(merged(current, result('Nimbus', { accountId: 'new' }), result('Zenith')), [
    entry('Atlas'),
    entry('Orbit'),
    entry('Nimbus', { 'User ID': 'new' }),
    entry('Zenith'),
  ]);
});

test('an account that was disabled stays in the list as inactive', () => {
  assert.deepEqual(merged([entry('Atlas')], result('Atlas', { active: false })), [entry('Atlas', { Active: false })]);
});

test('a result without an id, or without a status, leaves its entry as it is', () => {
  const { accountId: _id, ...withoutId } = result('Atlas', { active: false });
  const { active: _active, ...withoutStatus } = result('Nimbus', { accountId: 'new' });
  const current = [entry('Atlas'), entry('Nimbus')];

  assert.deepEqual(merged(current, withoutId, withoutStatus, result('Orbit', { accountId: '' })), current);
});

test('the last of two results of one application counts', () => {
  assert.deepEqual(merged([], result('Atlas'), result('Atlas', { active: false })), [
    entry('Atlas', { Active: false }),
  ]);
});

test('what else an untouched entry holds stays in it', () => {
  const own = entry('Atlas', { Note: 'kept' });

  assert.deepEqual(merged([own], result('Nimbus')), [own, entry('Nimbus')]);
});

test('a field that cannot be read is an error that does not repeat it', () => {
  for (const text of ['{', '{}', '"Atlas"', '[1]', '[null]', '[{"Brand":"SCIM 2.0","User ID":"secret-id"}]']) {
    assert.throws(
      () => mergeApplications(text, [result('Atlas')]),
      (error) => error instanceof ApplicationsFieldError && !error.message.includes('secret-id'),
      text,
    );
  }
  assert.deepEqual(readApplications('[]'), []);
});
