import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { loadConfiguration } from '../../../activities/configuration/load.js';
import {
  configurationDirectory,
  errorOf,
  PLAIN_ENVIRONMENT,
  PLAIN_ILM,
} from '../../support/configuration-directory.js';

const LIST = 'lists/app-group-sync-settings.json';
const EDITORS = { id: '00g1', displayName: 'Editors' };
const OKTA = {
  name: 'Okta',
  brand: 'Okta IAM',
  settings: { url: 'https://okta.example.com', apiToken: '${WIKI_TOKEN}' },
};
const WITH_OKTA = { ...PLAIN_ILM, instances: [...PLAIN_ILM.instances, OKTA] };

const row = (instance_name: string, ...okta_groups: readonly object[]): object => ({ instance_name, okta_groups });
const listOf = (...rows: readonly object[]): Readonly<Record<string, string>> => ({ [LIST]: JSON.stringify(rows) });

suite('the list of groups that are synchronised', () => {
  test('gives each instance its groups, and has none when it is left out', (t) => {
    const groups = [EDITORS, { id: '00g2', displayName: 'Readers' }];
    const directory = configurationDirectory(t, WITH_OKTA, listOf(row('Wiki', ...groups)));

    const loaded = loadConfiguration(directory, PLAIN_ENVIRONMENT);

    assert.deepEqual(loaded.appGroupSyncSettings, [{ instance_name: 'Wiki', okta_groups: groups }]);
    const without = loadConfiguration(configurationDirectory(t), PLAIN_ENVIRONMENT);
    assert.deepEqual(without.appGroupSyncSettings, []);
  });

  test('needs id and name of every group', (t) => {
    const { faults } = errorOf(
      configurationDirectory(t, WITH_OKTA, listOf(row('Wiki', { id: '00g1' }, { displayName: 'Readers' }))),
    );

    assert.deepEqual(
      faults.map(({ file, path }) => `${file} ${path}`),
      [`${LIST} [0].okta_groups[0].displayName`, `${LIST} [0].okta_groups[1].id`],
    );
  });

  test('has each instance once, and each group of an instance once', (t) => {
    const { faults } = errorOf(
      configurationDirectory(t, WITH_OKTA, listOf(row('Wiki', EDITORS), row('Wiki', EDITORS, EDITORS))),
    );

    assert.deepEqual(
      faults.map(({ path }) => path),
      ['[1].okta_groups[1].id', '[1].instance_name'],
    );
  });

  test('needs the Okta instance that is followed', (t) => {
    const { faults } = errorOf(configurationDirectory(t, PLAIN_ILM, listOf(row('Wiki', EDITORS))));

    assert.deepEqual(
      faults.map(({ file, path }) => `${file} ${path}`),
      ['ilm.yaml groupSync.oktaInstance'],
    );
  });

  test('refuses to write to the Okta instance, and warns of an instance that there is not', (t) => {
    const { faults, warnings } = errorOf(
      configurationDirectory(t, WITH_OKTA, listOf(row('Okta', EDITORS), row('Wyki', EDITORS))),
    );

    assert.deepEqual(
      faults.map(({ path, problem }) => `${path} ${problem}`),
      ['[0].instance_name is the Okta instance whose groups are followed, which is never written to'],
    );
    assert.ok(warnings?.some(({ path, remedy }) => path === '[1].instance_name' && remedy.includes('Wiki')));
  });
});
