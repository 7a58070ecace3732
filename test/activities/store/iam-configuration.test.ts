import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AttributedEdit } from '../../../activities/store/iam-configuration.js';
import type { ConfigurationEdit, OktaApplication } from '../../../domain/okta/iam-configuration.js';
import { testStore } from '../../support/report-store.js';

const AT = '2026-03-10T12:00:00.000Z';
const IDS = Array.from({ length: 12 }, (_, index) => `0oa${index}`);
const known: readonly OktaApplication[] = IDS.map((applicationId) => ({
  applicationId,
  name: 'scim2',
  label: `Label of ${applicationId}`,
  logo: 'https://example.com/logo.png',
}));

let count = 0;
const given = (edit: ConfigurationEdit, over: Partial<AttributedEdit> = {}): AttributedEdit => {
  count += 1;
  return { okta: 'Okta', editId: `edit-${count}`, by: 'reviewer-1', at: AT, edit, known, ...over };
};
const adding = (applicationId: string, instance: string, over: Partial<AttributedEdit> = {}): AttributedEdit =>
  given({ kind: 'add', applicationId, instance }, over);

test('an Okta instance that was never edited has an empty configuration', async (t) => {
  const { iamConfigurations } = await testStore(t);

  assert.deepEqual(await iamConfigurations.get('Okta'), { _id: 'Okta', version: 0, rows: [] });
});

test('rows are kept per Okta instance, with the version and who made it', async (t) => {
  const { iamConfigurations } = await testStore(t);

  await iamConfigurations.apply(adding('0oa1', 'Atlas'));
  const outcome = await iamConfigurations.apply(adding('0oa1', 'Atlas', { okta: 'Okta abroad' }));

  assert.equal(outcome.kind, 'done', 'one application id in another organisation is another application');
  const { version, rows, editedBy, editedAt } = await iamConfigurations.get('Okta');
  assert.deepEqual([version, editedBy, editedAt], [1, 'reviewer-1', AT]);
  assert.deepEqual(rows, [{ ...known[1], instance: 'Atlas' }]);
});

test('an edit that is repeated counts once and answers the same', async (t) => {
  const { iamConfigurations } = await testStore(t);
  const edit = adding('0oa1', 'Atlas');

  const outcomes = [await iamConfigurations.apply(edit), await iamConfigurations.apply(edit)];

  assert.deepEqual(outcomes[1], outcomes[0]);
  assert.equal((await iamConfigurations.get('Okta')).version, 1);
});

test('a refused edit and one that changes nothing leave the version alone', async (t) => {
  const { iamConfigurations } = await testStore(t);
  await iamConfigurations.apply(adding('0oa1', 'Atlas'));

  const refused = await iamConfigurations.apply(adding('0oa2', 'Atlas'));
  const unchanged = await iamConfigurations.apply(given({ kind: 'remove', instance: 'Nimbus' }));

  assert.deepEqual([refused.kind, refused.version], ['refused', 1]);
  assert.deepEqual([unchanged.kind, unchanged.version], ['unchanged', 1]);
  assert.equal((await iamConfigurations.get('Okta')).version, 1);
});

test('edits that come at once are all applied, one after another', async (t) => {
  const { iamConfigurations } = await testStore(t);

  const outcomes = await Promise.all(IDS.map((id) => iamConfigurations.apply(adding(id, `Instance of ${id}`))));

  assert.deepEqual(
    outcomes.map(({ version }) => version).sort((one, other) => one - other),
    [...IDS.keys()].map((index) => index + 1),
  );
  assert.equal((await iamConfigurations.get('Okta')).rows.length, IDS.length);
});

test('of edits at once that want one application, or one instance, a single one wins', async (t) => {
  const { iamConfigurations } = await testStore(t);

  const toOneInstance = await Promise.all(IDS.map((id) => iamConfigurations.apply(adding(id, 'Atlas'))));
  const ofOneApplication = await Promise.all(
    IDS.map((id) => iamConfigurations.apply(adding('0oa0', `Instance ${id}`, { okta: 'Okta abroad' }))),
  );

  for (const outcomes of [toOneInstance, ofOneApplication]) {
    assert.equal(outcomes.filter(({ kind }) => kind === 'done').length, 1);
    assert.equal(outcomes.filter(({ kind }) => kind === 'refused').length, IDS.length - 1);
  }
  assert.equal((await iamConfigurations.get('Okta')).rows.length, 1);
});

test('rows that were made from an older version are refused', async (t) => {
  const { iamConfigurations } = await testStore(t);
  const rows = [{ applicationId: '0oa2', instance: 'Nimbus' }];
  await iamConfigurations.apply(adding('0oa1', 'Atlas'));

  const stale = await iamConfigurations.apply(given({ kind: 'set', rows, version: 0 }));
  const fresh = await iamConfigurations.apply(given({ kind: 'set', rows, version: 1 }));

  assert.equal(stale.kind, 'refused');
  assert.match(stale.kind === 'refused' ? stale.reasons.join() : '', /version 1 is in force.*from version 0/);
  assert.deepEqual([fresh.kind, fresh.version], ['done', 2]);
});
