import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const page = readFileSync(`${ROOT}docs/adding-a-connector.md`, 'utf8');

/** The diff that the page shows: added lines by file. */
const shown = [...page.matchAll(/^(`{3,})diff\n\+\+\+ b\/(\S+)\n([^]*?)^\1$/gm)].map(([, , file = '', text = '']) => ({
  file,
  lines: text.split('\n').flatMap((line) => (line.startsWith('+') ? [line.slice(1)] : [])),
}));

/** Parts of files that the page shows. */
const excerpts = [...page.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)^```/gm)].map(([, file = '', text = '']) => ({
  file,
  text,
}));

/** Tables are aligned anew with each row. */
const plain = (line: string): string => line.replace(/[ -]+/g, ' ').trim();

for (const { file, lines } of shown) {
  test(`${file} still has the lines that the page shows`, () => {
    const present = new Set(
      readFileSync(ROOT + file, 'utf8')
        .split('\n')
        .map(plain),
    );

    assert.deepEqual(
      lines.filter((line) => !present.has(plain(line))),
      [],
    );
  });
}

test('the code that the page shows is what the files hold', () => {
  assert.ok(excerpts.length > 0);
  assert.deepEqual(
    excerpts.filter(({ file, text }) => !readFileSync(ROOT + file, 'utf8').includes(text)),
    [],
  );
});

test('the page counts the lines and files right', () => {
  const count = shown.reduce((sum, { lines }) => sum + lines.length, 0);

  assert.deepEqual([shown.length, count], [6, 30]);
  assert.match(page, /30 in six files/);
});

test('the files that the page names are there', () => {
  const named = [...page.matchAll(/`((?:activities|sandbox|test|docs|domain)\/[\w./-]+\.(?:ts|md))`/g)].map(
    ([, file = '']) => file,
  );

  assert.ok(named.length > 3);
  assert.deepEqual(
    named.filter((file) => !existsSync(ROOT + file)),
    [],
  );
});
