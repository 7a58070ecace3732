import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { flatChanges, flatText } from '../../../activities/connectors/flat.js';

test('names real differences only, numbers and booleans equal to their texts', () => {
  const wanted = { title: 'Lead', city: 'Oslo', level: 3, vip: false };
  const current = { title: 'Engineer', city: 'Oslo', level: '3', vip: 'false', phone: '1' };

  assert.deepEqual(flatChanges(wanted, current), { title: 'Lead' });
});

test('clears what is there and leaves alone what is empty already', () => {
  const wanted = { title: null, city: null, zip: null, phone: undefined };

  assert.deepEqual(flatChanges(wanted, { title: 'Lead', city: '', zip: null, phone: '1' }), { title: null });
});

test('leaves out attributes that have commands of their own', () => {
  assert.deepEqual(flatChanges({ active: true, title: 'Lead' }, {}, { except: new Set(['active']) }), {
    title: 'Lead',
  });
});

test('compares texts as the application answers them and sends them as they are', () => {
  const asAnswered = (attribute: string, text: string) => (attribute === 'email' ? text.toLowerCase() : text);
  const wanted = { email: 'Pat@Example.com', title: 'Lead' };

  assert.deepEqual(flatChanges(wanted, { email: 'pat@example.com', title: 'lead' }, { asAnswered }), { title: 'Lead' });
  assert.deepEqual(flatChanges(wanted, { email: 'old@example.com', title: 'Lead' }, { asAnswered }), {
    email: 'Pat@Example.com',
  });
});

test('finds nothing to change once the changes were made', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
  const record = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value);

  fc.assert(
    fc.property(record, record, (wanted, current) => {
      assert.deepEqual(flatChanges(wanted, { ...current, ...flatChanges(wanted, current) }), {});
    }),
  );
});

test('gives texts of single values and of nothing else', () => {
  assert.deepEqual([flatText('x'), flatText(7), flatText(false)], ['x', '7', 'false']);
  for (const value of ['', null, undefined, {}, []]) assert.equal(flatText(value), undefined);
});
