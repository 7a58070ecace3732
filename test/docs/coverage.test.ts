import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { PAGE, branchLists, coveragePage, otherHistories } from '../../docs/coverage.js';
import { TASK_OPTIONS } from '../../domain/incident.js';
import { factsOf } from './history-facts.js';
import { titlesOf } from './test-titles.js';

const HISTORIES = fileURLToPath(new URL('../replay/histories/', import.meta.url));

const branches = branchLists().flatMap((list) => list.branches);
const histories = readdirSync(HISTORIES).map((name) => name.replace(/\.json$/, ''));
const facts = new Map(histories.map((name) => [name, factsOf(readFileSync(`${HISTORIES}${name}.json`, 'utf8'))]));

test('the page is what the lists say (`npm run docs:coverage`)', async () => {
  assert.equal(readFileSync(PAGE, 'utf8'), await coveragePage());
});

test('no two branches have one id', () => {
  const ids = branches.map(({ id }) => id);

  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
});

test('every test that the lists name is there, and no other of its file can be meant', () => {
  const faults = branches.flatMap(({ id, test: shown }) => {
    if (shown === 'none') return [];
    const meant = titlesOf(shown.file).filter((title) => title.includes(shown.title));
    return meant.length === 1 ? [] : [`${id}: ${meant.length} tests of ${shown.file} have '${shown.title}'`];
  });

  assert.deepEqual(faults, []);
});

test('every recorded history took the branch that it is to show', () => {
  const faults = branches.flatMap(({ id, history, shows = [] }) => {
    if (history === 'none') return [];
    const missing = firstMissing(facts.get(history), shows);
    return missing === undefined ? [] : [`${id}: ${history} does not show '${missing}'`];
  });

  assert.deepEqual(faults, []);
});

test('every recorded history shows a branch, prepares another run, or is listed with its reason', () => {
  const shown = new Set(branches.map(({ history }) => history));
  const others = otherHistories();
  const known = (name: string): boolean =>
    shown.has(name) || isPlainHire(facts.get(name) ?? []) || others.some(({ history }) => stands(history, name));

  assert.deepEqual(
    histories.filter((name) => !known(name)),
    [],
  );
  assert.deepEqual(
    others.filter(({ history }) => !histories.some((name) => stands(history, name))),
    [],
  );
});

test('every option of every question has a branch of its own', () => {
  const listed = new Set(branches.map(({ step, branch }) => `${step}: ${branch}`));
  const all = Object.entries(TASK_OPTIONS).flatMap(([kind, options]) => options.map((option) => `${kind}: ${option}`));

  assert.deepEqual(
    all.filter((option) => !listed.has(option)),
    [],
  );
});

test('a history shows only what happened in it, in its order', () => {
  const hire = facts.get('syncUser-new-hire');

  assert.equal(firstMissing(hire, ['openSyncUser', 'finishIncident']), undefined);
  assert.equal(firstMissing(hire, ['finishIncident', 'openSyncUser']), 'openSyncUser');
  assert.equal(firstMissing(hire, ['asked D1']), 'asked D1');
  assert.equal(firstMissing(undefined, []), 'a recorded run');
});

/** Whether an entry of the other histories is about one: by its name, or by the beginning before its `*`. */
const stands = (entry: string, name: string): boolean =>
  entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry;

/** A hire with nothing but successes, as it comes before what a scenario is about. */
const isPlainHire = (happened: readonly string[]): boolean =>
  happened.some((fact) => fact.endsWith('create-user: create')) && happened.every((fact) => PLAIN_HIRE.test(fact));
const PLAIN_HIRE =
  /^(signal newerEvent|openSyncUser|runApplicationCommand|initialiseDirectoryAccount|sendProvisioningNotification|finishIncident|completed|.+: (create|initialise))$/;

/** The first that does not follow those before it; undefined when all do. */
function firstMissing(happened: readonly string[] | undefined, wanted: readonly string[]): string | undefined {
  if (happened === undefined) return 'a recorded run';
  let from = 0;
  return wanted.find((fact) => {
    const at = happened.indexOf(fact, from);
    from = at + 1;
    return at < 0;
  });
}
