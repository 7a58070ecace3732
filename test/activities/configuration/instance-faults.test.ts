import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { checkedConfiguration, instanceFaults } from '../../../activities/configuration/instance-faults.js';
import { ConfigurationError } from '../../../activities/configuration/faults.js';
import { loadConfiguration } from '../../../activities/configuration/load.js';
import {
  configurationDirectory,
  PLAIN_ENVIRONMENT,
  PLAIN_ILM,
  settingsRow,
} from '../../support/configuration-directory.js';

const [DIRECTORY, WIKI] = PLAIN_ILM.instances;

const faultsOf = async (t: TestContext, instances: readonly unknown[]) =>
  await instanceFaults(
    loadConfiguration(
      configurationDirectory(
        t,
        { ...PLAIN_ILM, instances },
        {
          'lists/app-provisioning-settings.json': JSON.stringify([settingsRow('Wiki')]),
        },
      ),
      PLAIN_ENVIRONMENT,
    ),
  );

test('settings that their brands accept have no fault', async (t) => {
  assert.deepEqual(await faultsOf(t, PLAIN_ILM.instances), []);
});

test('an unknown brand is a fault that names the nearest one', async (t) => {
  const [fault] = await faultsOf(t, [DIRECTORY, { ...WIKI, brand: 'SCIM 2' }]);

  assert.equal(fault?.path, 'instances[1].brand');
  assert.equal(fault?.value, '"SCIM 2"');
  assert.ok((fault?.line ?? 0) > 1);
  assert.match(fault?.remedy ?? '', /'SCIM 2\.0'/);
});

test('faulty settings of all instances are told at once, with what each setting is', async (t) => {
  const faults = await faultsOf(t, [
    { ...DIRECTORY, settings: { url: 'ldaps://dc.example.com', baseDn: 'here' } },
    { ...WIKI, settings: { baseUrl: 'https://wiki.example.com', tokn: 'x' } },
  ]);

  const paths = faults.map(({ path }) => path);
  assert.deepEqual(paths.filter((path) => path.startsWith('instances[0]')).sort(), [
    'instances[0].settings.baseDn',
    'instances[0].settings.bindDn',
    'instances[0].settings.bindPassword',
  ]);
  assert.ok(paths.some((path) => path.startsWith('instances[1].settings')));
  const missing = faults.find(({ path }) => path.endsWith('bindPassword'));
  assert.equal(missing?.problem, 'is missing');
  assert.ok(faults.every(({ remedy }) => remedy.endsWith('.')));
});

test('no fault shows what came from the environment', async (t) => {
  const faults = await faultsOf(t, [
    { ...DIRECTORY, settings: { ...DIRECTORY?.settings, baseDn: '${AD_PASSWORD}' } },
    { ...WIKI, settings: { baseUrl: '${WIKI_TOKEN}', token: '${WIKI_TOKEN}' } },
  ]);

  assert.ok(faults.length >= 2);
  assert.doesNotMatch(JSON.stringify(faults), /hush/);
});

test('faults of the files and of the applications are told at once, each once', async (t) => {
  const directory = configurationDirectory(
    t,
    {
      ...PLAIN_ILM,
      timeZone: 'Moon',
      instances: [
        { brand: 'SCIM 2.0', enabled: 'yes' },
        { ...DIRECTORY, mapperOut: 'mappers/none.yaml', settings: { ...DIRECTORY?.settings, bindPassword: '${NONE}' } },
        { ...WIKI, concurrency: 0, settings: { baseUrl: 'https://wiki.example.com', dialect: 'latin' } },
      ],
    },
    { 'lists/app-provisioning-settings.json': '[{ "instance_name": "Wiki", }]' },
  );

  await assert.rejects(checkedConfiguration(directory, PLAIN_ENVIRONMENT), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.deepEqual(
      error.faults.map(({ file, path }) => `${file} ${path}`),
      [
        'ilm.yaml instances[0].name',
        'ilm.yaml instances[0].enabled',
        'ilm.yaml instances[1].mapperOut',
        'ilm.yaml instances[1].settings.bindPassword',
        'ilm.yaml instances[2].settings.dialect',
        'ilm.yaml instances[2].concurrency',
        'ilm.yaml timeZone',
        'lists/app-provisioning-settings.json ',
      ],
    );
    return true;
  });
});
