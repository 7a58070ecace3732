import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Small files with the rules that must complain about them. */
const PLANTED: Readonly<Record<string, { readonly code: string; readonly rules: readonly string[] }>> = {
  'domain/one.ts': {
    code: `import { two } from './two.js';\nexport const one = (): number => two() + 1;\n`,
    rules: ['import-x/no-cycle'],
  },
  'domain/two.ts': {
    code: `import { one } from './one.js';\nexport const two = (): number => one() + 1;\n`,
    rules: ['import-x/no-cycle'],
  },
  'domain/reads-a-file.ts': {
    code: `import { readFileSync } from 'node:fs';\nexport const text = (): string => readFileSync('x', 'utf8');\n`,
    rules: ['@typescript-eslint/no-restricted-imports'],
  },
  'domain/looks-up.ts': {
    code: `import { call } from '../activities/call.js';\nexport const value = (): Promise<number> => call();\n`,
    rules: ['import-x/no-restricted-paths'],
  },
  'activities/call.ts': { code: `export const call = async (): Promise<number> => 1;\n`, rules: [] },
  'activities/from-the-sandbox.ts': {
    code: `import { toy } from '../sandbox/toy.js';\nexport const value = (): number => toy;\n`,
    rules: ['import-x/no-restricted-paths'],
  },
  'activities/forgets-a-promise.ts': {
    code: `import { call } from './call.js';\nexport function start(): void {\n  call();\n}\n`,
    rules: ['@typescript-eslint/no-floating-promises'],
  },
  'activities/forgets-a-case.ts': {
    code: `export function count(kind: 'one' | 'two'): number {\n  switch (kind) {\n    case 'one':\n      return 1;\n  }\n  return 0;\n}\n`,
    rules: ['@typescript-eslint/switch-exhaustiveness-check'],
  },
  'sandbox/toy.ts': { code: `export const toy = 1;\n`, rules: [] },
  'workflows/calls-directly.ts': {
    code: `import { call } from '../activities/call.js';\nexport const value = (): Promise<number> => call();\n`,
    rules: ['@typescript-eslint/no-restricted-imports'],
  },
  'workflows/types-only.ts': {
    code: `import type { call } from '../activities/call.js';\nexport type Call = typeof call;\n`,
    rules: [],
  },
  'workflows/validates.ts': {
    code: `import { z } from 'zod';\nexport const schema = z.string();\n`,
    rules: ['@typescript-eslint/no-restricted-imports'],
  },
};

test('finds planted cycles, imports against the direction of layers and forgotten promises and cases', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'ilm-lint-'));
  t.after(() => rm(root, { recursive: true }));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const file of ['eslint.config.ts', 'tsconfig.json', 'package.json']) {
    await copyFile(join(ROOT, file), join(root, file));
  }
  for (const [file, { code }] of Object.entries(PLANTED)) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), code);
  }

  const found = await lint(root);

  assert.deepEqual(found, Object.fromEntries(Object.entries(PLANTED).map(([file, { rules }]) => [file, [...rules]])));
});

async function lint(root: string): Promise<Record<string, string[]>> {
  const eslint = join(root, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const folders = ['domain', 'activities', 'workflows', 'sandbox'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [eslint, '--format', 'json', ...folders], { cwd: root }, (_error, out, said) =>
      resolve(out === '' ? said : out),
    );
  });
  const results = JSON.parse(output) as { filePath: string; messages: { ruleId: string }[] }[];
  return Object.fromEntries(
    results.map(({ filePath, messages }) => [relative(root, filePath), messages.map(({ ruleId }) => ruleId)]),
  );
}
