import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';

import { BRANDS } from '../../activities/connectors/brands.js';
import { createConnectorRegistry } from '../../activities/connectors/registry.js';
import { configSchema } from '../../domain/config.js';

const FOLDER = fileURLToPath(new URL('../../docs/connectors/', import.meta.url));

const pages = readdirSync(FOLDER)
  .filter((file) => file !== 'README.md')
  .map((file) => ({ file, text: readFileSync(FOLDER + file, 'utf8') }));

const index = readFileSync(`${FOLDER}README.md`, 'utf8');

for (const brand of BRANDS) {
  const page = pages.find(({ text }) => text.includes(`brand: ${brand.name}\n`));

  test(`${brand.name}: the index leads to a page`, () => {
    assert.ok(page !== undefined, 'no page has an instance of this brand');
    assert.ok(index.includes(`](${page.file})`), `the index does not name ${page.file}`);
  });

  test(`${brand.name}: the instances of the page can be copied`, async () => {
    const blocks = [...(page?.text ?? '').matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text = '']) => text);
    const instances = blocks.flatMap(instancesOf).filter((one) => one['brand'] === brand.name);
    assert.ok(instances.length > 0);
    for (const { mapperIn: _in, mapperOut: _out, caFile: _ca, ...rest } of instances) {
      const ilm = configSchema.parse({ instances: [rest] });
      const registry = createConnectorRegistry({ current: () => ({ directory: FOLDER, ilm, mappers: {} }) });

      assert.equal(registry.get(String(rest['name'])).brand, brand.name);
      await registry.close();
    }
  });

  test(`${brand.name}: the page names every attribute that the default map writes`, () => {
    const missing = Object.keys(brand.defaultMapperOut as object).filter((name) => !page?.text.includes(`\`${name}\``));

    assert.deepEqual(missing, []);
  });
}

/** A block is a list of instances, or a part of the file that holds one; mappers are neither. */
function instancesOf(block: string): Record<string, unknown>[] {
  const parsed = parse(block.replace(/\$\{[A-Z_0-9]+\}/g, 'value')) as unknown;
  const list = Array.isArray(parsed) ? parsed : (parsed as { instances?: unknown } | null)?.instances;
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
}
