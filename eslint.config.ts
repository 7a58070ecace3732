import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const LAYERS = ['domain', 'activities', 'workflows', 'worker', 'client', 'sandbox', 'bench', 'docs', 'test'] as const;
type Layer = (typeof LAYERS)[number];

/** What each layer may import besides itself (docs of the layout: one direction of dependency). */
const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  domain: [],
  activities: ['domain'],
  // Types of activities only: see the rules of workflows below.
  workflows: ['domain', 'activities'],
  worker: ['domain', 'activities', 'workflows'],
  client: ['domain', 'activities', 'workflows'],
  sandbox: ['domain', 'activities', 'workflows', 'worker', 'client'],
  bench: LAYERS,
  docs: LAYERS,
  test: LAYERS,
};

/**
 * Files of another layer that are open to one that may not import the rest: messages, which import nothing but types,
 * and how a process connects to Temporal, which client and worker must do alike.
 */
const SHARED: Readonly<Partial<Record<`${Layer} from ${Layer}`, readonly string[]>>> = {
  'activities from workflows': ['./messages.ts', './incident-messages.ts'],
  'client from worker': ['./temporal.ts', './codec.ts'],
};

const zones = LAYERS.flatMap((target) =>
  LAYERS.filter((from) => from !== target && !MAY_IMPORT[target].includes(from)).map((from) => ({
    target: `./${target}`,
    from: `./${from}`,
    except: [...(SHARED[`${target} from ${from}`] ?? [])],
    message: `${target}/ must not import ${from}/.`,
  })),
);

const NOT_DETERMINISTIC = ['zod', 'jsonata', 'mongodb', 'nodemailer', 'ldapts', 'undici', 'pino', 'yaml', 'fastify'];

export default defineConfig(
  globalIgnores(['dist/', '.ilm/', 'node_modules/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      // Without these two `no-cycle` follows no TypeScript file and finds nothing, silently.
      'import-x/extensions': ['.ts', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'object-shorthand': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      // A function has 50 lines at most; a factory counts with all the functions that it returns.
      'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a const object and a union type of the same name.' },
        { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
        {
          selector: 'ImportDeclaration[importKind="value"] > ImportNamespaceSpecifier',
          message: 'Name what is imported; only `import type * as` is allowed.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Interfaces ask for promises where one of several implementations has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Factories return objects of functions that never use `this`.
      '@typescript-eslint/unbound-method': 'off',
      'import-x/consistent-type-specifier-style': ['error', 'prefer-top-level'],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-unresolved': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/order': ['error', { groups: ['builtin', 'external', ['internal', 'parent', 'sibling', 'index']] }],
    },
  },
  {
    files: ['domain/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^node:', message: 'domain/ does no I/O.' },
            { regex: '^(@temporalio/|mongodb$)', message: 'domain/ knows nothing of Temporal and MongoDB.' },
          ],
        },
      ],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^node:', message: 'A workflow has no access to Node.' },
            { regex: `^(${NOT_DETERMINISTIC.join('|')})(/|$)`, message: 'Not for workflow code: use an activity.' },
            {
              regex: '/activities/',
              allowTypeImports: true,
              message: 'Import types of activities only; they are called through a proxy.',
            },
            {
              regex: '/domain/config(/.*)?\\.js$',
              allowTypeImports: true,
              message: 'It would bring zod into the bundle; configuration comes from an activity.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // node:test reports a failing promise by itself.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
    },
  },
  { files: ['eslint.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
);
