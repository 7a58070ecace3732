import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import {
  escapeDnValue,
  formatDn,
  ownName,
  parentDn,
  parseDn,
  sameDn,
} from '../../../../activities/connectors/active-directory/dn.js';

test('writes every special character as two hex digits', () => {
  assert.equal(escapeDnValue(' a,b+c"d\\e<f>g;h=i#j\0 '), '\\20a\\2cb\\2bc\\22d\\5ce\\3cf\\3eg\\3bh\\3di\\23j\\00\\20');
  assert.equal(escapeDnValue('Zoë O’Example'), 'Zoë O’Example');
});

test('reads back any value that it wrote, alone and inside a longer name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
      const parsed = parseDn(`CN=${escapeDnValue(value)},OU=People,DC=example,DC=com`);
      assert.equal(parsed?.length, 4);
      assert.deepEqual(parsed?.[0], [{ type: 'CN', value }]);
    }),
    { numRuns: 500 },
  );
});

const SPELLINGS: readonly (readonly [string, string])[] = [
  ['backslash and character', 'CN=Doe\\, Pat,OU=People'],
  ['hex pairs', 'CN=Doe\\2c Pat,OU=People'],
  ['quotes', 'CN="Doe, Pat",OU=People'],
  ['another case, and blanks around', ' cn = doe\\, pat , ou=PEOPLE'],
];

for (const [title, spelling] of SPELLINGS) {
  test(`takes a name for the same in the spelling with ${title}`, () => {
    assert.ok(sameDn(spelling, 'CN=Doe\\, Pat,OU=People'));
    assert.ok(!sameDn(spelling, 'CN=Doe,OU=People'));
  });
}

test('never cuts at an escaped comma', () => {
  const dn = 'CN=Doe\\, Pat\\\\,OU=A\\+B,DC=example';

  assert.equal(parentDn(dn), 'OU=A\\2bB,DC=example');
  assert.deepEqual(ownName(dn), [{ type: 'CN', value: 'Doe, Pat\\' }]);
});

test('reads UTF-8 from hex pairs and several pairs in one part', () => {
  assert.deepEqual(parseDn('CN=Zo\\c3\\ab+SN=X,DC=example')?.[0], [
    { type: 'CN', value: 'Zoë' },
    { type: 'SN', value: 'X' },
  ]);
});

for (const text of ['', 'People', 'CN', 'CN=a,', 'CN=a,People', 'CN=a"b', '=a', 'CN=a+']) {
  test(`says that '${text}' is no distinguished name`, () => {
    assert.equal(parseDn(text), null);
  });
}

test('gives what it parsed in one spelling', () => {
  assert.equal(formatDn(parseDn('cn="a,b" , dc=example') ?? []), 'CN=a\\2cb,DC=example');
});
