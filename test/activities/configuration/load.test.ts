import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import type { ConfigurationFault } from '../../../activities/configuration/faults.js';
import { loadConfiguration } from '../../../activities/configuration/load.js';
import {
  configurationDirectory,
  errorOf,
  PLAIN_ENVIRONMENT,
  PLAIN_ILM,
  settingsRow,
} from '../../support/configuration-directory.js';

const [WORKDAY] = PLAIN_ILM.workday;
const [DIRECTORY, WIKI] = PLAIN_ILM.instances;

const told = ({ file, path, problem }: ConfigurationFault): string => `${file} ${path} ${problem}`;

suite('loading a configuration', () => {
  test('a plain configuration has neither faults nor warnings, and its references are resolved', (t) => {
    const loaded = loadConfiguration(configurationDirectory(t), PLAIN_ENVIRONMENT);

    assert.deepEqual(loaded.warnings, []);
    assert.equal(loaded.ilm.workday[0]?.password, 'hush-workday');
    assert.equal(loaded.ilm.mail.smtpUrl, PLAIN_ENVIRONMENT.SMTP_URL);
    assert.deepEqual(Object.keys(loaded.mappers), ['mappers/active-directory-out.yaml', 'mappers/workday.yaml']);
    assert.deepEqual(Object.keys(loaded.templates), ['welcome.html']);
    assert.equal(loaded.appProvisioningSettings.length, 1);
  });

  test('faults of every file come at once, each with file, line, path, value and remedy', (t) => {
    const ilm = { ...PLAIN_ILM, timeZone: 'Mars/Base', people: [{ ...PLAIN_ILM.people[0], email: 'nobody' }] };
    const directory = configurationDirectory(t, ilm, {
      'lists/app-provisioning-settings.json': JSON.stringify(
        [settingsRow('Wiki', { create_user_enabled: 'true' })],
        null,
        2,
      ),
      'mappers/workday.yaml': 'email: Email_Address\nemployeeId: { colum: Emp_ID }\n',
    });

    const { faults } = errorOf(directory);

    assert.deepEqual(
      faults.map(({ file, line, path, value }) => ({ file, line, path, value })),
      [
        { file: 'ilm.yaml', line: 25, path: 'people[0].email', value: '"nobody"' },
        { file: 'ilm.yaml', line: 29, path: 'timeZone', value: '"Mars/Base"' },
        {
          file: 'lists/app-provisioning-settings.json',
          line: 4,
          path: '[0].create_user_enabled',
          value: '"true"',
        },
        { file: 'mappers/workday.yaml', line: 2, path: 'employeeId', value: 'an object' },
      ],
    );
    for (const { problem, remedy } of faults) assert.ok(problem.length > 5 && remedy.endsWith('.'));
  });

  test('one faulty entry of a list hides no fault of the others', (t) => {
    const ilm = {
      ...PLAIN_ILM,
      workday: [
        { ...WORKDAY, name: '', reportUrl: 'here' },
        { ...WORKDAY, timeZone: 'Moon' },
      ],
      people: [{ id: 'x' }, ...PLAIN_ILM.people, { ...PLAIN_ILM.people[0], email: 'c@example.com' }],
    };

    const { faults } = errorOf(configurationDirectory(t, ilm));

    assert.deepEqual(faults.map(({ path }) => path).sort(), [
      'people[0].email',
      'people[0].name',
      'people[2].id',
      'workday[0].name',
      'workday[0].reportUrl',
      'workday[1].timeZone',
    ]);
  });

  test('a variable that is not set is a fault that names it, once', (t) => {
    const { faults } = errorOf(configurationDirectory(t), { ...PLAIN_ENVIRONMENT, WORKDAY_PASSWORD: undefined });

    assert.deepEqual(faults.map(told), [
      'ilm.yaml workday[0].password refers to the environment variable WORKDAY_PASSWORD, which is not set',
    ]);
    assert.match(faults[0]?.remedy ?? '', /Set WORKDAY_PASSWORD/);
  });

  test('a setting that is nothing but an empty variable counts as left out', (t) => {
    const ilm = { ...PLAIN_ILM, mail: { linkBaseUrl: '${LINKS}' } };

    const loaded = loadConfiguration(configurationDirectory(t, ilm), { ...PLAIN_ENVIRONMENT, LINKS: '' });

    assert.equal(loaded.ilm.mail.linkBaseUrl, undefined);
  });

  test('no message shows a secret, wherever it is wrong', (t) => {
    const ilm = {
      ...PLAIN_ILM,
      workday: [{ ...WORKDAY, password: 7, reportUrl: '${WORKDAY_PASSWORD}' }],
      instances: [DIRECTORY, { ...WIKI, brand: 5, caFile: '${WIKI_TOKEN}', setting: { password: 'planted' } }],
      mail: { smtpUrl: '${AD_PASSWORD}' },
    };

    const error = errorOf(configurationDirectory(t, ilm));

    assert.equal(error.faults.length >= 4, true);
    assert.doesNotMatch(JSON.stringify([error.message, error.faults, error.warnings]), /hush|planted/);
  });

  test('a certificate without its key is a fault, a connection that checks none a warning that names it', (t) => {
    const shown = { clientCertificateFile: 'ilm.yaml' };
    const ilm = { ...PLAIN_ILM, workday: [{ ...WORKDAY, ...shown }], instances: [{ ...WIKI, insecure: true }] };

    const { faults, warnings } = errorOf(configurationDirectory(t, ilm));

    assert.deepEqual(faults.filter(({ path }) => path.startsWith('workday')).map(told), [
      'ilm.yaml workday[0].clientKeyFile is missing: a certificate and its key are shown together',
    ]);
    const [warning] = warnings.filter(({ path }) => path === 'instances[0].insecure');
    assert.match(warning?.problem ?? '', /'Wiki' accept any certificate/);
    assert.match(warning?.remedy ?? '', /Set caFile/);
  });

  test('an expression may hold what looks like a reference', (t) => {
    const ilm = { ...PLAIN_ILM, groups: { Sales: "department & '${X}' = 'Sales'" } };

    assert.equal(
      loadConfiguration(configurationDirectory(t, ilm), PLAIN_ENVIRONMENT).ilm.groups['Sales'],
      ilm.groups.Sales,
    );
  });

  test('a text that is no YAML is a fault with its line', (t) => {
    const { faults } = errorOf(configurationDirectory(t, 'timeZone: UTC\nworkday: [\npeople: x\n'));

    assert.equal(faults[0]?.file, 'ilm.yaml');
    assert.ok((faults[0]?.line ?? 0) >= 2);
  });

  test('without instances the settings list may be missing', (t) => {
    const directory = configurationDirectory(
      t,
      { ...PLAIN_ILM, instances: [] },
      { 'lists/app-provisioning-settings.json': undefined },
    );

    assert.deepEqual(loadConfiguration(directory, PLAIN_ENVIRONMENT).appProvisioningSettings, []);
  });
});
