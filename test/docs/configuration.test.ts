import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';

import { parse } from 'yaml';

import { checkedConfiguration } from '../../activities/configuration/instance-faults.js';
import { PAGE, configurationPage } from '../../docs/configuration.js';
import { appProvisioningSettingsSchema } from '../../domain/config.js';
import { configurationDirectory, PLAIN_ILM } from '../support/configuration-directory.js';

const page = readFileSync(PAGE, 'utf8');

const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);

test('the tables of the page are what the schemas say, and each setting is there (`npm run docs:configuration`)', async () => {
  assert.equal(await configurationPage(page), page);
});

test('every block of the page can be copied into a configuration', async (t) => {
  const [mappers, parts] = [blocks('yaml').filter(isMapper), blocks('yaml').filter((block) => !isMapper(block))];
  assert.ok(mappers.length > 0 && parts.length > 10);
  const files = {
    ...Object.fromEntries(mappers.map((text) => [/^# (\S+)/.exec(text)?.[1] ?? '', text])),
    'mappers/scim-out.yaml': mappers[0],
    'ca/company.pem': rootCertificates[0],
    'lists/app-provisioning-settings.json': blocks('json')[0],
  };
  const env = Object.fromEntries(
    [...page.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => [name, 'smtp://value-of-32-characters-or-more']),
  );

  for (const part of parts) {
    const settings = parse(part) as Record<string, unknown>;
    // Fields and groups that other parts name.
    const known = { customFields: [{ name: 'preferredLanguage' }], groups: { Employees: 'true' } };
    const directory = configurationDirectory(t, { ...PLAIN_ILM, ...known, ...settings }, files);

    const { ilm } = await checkedConfiguration(directory, { ...env, ...PASSWORDS });

    for (const name of Object.keys(settings)) assert.ok(name in ilm, part);
  }
});

test('the example of the settings list is one', () => {
  assert.equal(appProvisioningSettingsSchema.parse(JSON.parse(blocks('json')[0] ?? '')).length, 1);
});

const PASSWORDS = { WORKDAY_PASSWORD: 'x', AD_PASSWORD: 'x', WIKI_TOKEN: 'x', SMTP_URL: 'smtp://mail.example.com' };

const isMapper = (block: string): boolean => block.startsWith('# mappers/');
