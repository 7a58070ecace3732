import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { parse } from 'yaml';

import { appProvisioningSettingsSchema, configSchema } from '../../domain/config.js';
import { WORKDAY_MAPPER, compileMapper, mapperSchema } from '../../domain/mapping.js';
import { REPORT_FIELDS } from '../../domain/profile.js';
import { renderTemplate } from '../../domain/templates.js';
import { EXAMPLE_APPS } from '../../sandbox/apps/example-apps.js';
import { generateCompany } from '../../sandbox/workday/company.js';

import type { CompiledMapper } from '../../domain/mapping.js';

const DIRECTORY = join(import.meta.dirname, '../../config');
const BASE = 'OU=People,DC=ilm,DC=test';

const read = (path: string): Promise<string> => readFile(join(DIRECTORY, path), 'utf8');

async function mapper(name: string): Promise<CompiledMapper> {
  return compileMapper(mapperSchema.parse(parse(await read(name))), { name });
}

/** The file with its references to the environment replaced by something of the right shape. */
async function exampleConfig(): Promise<ReturnType<typeof configSchema.parse>> {
  const text = await read('ilm.yaml');
  return configSchema.parse(parse(text.replaceAll(/\$\{[A-Z_]+\}/g, 'https://example.com/value')));
}

test('the example organisation is a valid configuration', async () => {
  const ilm = await exampleConfig();

  assert.deepEqual(
    ilm.workday.map(({ name, reportScope, sourcePriority }) => [name, reportScope, sourcePriority]),
    [
      ['Workday', 'full', 1],
      ['Workday Contractors', 'partial', 2],
    ],
  );
  assert.deepEqual(
    ilm.instances.map(({ name }) => name),
    ['Active Directory', ...EXAMPLE_APPS.map(({ name }) => name)],
  );
});

test('the example holds no secret, only references to the environment', async () => {
  const text = await read('ilm.yaml');

  for (const line of text
    .split('\n')
    .filter((one) => /^\s*(password|token|apiToken|clientSecret|bindPassword):/.test(one))) {
    assert.match(line, /: \$\{[A-Z_]+\}$/);
  }
});

test('every mapper and template that the example names exists', async () => {
  const { workday, instances, playbooks } = await exampleConfig();
  const templates = await readdir(join(DIRECTORY, 'templates'));
  // An instance that names none uses the maps of its brand.
  const ofInstances = instances.flatMap(({ mapperIn, mapperOut }) => [mapperIn, mapperOut]);
  const named = [...workday.map((one) => one.mapper), ...ofInstances.filter((name) => name !== undefined)];

  for (const name of named) assert.ok((await mapper(name ?? '')).targets.length > 0, name);
  for (const [input, name] of Object.entries(playbooks).filter(([input]) => input.endsWith('HtmlList'))) {
    assert.ok(templates.includes(String(name)), input);
  }
});

test('the settings list names configured instances and groups only', async () => {
  const { instances, groups } = await exampleConfig();
  const rows = appProvisioningSettingsSchema.parse(JSON.parse(await read('lists/app-provisioning-settings.json')));

  assert.deepEqual(
    rows.map((row) => row.instance_name),
    instances.map(({ name }) => name),
  );
  for (const row of rows) assert.ok(['All', ...Object.keys(groups)].includes(row.create_user_group));
});

test('the Workday mapper is the shipped one plus the custom field', async () => {
  const definition = parse(await read('mappers/workday.yaml')) as Record<string, unknown>;
  const { customFields } = await exampleConfig();

  const { preferredLanguage, ...shipped } = definition;

  assert.deepEqual(shipped, WORKDAY_MAPPER);
  assert.equal(preferredLanguage, 'Preferred_Language');
  assert.deepEqual(
    customFields.map(({ name }) => name),
    ['preferredLanguage'],
  );
});

test('the sandbox company fills every field of the guide', async () => {
  const compiled = await mapper('mappers/workday.yaml');
  const { employees } = generateCompany({ size: 40, seed: 1, contractors: 6 }, 'MM/dd/yyyy');

  const filled = new Set(employees.flatMap((row) => Object.keys(compiled.toFields(row))));

  for (const field of REPORT_FIELDS) assert.ok(filled.has(field), field);
});

test('the directory mapper puts everybody into a container below People, whatever the report says', async () => {
  const workday = await mapper('mappers/workday.yaml');
  const directory = await mapper('mappers/active-directory-out.yaml');
  const { employees, contractors } = generateCompany({ size: 1, seed: 1, contractors: 1 }, 'MM/dd/yyyy');
  const rows = [{ ...employees[0], Location: 'Austin' }, { ...employees[0], Location: 'X,OU=Admins' }, contractors[0]];

  const mapped = await Promise.all(
    rows.map((row) => directory.toAttributesAsync(workday.toFields(row ?? {}), 'create')),
  );

  assert.deepEqual(
    mapped.map(({ ou }) => ou),
    [`OU=Austin,${BASE}`, BASE, `OU=Contractors,${BASE}`],
  );
  assert.equal(mapped[0]?.['sAMAccountName'], 'ada.alder');
  assert.match(String(mapped[0]?.['c']), /^[A-Z]{2}$/);
});

test('templates use only fields that their mails have', async () => {
  const profile = Object.fromEntries(REPORT_FIELDS.map((field) => [field, 'value']));
  const extra: Record<string, Record<string, string>> = {
    'manager.html': { password: 'value', sAMAccountName: 'value' },
    'service-desk.html': { password: 'value', sAMAccountName: 'value' },
    'provisioning-notification.html': { instanceName: 'value', incidentType: 'value', action: 'value' },
    'welcome.html': {},
  };

  for (const name of await readdir(join(DIRECTORY, 'templates'))) {
    const rendered = renderTemplate(await read(join('templates', name)), { ...profile, ...extra[name] });
    assert.ok(!rendered.includes('${'), name);
  }
});
