import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import fc from 'fast-check';

import { generatePassword, loadPasswordGenerator, passwordFault } from '../../activities/passwords.js';

const count = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length;

test('draws 16 characters with at least two of each class, which survive mail, HTML and keyboards', () => {
  for (let draw = 0; draw < 500; draw++) {
    const password = generatePassword();

    assert.equal(password.length, 16);
    for (const kind of [/[a-z]/g, /[A-Z]/g, /\d/g, /[!#%*+\-?@_]/g]) assert.ok(count(password, kind) >= 2, password);
    assert.match(password, /^[A-Za-z\d!#%*+\-?@_]+$/);
  }
});

test('never draws the same password twice', () => {
  const drawn = new Set(Array.from({ length: 1_000 }, () => generatePassword()));

  assert.equal(drawn.size, 1_000);
});

test('spreads every class over all positions', () => {
  const digitsFirst = Array.from({ length: 400 }, () => generatePassword()).filter((text) => /^\d/.test(text)).length;

  assert.ok(digitsFirst > 20 && digitsFirst < 200, `${digitsFirst} of 400 begin with a digit`);
});

test('leaves out look-alikes when asked to', () => {
  const drawn = Array.from({ length: 300 }, () => generatePassword({}, { excludeLookAlikes: true })).join('');

  assert.doesNotMatch(drawn, /[0Oo1lI]/);
});

test("is as long as the domain demands, and at least as long as the classes' minima", () => {
  assert.equal(generatePassword({ policy: { minLength: 24, complexity: true } }).length, 24);
  assert.equal(generatePassword({}, { length: 4, minLower: 3, minUpper: 3, minDigits: 3, minSymbols: 3 }).length, 12);
});

test('passes the complexity rule for any name', () => {
  const name = fc.string({ minLength: 0, maxLength: 6 });
  fc.assert(
    fc.property(name, name, (accountName, displayName) => {
      const context = { accountName, displayName };
      assert.equal(passwordFault(generatePassword(context), context), null);
    }),
    { numRuns: 300 },
  );
});

test('a minimum of 0 means none, not the default', () => {
  const drawn = Array.from({ length: 300 }, () =>
    generatePassword({}, { length: 6, minLower: 2, minUpper: 2, minDigits: 2, minSymbols: 0 }),
  );

  assert.ok(drawn.every((password) => count(password, /[!#%*+\-?@_]/g) === 0));
});

test('refuses settings that no password can satisfy', () => {
  assert.throws(() => generatePassword({}, { minLower: -1 }), /negative/);
  assert.throws(
    () => generatePassword({}, { length: 2, minLower: 1, minUpper: 1, minDigits: 0, minSymbols: 0 }),
    /raise the length/,
  );
});

const FAULTS: readonly (readonly [string, string, Parameters<typeof passwordFault>[1], RegExp | null])[] = [
  ['too short', 'Ab1!', { policy: { minLength: 8, complexity: true } }, /shorter/],
  ['two kinds', 'abcdefgh1', {}, /three kinds/],
  ['account name in any case', 'xx-PAT.example1', { accountName: 'pat.EXAMPLE' }, /account name/],
  ['account names below three characters do not count', 'Xab12!', { accountName: 'ab' }, null],
  ['a part of the display name', 'Secret-Kowalski9', { displayName: 'Pat Kowalski' }, /display name/],
  ['parts below three characters do not count', 'Secret-Li-x9', { displayName: 'Li, Bo' }, null],
  ['no complexity demanded', 'abcdefgh', { policy: { minLength: 8, complexity: false } }, null],
  ['another letter is a kind', 'abcd1234ж', {}, null],
];

for (const [title, password, context, expected] of FAULTS) {
  test(`judges a password: ${title}`, () => {
    const fault = passwordFault(password, context);

    if (expected === null) assert.equal(fault, null);
    else assert.match(fault ?? '', expected);
  });
}

let directory = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ilm-passwords-'));
  const modules = {
    'text.mjs': 'export const generatePassword = ({ accountName }) => `for-${accountName}`;',
    'object.mjs': "export const generatePassword = async () => ({ NEW_PASSWORD: 'from-object' });",
    'number.mjs': 'export const generatePassword = () => 12345678;',
    'empty.mjs': "export const generatePassword = () => ({ NEW_PASSWORD: '' });",
    'other.mjs': 'export const password = 1;',
  };
  await Promise.all(Object.entries(modules).map(([name, text]) => writeFile(join(directory, name), text)));
});

after(() => rm(directory, { recursive: true }));

test('uses the built-in generator when none is configured', async () => {
  const generate = await loadPasswordGenerator(undefined, directory);

  assert.equal((await generate({})).length, 16);
});

test("uses an operator's module that returns a text or an object with NEW_PASSWORD", async () => {
  const text = await loadPasswordGenerator('text.mjs', directory);
  const object = await loadPasswordGenerator('object.mjs', directory);

  assert.equal(await text({ accountName: 'pat' }), 'for-pat');
  assert.equal(await object({}), 'from-object');
});

for (const module of ['number.mjs', 'empty.mjs']) {
  test(`refuses any other answer of ${module}, by name and without the answer`, async () => {
    const generate = await loadPasswordGenerator(module, directory);

    await assert.rejects(generate({}), (error: Error) => {
      assert.match(error.message, new RegExp(`'${module}' must return a text`));
      assert.doesNotMatch(error.message, /12345678/);
      return true;
    });
  });
}

test('names a module that is missing or exports no generator', async () => {
  await assert.rejects(loadPasswordGenerator('missing.mjs', directory), /'missing.mjs' cannot be loaded/);
  await assert.rejects(loadPasswordGenerator('other.mjs', directory), /exports no function 'generatePassword'/);
});
