import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '../../domain/expression.js';
import { NEEDS_LIBRARY } from '../../domain/plain-expression.js';

const COLUMNS = ['Title', 'City', 'Country_Name', 'Preferred_Name_-_First_Name', 'constructor', 'Missing'];

const texts = fc.oneof(
  fc.constantFrom('', ' ', '  a  b ', 'True', 'Rome', 'rome', 'a@b', '0', '\t', 'ß', 'É'),
  fc.string({ maxLength: 6 }),
);
const literal = fc
  .oneof(fc.constantFrom('', 'a', '@', ' ', 'Rome', 'True'), fc.string({ unit: 'grapheme-ascii', maxLength: 3 }))
  .map((text) => JSON.stringify(text));
const column = fc.constantFrom(...COLUMNS).map((name) => `\`${name}\``);

/** Expressions of the covered part, and some that go beyond it. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(column, literal, fc.constantFrom('true', 'false', '7')),
    fc
      .tuple(tie('expression'), fc.constantFrom('&', '=', '!=', 'and', 'or'), tie('expression'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(tie('expression'), tie('expression'), fc.option(tie('expression')))
      .map(([when, then, otherwise]) =>
        otherwise === null ? `(${when} ? ${then})` : `(${when} ? ${then} : ${otherwise})`,
      ),
    fc
      .tuple(fc.constantFrom('lowercase', 'uppercase', 'trim', 'length', 'string', 'not', 'exists'), tie('expression'))
      .map(([name, argument]) => `$${name}(${argument})`),
    fc
      .tuple(fc.constantFrom('contains', 'substringBefore', 'substringAfter'), tie('expression'), tie('expression'))
      .map(([name, first, second]) => `$${name}(${first}, ${second})`),
  ),
}));

const row = fc.dictionary(
  fc.constantFrom(...COLUMNS.slice(0, 5)),
  fc.oneof({ weight: 8, arbitrary: texts }, fc.boolean(), fc.integer(), fc.constant(null), fc.constant(['x'])),
);

describe('expressions compiled to plain code', () => {
  it('give what JSONata gives, whatever the expression and the row', async () => {
    await fc.assert(
      fc.asyncProperty(expression, row, async (text, input) => {
        const compiled = compileExpression(text, 'the test');

        const now = compiled.evaluateNow(input);

        if (now !== NEEDS_LIBRARY) assert.equal(now, await compiled.evaluate(input));
      }),
      { numRuns: 1500 },
    );
  });

  const covered = [
    ["Title & ' (' & City & ')'", 'Boss (Rome)'],
    ['$lowercase(City)', 'rome'],
    ["Title = 'Boss' ? 'lead' : 'staff'", 'lead'],
    ["$substringBefore(Mail, '@')", 'ann'],
    ["$contains(Mail, '@') and City != 'Paris'", true],
    ['Missing', undefined],
  ] as const;
  for (const [text, expected] of covered) {
    it(`cover ${text}`, () => {
      const { evaluateNow } = compileExpression(text, 'the test');

      assert.equal(evaluateNow({ Title: 'Boss', City: 'Rome', Mail: 'ann@example.com' }), expected);
    });
  }

  it('leave everything else to the library', () => {
    const beyond = [
      '$substring(City, 1)',
      'City[0]',
      '$$.City',
      'a.b',
      '*',
      '{ "x": City }',
      '$number(City) + 1',
      '($x := City; $x)',
    ];

    for (const text of beyond)
      assert.equal(compileExpression(text, 'the test').evaluateNow({ City: 'Rome' }), NEEDS_LIBRARY);
  });
});
