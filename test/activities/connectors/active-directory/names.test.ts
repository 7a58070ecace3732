import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  accountNameBase,
  accountNameCandidate,
  commonNameCandidate,
  isFormOf,
} from '../../../../activities/connectors/active-directory/names.js';

const BASES: readonly (readonly [string, string])[] = [
  ['pat.example', 'pat.example'],
  ['bartholomew.featherstonehaugh', 'bartholomew.feathers'],
  ['pat+tag', 'pattag'],
  ['  pat. ', 'pat'],
  ['a/b\\c[d]e:f;g|h=i,j*k?l<m>n"o', 'abcdefghijklmno'],
  ['averyveryverylong.n.ame', 'averyveryverylong.n'],
];

for (const [proposal, expected] of BASES) {
  test(`makes '${proposal}' fit as '${expected}', each time the same`, () => {
    assert.equal(accountNameBase(proposal), expected);
    assert.equal(accountNameBase(proposal), expected);
  });
}

for (const proposal of ['pat@example.com', '...', '+*?', '']) {
  test(`refuses '${proposal}' without repeating it`, () => {
    assert.throws(
      () => accountNameBase(proposal),
      (error: Error) => /Check the outgoing mapper/.test(error.message) && !error.message.includes('example'),
    );
  });
}

test('numbers a name within 20 characters', () => {
  assert.equal(accountNameCandidate('bartholomew.feathers', 0), 'bartholomew.feathers');
  assert.equal(accountNameCandidate('bartholomew.feathers', 7), 'bartholomew.feather7');
  assert.equal(accountNameCandidate('bartholomew.feathers', 123), 'bartholomew.feath123');
  assert.equal(accountNameCandidate('pat', 12), 'pat12');
});

test('numbers a common name within 64 characters', () => {
  assert.equal(commonNameCandidate('Pat Example', 2), 'Pat Example 2');
  assert.equal(commonNameCandidate('x'.repeat(80), 10), `${'x'.repeat(61)} 10`);
});

const FORMS: readonly (readonly [string, string, boolean])[] = [
  ['pat', 'pat', true],
  ['PAT3', 'pat', true],
  ['pat12', 'pat1', true],
  ['bartholomew.feathe12', 'bartholomew.feathers', true],
  ['pat03', 'pat', false],
  ['patx', 'pat', false],
  ['pa', 'pat', false],
];

for (const [name, base, expected] of FORMS) {
  test(`takes '${name}' for ${expected ? 'a' : 'no'} form of '${base}'`, () => {
    assert.equal(isFormOf(name, base), expected);
  });
}
