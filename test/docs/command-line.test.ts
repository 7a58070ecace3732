import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { ilm } from '../support/command-line.js';

const PAGE = fileURLToPath(new URL('../../docs/command-line.md', import.meta.url));

test('every command that the page lists is there', async (t) => {
  const listed = [...readFileSync(PAGE, 'utf8').matchAll(/`ilm ([a-z]+(?: [a-z-]+){0,2})`/g)].map(
    ([, name = '']) => name,
  );
  assert.ok(listed.length > 30);

  for (const name of listed) {
    const { out } = await ilm(t, ...name.split(' '), '--help');

    assert.match(out, new RegExp(`^Usage: ilm ${name}\\b`), name);
  }
});
