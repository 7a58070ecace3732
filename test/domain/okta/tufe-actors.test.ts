import assert from 'node:assert/strict';
import { test } from 'node:test';

import { judgeActor, tufeRuleFault } from '../../../domain/okta/tufe-actors.js';
import type { TufeActors, TufeVerdict } from '../../../domain/okta/tufe-actors.js';

const OWN = { id: '00uOwn', alternateId: 'service@example.com' };
const HR = { id: '00uHr', alternateId: 'hr@example.com' };

const rules = (dropActors: readonly string[], onlyActors: readonly string[] = []): TufeActors => ({
  dropActors,
  onlyActors,
});

const VERDICTS: readonly (readonly [why: string, rules: TufeActors, actor: typeof OWN, verdict: TufeVerdict])[] = [
  ['the dropped login', rules(['service@example.com']), OWN, 'dropped'],
  ['the dropped login in another case', rules([' SERVICE@Example.com ']), OWN, 'dropped'],
  ['the dropped id', rules(['00uOwn']), OWN, 'dropped'],
  ['the dropped id in another case', rules(['00UOWN']), OWN, 'dropped'],
  ['anybody else', rules(['service@example.com']), HR, 'tufe'],
  ['the only actor', rules([], ['HR@example.com']), HR, 'tufe'],
  ['the only actor by id', rules(['00uOwn'], ['00uhr']), HR, 'tufe'],
  ['somebody beside the only actor', rules([], ['hr@example.com']), OWN, 'dropped'],
  ['an actor of both lists', rules(['hr@example.com'], ['hr@example.com']), HR, 'dropped'],
  ['anybody without a rule', rules([]), HR, 'noRule'],
];
for (const [why, actors, actor, verdict] of VERDICTS) {
  test(`a deactivation by ${why} is judged: ${verdict}`, () => {
    assert.equal(judgeActor(actors, actor), verdict);
  });
}

test('a deactivation by nobody known ends an employment unless only some may', () => {
  for (const actor of [null, undefined, {}, { id: null, alternateId: null }]) {
    assert.equal(judgeActor(rules(['service@example.com']), actor), 'tufe');
    assert.equal(judgeActor(rules([], ['hr@example.com']), actor), 'dropped');
  }
});

test('rules that keep the own account out are sound', () => {
  for (const actors of [
    rules(['Service@example.com']),
    rules(['00uown'], ['hr@example.com']),
    rules([], ['hr@example.com']),
  ]) {
    assert.equal(tufeRuleFault(actors, OWN), null);
  }
});

test('rules that would let the own account through are refused with the remedy', () => {
  assert.match(tufeRuleFault(rules([]), OWN) ?? '', /not read as terminations.*tufe\.dropActors.*tufe\.onlyActors/);
  assert.match(tufeRuleFault(rules(['other@example.com']), OWN) ?? '', /dropActors does not name the account/);
  assert.match(tufeRuleFault(rules(['other'], ['hr@example.com']), OWN) ?? '', /dropActors does not name the account/);
  assert.match(tufeRuleFault(rules([], ['service@example.com']), OWN) ?? '', /onlyActors names the account/);
});
